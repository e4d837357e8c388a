// The npm that installs, on record while it does: of a set-up that was killed it goes on, and would write into what the
// next one installs.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const record = (root) => join(root, ".cache", "setup.npm");

/** When a process was started, as Linux counts it: its number may have been given to another since. Undefined when it is gone. */
function startTimeOf(pid) {
  try {
    // The program's name, in brackets, may hold anything. 20 fields after it.
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ")[19];
  } catch {
    return undefined;
  }
}

export function remember(root, pid) {
  mkdirSync(join(root, ".cache"), { recursive: true });
  writeFileSync(record(root), `${pid} ${startTimeOf(pid)}`);
}

export function forget(root) {
  rmSync(record(root), { force: true });
}

/** Ends the npm of a set-up that was killed. Only for who holds the set-up lock. */
export async function endUnfinished(root) {
  let pid;
  let startTime;
  try {
    [pid, startTime] = readFileSync(record(root), "utf8").split(" ");
  } catch {
    return;
  }
  const runs = () => startTimeOf(pid) !== undefined && startTimeOf(pid) === startTime;
  if (runs()) process.kill(Number(pid), "SIGKILL");
  while (runs() && !isZombie(pid)) await sleep(20);
  forget(root);
}

/** Ended, but nobody has asked how: it writes nothing any more. */
function isZombie(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).startsWith("Z");
  } catch {
    return true;
  }
}
