/**
 * Does a piece of work for each item, one after the other. One that fails does not keep the others waiting; the failures are thrown
 * together at the end, so that the caller backs off.
 */
export async function eachAlone<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const errors: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${items.length} failed: ${errors[0]}`);
}
