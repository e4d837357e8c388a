// One set-up at a time: two bootstraps of one clone (two terminals, say) must not install over each other.
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { evict, place, read, remove } from "./claim-file.mjs";
import { progress } from "./report.mjs";
import { endUnfinished } from "./unfinished.mjs";

const beatMs = 2000;
/** A holder that has not touched its lock for this long is gone. */
const staleMs = 30000;

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function isStale({ content, touchedAt }) {
  const [pid, host] = content.split(" ");
  if (host === hostname() && !alive(Number(pid))) return true;
  return Date.now() - touchedAt > staleMs;
}

/**
 * Runs `work` while holding the lock at `path`, which processes of one machine share: who is killed loses it at once.
 * @template T
 * @param {string} path Of a file in a folder that exists
 * @param {() => Promise<T>} work
 * @param {(holder: string) => void} onWait Called while somebody else holds it, with his process number, again and again
 * @returns {Promise<T>}
 */
export async function withFileLock(path, work, onWait = () => {}) {
  const own = `${path}.${process.pid}`;
  for (;;) {
    writeFileSync(own, `${process.pid} ${hostname()}`);
    let holder;
    try {
      if (place(own, path)) break;
      holder = read(path);
      if (holder && isStale(holder)) evict(own, path, isStale);
    } finally {
      remove(own);
    }
    if (holder && !isStale(holder)) {
      onWait(holder.content.split(" ")[0]);
      await sleep(250);
    } else await sleep(10);
  }
  const beat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // The lock file was deleted by hand: the work goes on.
    }
  }, beatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    remove(path);
  }
}

/** Runs `work` while holding the clone's set-up lock, and says so while somebody else holds it. */
export async function withLock(root, work) {
  mkdirSync(join(root, ".cache"), { recursive: true });
  let line;
  return await withFileLock(
    join(root, ".cache", "setup.lock"),
    async () => {
      line?.done();
      await endUnfinished(root);
      return await work();
    },
    (holder) => {
      line ??= progress(`waiting for another set-up (process ${holder})`);
    },
  );
}
