import { setTimeout as sleep, setImmediate as yieldTurn } from "node:timers/promises";

export type DeviceLaneOptions = {
  /** Sustained messages per second, and how many may come at once before that rate holds. */
  ratePerSecond: number;
  burst: number;
  /** From this many waiting on, reading from the device should pause; below half of it, go on. */
  highWater: number;
  /** No more than this many wait, whatever happens. */
  limit: number;
  onPressure: (paused: boolean) => void;
  onError: (error: unknown) => void;
  /** Milliseconds of a clock that never goes back. */
  nowMs: () => number;
};

export type DeviceLane = {
  /** Queues a piece of work behind all earlier ones; false when the lane is full and the work was not taken. */
  push(task: () => Promise<void>): boolean;
  /** The same, beyond limit and rate: for what must not be lost and cannot be many (connected, disconnected). */
  pushAlways(task: () => Promise<void>): void;
  readonly waiting: number;
  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void>;
};

/** Pieces of one device's work before others get a turn: promises alone never let the sockets of others in. */
const turnLength = 16;

/**
 * The work of one device, one piece at a time, in order, at a bounded rate. A device above its rate is slowed down rather
 * than refused: its socket is not read, so TCP holds it back, and no transaction message is lost.
 */
export function createDeviceLane(options: DeviceLaneOptions): DeviceLane {
  const { ratePerSecond, burst, highWater, limit, onPressure, onError, nowMs } = options;
  const queue: { task: () => Promise<void>; free: boolean }[] = [];
  let tokens = burst;
  let filledAtMs = nowMs();
  let paused = false;
  let running: Promise<void> | undefined;

  function takeToken(): number {
    const now = nowMs();
    tokens = Math.min(burst, tokens + ((now - filledAtMs) / 1000) * ratePerSecond);
    filledAtMs = now;
    if (tokens < 1) return Math.ceil(((1 - tokens) / ratePerSecond) * 1000);
    tokens -= 1;
    return 0;
  }

  function setPressure(next: boolean): void {
    if (next === paused) return;
    paused = next;
    onPressure(next);
  }

  async function run(): Promise<void> {
    let done = 0;
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      for (let waitMs = next.free ? 0 : takeToken(); waitMs > 0; waitMs = takeToken()) await sleep(waitMs);
      queue.shift();
      try {
        await next.task();
      } catch (error) {
        onError(error);
      }
      if (queue.length < highWater / 2) setPressure(false);
      done += 1;
      if (done % turnLength === 0) await yieldTurn();
    }
    running = undefined;
  }

  function add(task: () => Promise<void>, free: boolean): void {
    queue.push({ task, free });
    if (queue.length >= highWater) setPressure(true);
    running ??= run();
  }

  return {
    push(task) {
      if (queue.length >= limit) return false;
      add(task, false);
      return true;
    },
    pushAlways: (task) => add(task, true),
    get waiting() {
      return queue.length;
    },
    async idle() {
      while (running !== undefined) await running;
    },
  };
}
