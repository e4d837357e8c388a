import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Claimed, evict, place, read, remove } from "../bootstrap/claim-file.mjs";
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

/** How long another start may need to take a void claim away, milliseconds. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 10;

/**
 * Claims the checkout for one local network, and returns what gives it back. A claim whose process is gone is void.
 *
 * @param file Where the claim lies
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
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; pause()) {
      if (place(own, file)) {
        return () => {
          if (runningOf(read(file))?.pid === process.pid) remove(file);
        };
      }
      const other = runningOf(read(file));
      if (holds(other)) throw new AlreadyRunningError(other);
      evict(own, file, (claimed) => !holds(runningOf(claimed)));
    }
  } finally {
    remove(own);
  }
  throw new Error(
    `could not claim ${file} within ${PATIENCE_MS / 1000} s: is another start racing with this one? Try again`,
  );
}

/** Nothing else is to be done meanwhile. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}

/** Whether the process that placed the claim is still there. */
function holds(claimed: Running | undefined): claimed is Running {
  if (claimed === undefined || !isRunning(claimed.pid)) return false;
  return claimed.startTime === undefined || processStatus(claimed.pid)?.startTime === claimed.startTime;
}

/** Undefined when there is no claim, or none that can be read. */
function runningOf(claimed: Claimed | undefined): Running | undefined {
  try {
    return claimed && (JSON.parse(claimed.content) as Running);
  } catch {
    return undefined;
  }
}
