import { spawn } from "node:child_process";

/** Debian's browser; a Latin and a Chinese font, so that no language of the app is shown as empty boxes. */
const packages = ["chromium", "fonts-liberation", "fonts-wqy-microhei"];

/** `update` needs seconds, the packages are about 100 MB. */
const LONGEST_SECONDS = 300;
const PROGRESS_SECONDS = 10;

export interface InstallOptions {
  /** Default `apt-get`; another program only in tests. */
  readonly command?: string;
  /** For everything together. Default 300. */
  readonly timeoutSeconds?: number;
  /** What is being done, for a person who waits: at each step, and every ten seconds. */
  readonly onProgress?: (text: string) => void;
}

/**
 * Installs Debian's Chromium with `apt-get`, which must be run by root.
 *
 * @throws Error with the last words of `apt-get` when a step fails, or when the time is over
 */
export async function installChromium(options: InstallOptions = {}): Promise<void> {
  const { command = "apt-get", timeoutSeconds = LONGEST_SECONDS, onProgress = () => {} } = options;
  const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
  // Somebody else may be installing something: wait for him, but not for ever.
  const patience = ["-o", "DPkg::Lock::Timeout=120"];
  const steps = [
    { name: "apt-get update", args: ["update", "-q", ...patience] },
    {
      name: "apt-get install chromium",
      args: ["install", "-q", "-y", "--no-install-recommends", ...patience, ...packages],
    },
  ];
  for (const { name, args } of steps) {
    const started = performance.now();
    const say = () =>
      onProgress(`installing Chromium: ${name} (${Math.round((performance.now() - started) / 1000)} s)`);
    say();
    const progress = setInterval(say, PROGRESS_SECONDS * 1000);
    try {
      await run(command, args, deadline);
    } catch (error) {
      const over = deadline.aborted ? `was not done within ${timeoutSeconds} s` : String((error as Error).message);
      throw new Error(`${name}: ${over}`, { cause: error });
    } finally {
      clearInterval(progress);
    }
  }
}

/** How much of what a failed program said is worth reading. */
const LINES_KEPT = 4;

function run(command: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      signal,
    });
    let output = "";
    const keep = (chunk: Buffer) => {
      output = `${output}${chunk}`.slice(-4_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) return resolve();
      const words = output.trim().split("\n").slice(-LINES_KEPT).join(" | ");
      reject(new Error(`ended with code ${code}: ${words}`));
    });
  });
}
