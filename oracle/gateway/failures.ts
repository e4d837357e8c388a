export type FailuresOptions = {
  /** So many at once, … */
  burst: number;
  /** … and one more after each of these, milliseconds. */
  refillMs: number;
  /** Sources remembered; beyond it the longest unheard of is forgotten. */
  limit: number;
  /** Milliseconds of a clock that never goes back. */
  nowMs: () => number;
};

export type Failures = {
  /** Whether this source has failed too often of late to try again now. */
  isBlocked(source: string): boolean;
  add(source: string): void;
  /** Sources remembered now. */
  readonly size: number;
};

/** Failures by source, each forgotten after a while. */
export function createFailures({ burst, refillMs, limit, nowMs }: FailuresOptions): Failures {
  /** The last to fail stands last. */
  const bySource = new Map<string, { count: number; atMs: number }>();

  function countOf(source: string): number {
    const known = bySource.get(source);
    return known === undefined ? 0 : Math.max(0, known.count - (nowMs() - known.atMs) / refillMs);
  }

  /** Whatever is this old counts nothing any more. */
  function clean(): void {
    for (const [source, { atMs }] of bySource) {
      if (bySource.size <= limit && nowMs() - atMs < burst * refillMs) break;
      bySource.delete(source);
    }
  }

  return {
    isBlocked: (source) => countOf(source) > burst - 1,
    add(source) {
      const count = Math.min(burst, countOf(source) + 1);
      bySource.delete(source);
      bySource.set(source, { count, atMs: nowMs() });
      clean();
    },
    get size() {
      return bySource.size;
    },
  };
}
