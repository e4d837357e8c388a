/** The time that sessions live by. */
export type ChainClock = {
  /** A newest block, with its timestamp in UTC seconds. The same one again changes nothing. */
  observe(head: { hash: string; timestamp: number }): void;
  /** Milliseconds since the epoch: this machine's clock, or the chain's where that is ahead. */
  nowMs(): number;
  /** By how much the chain is ahead of this machine's clock, milliseconds; 0 when it is not. */
  leadMs(): number;
};

export type ChainClockOptions = {
  nowMs?: () => number;
  /** Milliseconds of a clock that never goes back. */
  monotonicMs?: () => number;
};

/**
 * Sessions begin at the timestamp of their block. On a machine whose clock is behind the chain they would begin in its future: no
 * time would pass in them until it caught up, and energy of no time cannot be billed. A newest block is never ahead of the true
 * time, so where it is ahead of ours, ours is wrong, and goes on from the block's timestamp.
 *
 * The other way round nothing follows: old blocks are a quiet chain as often as a clock that is ahead. What is signed then is
 * refused as coming from the future until the chain is there (ChargingSessions, CLOCK_SKEW), and the outbox waits.
 */
export function createChainClock(options: ChainClockOptions = {}): ChainClock {
  const { nowMs = Date.now, monotonicMs = () => performance.now() } = options;
  let seen: { hash: string; timestampMs: number; atMs: number } | undefined;
  const chainMs = () => (seen === undefined ? 0 : seen.timestampMs + Math.floor(monotonicMs() - seen.atMs));
  return {
    observe({ hash, timestamp }) {
      if (seen?.hash !== hash) seen = { hash, timestampMs: timestamp * 1_000, atMs: monotonicMs() };
    },
    nowMs: () => Math.max(nowMs(), chainMs()),
    leadMs: () => Math.max(0, chainMs() - nowMs()),
  };
}
