import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Process groups that are running now, to be ended with us. */
const groups = new Set<number>();
let stopping = false;

function signalGroup(group: number, signal: NodeJS.Signals) {
  try {
    process.kill(-group, signal);
  } catch {
    // The whole group has ended.
  }
}

/** Ends every running group: asks, and insists after three seconds. */
async function endAll(): Promise<void> {
  for (const group of groups) signalGroup(group, "SIGTERM");
  const deadline = Date.now() + 3_000;
  while (groups.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const group of groups) signalGroup(group, "SIGKILL");
}

process.on("exit", () => {
  for (const group of groups) signalGroup(group, "SIGKILL");
});
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)
  process.once(signal, async () => {
    stopping = true;
    console.error(`stopped by ${signal}`);
    await endAll();
    process.exit(code);
  });

/** How a child ended: its exit code (1 when a signal ended it), what it printed, and whether its time ran out. */
export type Ended = { exitCode: number; output: string; timedOut: boolean };

/**
 * Runs Node with the arguments from the repository's root, in a process group of its own so that whatever it started
 * ends with it. Its output is passed on as it comes (unless `quiet`) and kept.
 */
export function runNode(args: string[], options: { timeoutMs: number; quiet?: boolean }): Promise<Ended> {
  const { timeoutMs, quiet = false } = options;
  const colour = !quiet && process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: "true", ...colour },
    });
    const group = child.pid;
    let output = "";
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      if (group !== undefined) signalGroup(group, "SIGKILL");
    }, timeoutMs);
    if (group !== undefined) groups.add(group);
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const)
      from.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
        if (!quiet) to.write(chunk);
      });
    child.on("error", reject);
    // `exit`, not `close`: a grandchild that was left behind must not hold us up while it keeps the pipe open.
    child.on("exit", (code) => {
      clearTimeout(timer);
      setTimeout(() => {
        if (group !== undefined) {
          signalGroup(group, "SIGKILL");
          groups.delete(group);
        }
        // While we are being stopped nothing may follow: the signal's handler ends the process.
        if (!stopping) resolve({ exitCode: code ?? 1, output, timedOut });
      }, 50);
    });
  });
}
