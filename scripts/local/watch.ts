import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { baseEnvironment } from "./processes.ts";
import type { WatchdogMessage } from "./watchdog.ts";

/** The watchdog of this process, seen from here. */
export interface Watchdog {
  tell(message: WatchdogMessage): void;
  /** Sends it away. Resolves when it is gone. */
  dismiss(): Promise<void>;
}

/**
 * Starts the watchdog (watchdog.ts). Its standard input is the one thing it needs: the system closes it when this
 * process ends in whatever way, `kill -9` included.
 */
export function startWatchdog(): Watchdog {
  const watchdog = spawn(process.execPath, [fileURLToPath(new URL("watchdog.ts", import.meta.url))], {
    env: baseEnvironment(),
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const gone = new Promise<void>((resolve) => {
    watchdog.once("exit", () => resolve());
    watchdog.once("error", () => resolve());
  });
  const input = watchdog.stdin;
  // When the watchdog itself was ended there is nobody to tell, and that is no reason to fail.
  input.on("error", () => {});
  watchdog.unref();
  if ("unref" in input && typeof input.unref === "function") input.unref();
  return {
    tell: (message) => void input.write(`${JSON.stringify(message)}\n`),
    async dismiss() {
      watchdog.ref();
      input.end(`${JSON.stringify({ bye: true } satisfies WatchdogMessage)}\n`);
      await gone;
    },
  };
}
