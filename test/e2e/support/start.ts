import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFreePort } from "../../../scripts/local/ports.ts";
import { isRunning, processStatus } from "../../../scripts/local/processes.ts";
import { waitFor } from "../../../scripts/local/wait.ts";

const script = fileURLToPath(new URL("../../../scripts/start.ts", import.meta.url));

/** A place for `npm start` of its own: folders, and ports that nobody uses. */
export interface StartPlace {
  environment: Record<string, string>;
  ports: Record<"CHAIN_PORT" | "SUBGRAPH_PORT" | "ORACLE_PORT" | "OCPP_PORT" | "WEB_PORT", number>;
  /** Temporary folders of networks that are still there, and the claim of one that runs. */
  leftovers(): string[];
  remove(): void;
}

export async function createPlace(): Promise<StartPlace> {
  const folder = mkdtempSync(join(tmpdir(), "start-test-"));
  const temporary = join(folder, "tmp");
  const state = join(folder, "state");
  // PostgreSQL runs as another user and must get at its files.
  for (const path of [folder, temporary]) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o755);
  }
  const ports = {
    CHAIN_PORT: await findFreePort(),
    SUBGRAPH_PORT: await findFreePort(),
    ORACLE_PORT: await findFreePort(),
    OCPP_PORT: await findFreePort(),
    WEB_PORT: await findFreePort(),
  };
  return {
    ports,
    environment: {
      ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
      TMPDIR: temporary,
      LOCAL_STATE_DIR: state,
      DEPLOYMENTS_DIR: join(folder, "deployments"),
    },
    leftovers: () => [
      ...readdirSync(temporary).filter((name) => name.startsWith("openjoule-")),
      ...readdirSync(state).filter((name) => name === "running.json"),
    ],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Started {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Waits until it has printed this, wherever. */
  until(text: string, timeoutSeconds?: number): Promise<void>;
  interrupt(): void;
  /** Reads its standard output no more, as `head` does when it has enough. */
  closeStdout(): void;
  /** How it ended; fails when it does not. */
  ended(timeoutSeconds?: number): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Every process that it has started, itself or by others, as far as seen, that still runs. */
  survivors(): number[];
  /** Those of its processes that run now and whose command line holds this. */
  processes(text: string): number[];
  /** How many processes were seen in all. */
  seen(): number;
}

/** Runs `node scripts/start.ts` as a person would, and writes down which processes come of it (Linux). */
export function runStart(
  place: StartPlace,
  args: readonly string[],
  environment: Record<string, string> = {},
): Started {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...place.environment, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error("npm start could not be started");
  const text = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (chunk: string) => {
      text[stream] += chunk;
    });
  }
  let end: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  const closed = once(child, "close").then(([code, signal]) => {
    end = { code, signal };
  });
  // By number and start time: a number may be given to somebody else later.
  const known = new Map<number, string | undefined>();
  const look = () => {
    for (const found of descendantsOf(pid)) known.set(found, processStatus(found)?.startTime);
  };
  const timer = setInterval(look, 50);
  void closed.finally(() => clearInterval(timer));

  const started: Started = {
    pid,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    async until(wanted, timeoutSeconds = 90) {
      const printed = () => {
        if (`${text.stdout}\n${text.stderr}`.includes(wanted)) return true;
        if (end) return new Error(`it ended without printing "${wanted}":\n${text.stdout}\n${text.stderr}`);
        return undefined;
      };
      const result = await waitFor(`npm start prints "${wanted}"`, printed, { timeoutSeconds });
      if (result instanceof Error) throw result;
    },
    interrupt() {
      look();
      child.kill("SIGINT");
    },
    closeStdout() {
      look();
      child.stdout.destroy();
    },
    async ended(timeoutSeconds = 90) {
      await waitFor("npm start ends", () => end !== undefined, { timeoutSeconds });
      await closed;
      return end ?? { code: null, signal: null };
    },
    survivors: () =>
      [...known]
        .filter(([number, startTime]) => isRunning(number) && processStatus(number)?.startTime === startTime)
        .map(([number]) => number),
    processes: (text) => descendantsOf(pid).filter((found) => readOr(`/proc/${found}/cmdline`).includes(text)),
    seen: () => known.size,
  };
  return started;
}

/** The processes below one, all levels. */
function descendantsOf(pid: number): number[] {
  const children = readdirOr(`/proc/${pid}/task`).flatMap((thread) =>
    readOr(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function readdirOr(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}
