/**
 * Does a piece of work for each item, one after the other. One that fails is given to `onFailure`, which puts it off, and does not
 * keep the others waiting: neither those behind it now nor those that come later.
 */
export async function eachAlone<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
  onFailure: (item: T, error: unknown) => Promise<unknown>,
): Promise<void> {
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      await onFailure(item, error);
    }
  }
}

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/** How long to put off what has failed so many times before. */
export function retryDelayMs(failures: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
}
