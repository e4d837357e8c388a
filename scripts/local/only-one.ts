import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isRunning, processStatus } from "./processes.ts";
import { stateFolder } from "./state-folder.ts";

interface Running {
  pid: number;
  /** When that process started, as the system counts it: a number may be given to somebody else later. */
  startTime: string | undefined;
  /** UTC. */
  since: string;
}

/** A local network of this checkout is running already. */
export class AlreadyRunningError extends Error {
  constructor({ pid, since }: Running) {
    super(
      `a local network is running already since ${since} (process ${pid}): stop it with Ctrl-C there, or kill ${pid}`,
    );
    this.name = "AlreadyRunningError";
  }
}

const ATTEMPTS = 10;

/**
 * Claims the checkout for one local network, and returns what gives it back. A claim whose process is gone is void.
 *
 * @param file Where the claim lies. It appears with its content in one step (a hard link), so nobody reads a half one.
 * @throws AlreadyRunningError
 */
export function claim(file = join(stateFolder(), "running.json")): () => void {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  const mine: Running = {
    pid: process.pid,
    startTime: processStatus(process.pid)?.startTime,
    since: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
  };
  writeFileSync(own, JSON.stringify(mine));
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (place(own, file)) {
        return () => {
          if (read(file)?.pid === process.pid) rmSync(file, { force: true });
        };
      }
      const other = read(file);
      if (other && holds(other)) throw new AlreadyRunningError(other);
      evict(file, `${own}.stale`);
    }
  } finally {
    rmSync(own, { force: true });
  }
  throw new Error(`could not claim ${file}: is another start racing with this one? Try again`);
}

/** False when the file is there already: of two at once only one wins. */
function place(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Moves a void claim away. What was moved is looked at again: another start may just have placed its own. */
function evict(file: string, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = read(aside);
  if (moved && holds(moved)) place(aside, file);
  rmSync(aside, { force: true });
}

/** Whether the process that placed the claim is still there. */
function holds({ pid, startTime }: Running): boolean {
  return isRunning(pid) && (startTime === undefined || processStatus(pid)?.startTime === startTime);
}

function read(file: string): Running | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Running;
  } catch {
    return undefined;
  }
}
