export type LoopOptions = {
  /** One turn; true when there is more to do at once. */
  turn(): Promise<boolean>;
  /** Wait after a turn that found nothing more. */
  pollMs: number;
  /** A turn failed; the next one follows after `delayMs`. */
  onError(error: unknown, delayMs: number): void;
  /** First and greatest wait after failures; it doubles from one to the other. Defaults 250 ms and 15 s. */
  minBackoffMs?: number;
  maxBackoffMs?: number;
};

export type Loop = {
  start(): void;
  /** Ends the wait, if it is waiting; a turn under way is followed by another at once. Does not shorten a back-off. */
  wake(): void;
  /** Resolves when the turn under way has ended; no other follows. */
  close(): Promise<void>;
};

/** Repeats a turn until closed: at once while there is more, else after a pause or a wake-up, and ever later on failures. */
export function createLoop(options: LoopOptions): Loop {
  const { turn, pollMs, onError, minBackoffMs = 250, maxBackoffMs = 15_000 } = options;
  let running: Promise<void> | undefined;
  let closed = false;
  let woken = false;
  let endWait: (() => void) | undefined;
  let backingOff = false;

  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!closed) {
      try {
        woken = false;
        const more = await turn();
        failures = 0;
        if (more || woken || closed) continue;
        await wait(pollMs);
      } catch (error) {
        // Up to a quarter is random, so that many oracles do not return to a recovered node in step.
        const base = Math.min(maxBackoffMs, minBackoffMs * 2 ** failures);
        const delayMs = Math.round(base * (1 - Math.random() / 4));
        failures += 1;
        onError(error, delayMs);
        if (closed) return;
        backingOff = true;
        await wait(delayMs);
        backingOff = false;
      }
    }
  }

  return {
    start() {
      running ??= run();
    },
    wake() {
      woken = true;
      if (!backingOff) endWait?.();
    },
    async close() {
      closed = true;
      endWait?.();
      await running;
    },
  };
}
