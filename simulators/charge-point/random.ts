/** A random generator as a pure step (mulberry32): the state goes in and comes out, so that a seed decides everything. */
export function nextRandom(state: number): { value: number; state: number } {
  const next = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(next ^ (next >>> 15), next | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return { value: ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32, state: next };
}

/** A normal deviate of mean 0 and deviation 1 (Box-Muller). */
export function nextNormal(state: number): { value: number; state: number } {
  const first = nextRandom(state);
  const second = nextRandom(first.state);
  const radius = Math.sqrt(-2 * Math.log(1 - first.value));
  return { value: radius * Math.cos(2 * Math.PI * second.value), state: second.state };
}
