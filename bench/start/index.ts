import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findFreePort } from "../../scripts/local/ports.ts";
import type { Figure } from "../figure.ts";

/** What `npm start -- --once --json` says of its own times, seconds. */
interface Seconds {
  start: Record<string, number>;
  charging: number;
  toReceipt: number;
}

/** From nothing running to the receipt, without the session's own length, on a machine that is already set up. */
const TARGET_SECONDS = 45;

/**
 * `npm start` to the first receipt, split by step. The reference is the session's own length, which nobody can shorten:
 * the charge is delivered in real time.
 */
export async function benchStart(): Promise<Figure[]> {
  const started = performance.now();
  const { start, charging, toReceipt } = await runOnce();
  const whole = (performance.now() - started) / 1000;
  const figure = (name: string, value: number, target?: Figure["target"]): Figure => ({
    area: "npm start",
    name,
    unit: "s",
    value,
    reference: charging,
    referenceName: "the session itself",
    ...(target && { target }),
  });
  const { total = Number.NaN, ...parts } = start;
  return [
    ...Object.entries(parts).map(([part, seconds]) => figure(`until ready: ${part}`, seconds)),
    figure("the network is ready", total),
    figure("from the request to stop to the receipt", toReceipt),
    figure("to the first receipt, without the session's own length", total + toReceipt, {
      value: TARGET_SECONDS,
      words: "45 s",
    }),
    figure("the whole command, with stopping everything", whole),
  ];
}

async function runOnce(): Promise<Seconds> {
  const ports = await Promise.all(
    ["CHAIN_PORT", "SUBGRAPH_PORT", "ORACLE_PORT", "OCPP_PORT"].map(
      async (name) => [name, String(await findFreePort())] as const,
    ),
  );
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("../../scripts/start.ts", import.meta.url)), "--once", "--json"],
    {
      env: { ...process.env, ...Object.fromEntries(ports) },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`npm start ended with ${code}:\n${errors}`);
  return (JSON.parse(output) as { seconds: Seconds }).seconds;
}
