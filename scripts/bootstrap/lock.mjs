// One set-up at a time: two bootstraps of one clone (two terminals, say) must not install over each other.
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { progress } from "./report.mjs";

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

/** The holder's line, or undefined when nobody holds the lock. */
function read(path) {
  try {
    return { owner: readFileSync(path, "utf8"), touchedAt: statSync(path).mtimeMs };
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function isStale(holder) {
  const parts = holder.owner.split(" ");
  if (parts[1] === hostname() && !alive(Number(parts[0]))) return true;
  return Date.now() - holder.touchedAt > staleMs;
}

function remove(path) {
  try {
    unlinkSync(path);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}

/** Moves a dead holder's lock away. What was moved is looked at again: another bootstrap may just have taken it. */
function evict(path, own) {
  const aside = `${own}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  try {
    if (!isStale(read(aside))) linkSync(aside, path);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  remove(aside);
}

/**
 * Runs `work` while holding the clone's set-up lock, and says so while somebody else holds it. The lock file appears
 * with its content in one step (a hard link), so that no reader finds it empty.
 */
export async function withLock(root, work) {
  const path = join(root, ".cache", "setup.lock");
  mkdirSync(join(root, ".cache"), { recursive: true });
  const own = `${path}.${process.pid}`;
  let line;
  for (;;) {
    writeFileSync(own, `${process.pid} ${hostname()}`);
    try {
      linkSync(own, path);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    } finally {
      remove(own);
    }
    const holder = read(path);
    if (holder === undefined) continue;
    if (isStale(holder)) {
      evict(path, own);
      continue;
    }
    line ??= progress(`waiting for another set-up (process ${holder.owner.split(" ")[0]})`);
    await new Promise((resolve) => setTimeout(resolve, 250));
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
    return await work();
  } finally {
    clearInterval(beat);
    remove(path);
  }
}
