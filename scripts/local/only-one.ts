import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stateFolder } from "./state-folder.ts";

const file = join(stateFolder(), "running.json");

interface Running {
  pid: number;
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

/**
 * Claims the checkout for one local network, and returns what gives it back. A claim whose process is gone is void.
 * @throws AlreadyRunningError
 */
export function claim(): () => void {
  mkdirSync(dirname(file), { recursive: true });
  const mine: Running = { pid: process.pid, since: new Date().toISOString().replace(/\.\d+Z$/, "Z") };
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      // Fails when the file exists: of two starts at once only one wins.
      writeFileSync(file, JSON.stringify(mine), { flag: "wx" });
      return () => {
        if (read()?.pid === process.pid) rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const other = read();
    if (other && isRunning(other.pid)) throw new AlreadyRunningError(other);
    rmSync(file, { force: true });
  }
  throw new Error(`could not claim ${file}: is another start racing with this one? Try again`);
}

function read(): Running | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Running;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
