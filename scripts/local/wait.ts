import { TimedOutError } from "./errors.ts";
import type { Child } from "./processes.ts";

export interface WaitOptions {
  /** How long to wait at most, seconds. */
  timeoutSeconds: number;
  /** Pause between two probes, milliseconds. Default 50. */
  intervalMilliseconds?: number;
  /** Called once a second, so that a person sees that something is being waited for. */
  onProgress?: (progress: WaitProgress) => void;
  /** Processes without which waiting is pointless: the wait ends with the log's last lines as soon as one dies. */
  alive?: readonly Child[];
}

export interface WaitProgress {
  label: string;
  elapsedSeconds: number;
  /** Why it is not there yet: the last probe's error, if it had one. */
  lastError: string | undefined;
}

/**
 * Probes until the probe returns something, and returns that. `undefined`, `false` and a thrown error mean "not yet".
 *
 * @param probe gets a signal that is aborted at the deadline; a probe that ignores it is left behind then
 * @throws TimedOutError with the last probe's error and the processes' last lines
 * @throws ProcessDiedError when one of `alive` ends first
 */
export async function waitFor<Value>(
  label: string,
  probe: (signal: AbortSignal) => Promise<Value | undefined | false> | Value | undefined | false,
  options: WaitOptions,
): Promise<Value> {
  const { timeoutSeconds, intervalMilliseconds = 50, onProgress, alive = [] } = options;
  const startedAt = performance.now();
  const elapsedSeconds = () => (performance.now() - startedAt) / 1000;
  const abort = new AbortController();
  const over = Promise.withResolvers<never>();
  // Whoever awaits the race sees the rejection; without this a wait that ends well in the same tick would be reported.
  over.promise.catch(() => {});
  let lastError: unknown;

  const describeError = () => (lastError === undefined ? undefined : reason(lastError));
  const deadline = setTimeout(() => {
    const details = [
      ...(lastError === undefined ? [] : [`last attempt: ${reason(lastError)}`]),
      ...alive.map(
        (child) => `${child.name} last wrote:\n${child.lastLines() || "(nothing)"}\n(log: ${child.logFile})`,
      ),
    ];
    over.reject(new TimedOutError(label, timeoutSeconds, details, { cause: lastError }));
  }, timeoutSeconds * 1000);
  const progress = onProgress
    ? setInterval(() => onProgress({ label, elapsedSeconds: elapsedSeconds(), lastError: describeError() }), 1000)
    : undefined;
  let waiting = true;
  for (const child of alive) {
    child.ended.then(() => {
      if (waiting) over.reject(child.deathError());
    });
  }

  try {
    for (;;) {
      try {
        const value = await Promise.race([probe(abort.signal), over.promise]);
        if (value !== undefined && value !== false) return value;
      } catch (error) {
        lastError = error;
      }
      // Rejects here, once, when the deadline has passed or a process has died.
      await Promise.race([pause(intervalMilliseconds), over.promise]);
    }
  } finally {
    waiting = false;
    clearTimeout(deadline);
    clearInterval(progress);
    abort.abort();
  }
}

function pause(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined));
}

/** An error in one line, with its cause: `fetch` hides "connection refused" there. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message || error.cause.name}` : "";
  return `${error.message}${cause}`;
}
