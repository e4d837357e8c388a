// A file that says who holds something: it appears with its content in one step (a hard link), so nobody reads a half one.
import { linkSync, readFileSync, statSync, unlinkSync } from "node:fs";

/** Taking a void claim away is a matter of microseconds: whoever needs longer was killed while doing it. */
const guardStaleMs = 10000;

/** @typedef {{ content: string, touchedAt: number }} Claimed What a claim says, and when it was last touched (milliseconds). */

/**
 * Makes `own`, a file of the caller's, the claim at `path`. False when there is one: of two at once only one wins.
 * @param {string} own
 * @param {string} path
 * @returns {boolean}
 */
export function place(own, path) {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** @param {string} path */
export function remove(path) {
  try {
    unlinkSync(path);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}

/**
 * Undefined when there is no claim.
 * @param {string} path
 * @returns {Claimed | undefined}
 */
export function read(path) {
  try {
    return { content: readFileSync(path, "utf8"), touchedAt: statSync(path).mtimeMs };
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Takes the claim at `path` away if it is void. One process at a time does so and looks again before it does: without
 * that, it could be the new claim of somebody who was quicker. Whoever finds another at it does nothing and tries later.
 * @param {string} own
 * @param {string} path
 * @param {(claimed: Claimed) => boolean} isVoid
 */
export function evict(own, path, isVoid) {
  const guard = `${path}.evicting`;
  if (!place(own, guard)) {
    const other = read(guard);
    if (other && Date.now() - other.touchedAt > guardStaleMs) remove(guard);
    return;
  }
  try {
    const claimed = read(path);
    if (claimed && isVoid(claimed)) remove(path);
  } finally {
    remove(guard);
  }
}
