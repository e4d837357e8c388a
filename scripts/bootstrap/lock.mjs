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

/** Runs `work` while holding the clone's set-up lock, and says so while somebody else holds it. */
export async function withLock(root, work) {
  const path = join(root, ".cache", "setup.lock");
  mkdirSync(join(root, ".cache"), { recursive: true });
  const own = `${path}.${process.pid}`;
  let line;
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
      line ??= progress(`waiting for another set-up (process ${holder.content.split(" ")[0]})`);
      await sleep(250);
    } else await sleep(10);
  }
  line?.done();
  const beat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // The lock file was deleted by hand: the work goes on.
    }
  }, beatMs);
  try {
    await endUnfinished(root);
    return await work();
  } finally {
    clearInterval(beat);
    remove(path);
  }
}
