/** How often a person who waits hears of it, seconds. */
const EVERY_SECONDS = 5;

/**
 * Says every few seconds that something is still waited for, until it is there or has failed: the one place from which
 * all waits of the local network report.
 *
 * @param what completes "still waiting for …"
 * @param onProgress without it nothing is said
 * @returns what `work` returns; it fails as `work` fails
 */
export async function tellWhileWaiting<Value>(
  what: string,
  work: Promise<Value>,
  onProgress: ((text: string) => void) | undefined,
  everySeconds = EVERY_SECONDS,
): Promise<Value> {
  if (!onProgress) return work;
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    onProgress(`still waiting for ${what}, ${seconds} s`);
  }, everySeconds * 1000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
