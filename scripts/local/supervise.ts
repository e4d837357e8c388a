import type { Child } from "./processes.ts";

/**
 * Rejects as soon as one of them ends: nothing of a running network does so by itself. Never resolves.
 *
 * @throws ProcessDiedError that names the part, how it ended, and its last words
 */
export function firstDeath(children: readonly Child[]): Promise<never> {
  const deaths = children.map(async (child): Promise<never> => {
    await child.ended;
    throw child.deathError();
  });
  return Promise.race(deaths);
}
