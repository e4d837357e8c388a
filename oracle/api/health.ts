import { monitorEventLoopDelay } from "node:perf_hooks";
import type { ReadinessCheck } from "./types.ts";

export type Health = {
  /** 99th percentile of the event loop's lag since the last call, milliseconds. */
  eventLoopLagMs(): number;
  close(): void;
};

/** The one thing that says that this process still works: whether its event loop turns. */
export function createHealth(): Health {
  const RESOLUTION_MS = 10;
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  return {
    eventLoopLagMs() {
      // The histogram counts from one timer to the next, so an idle loop measures the resolution itself.
      const lag = delay.count === 0 ? 0 : delay.percentile(99) / 1e6 - RESOLUTION_MS;
      delay.reset();
      return Math.max(0, Math.round(lag * 10) / 10);
    },
    close: () => delay.disable(),
  };
}

export type ReadinessResult = { name: string; ready: boolean; reason: string | null };

/** Runs all checks at once; one that rejects or takes longer than `timeoutMs` is not ready, and says so. */
export function runChecks(checks: readonly ReadinessCheck[], timeoutMs: number): Promise<ReadinessResult[]> {
  return Promise.all(
    checks.map(async ({ name, check }) => {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<string>((resolve) => {
        timer = setTimeout(() => resolve(`no answer within ${timeoutMs} ms`), timeoutMs);
      });
      const reason = await Promise.race([
        check().catch((error: unknown) => (error instanceof Error ? error.message : String(error))),
        timeout,
      ]);
      clearTimeout(timer);
      return { name, ready: reason === null, reason };
    }),
  );
}

/** Answers all callers within `maxAgeMs` with one run: a readiness probe must not become a load on the chain's node. */
export function shareRuns<T>(run: () => Promise<T>, maxAgeMs: number): () => Promise<T> {
  let last: { startedAtMs: number; result: Promise<T> } | undefined;
  return () => {
    const nowMs = performance.now();
    if (last === undefined || nowMs - last.startedAtMs > maxAgeMs) last = { startedAtMs: nowMs, result: run() };
    return last.result;
  };
}
