import { spawn as spawnProcess } from "node:child_process";
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ProcessDiedError } from "./errors.ts";
import { lastLines, readFrom } from "./logs.ts";

/** A process to start. */
export interface ProcessOptions {
  /** Short name, also of its log file: `chain`, `postgres`. */
  name: string;
  command: string;
  args?: readonly string[];
  cwd?: string;
  /** Its whole environment. Default: `baseEnvironment()`, so that what a user has set for other purposes stays out. */
  env?: NodeJS.ProcessEnv;
  /** `pipe`: lines can be sent to it. Default `ignore`. */
  stdin?: "ignore" | "pipe";
  /** Run as this user and group (only root may). */
  uid?: number;
  gid?: number;
  /** Asks it to end. Default SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** Ends it when this process itself must end at once. Default SIGKILL; Postgres tidies up on SIGQUIT. */
  emergencySignal?: NodeJS.Signals;
  /** How long it may take to end before it is killed, seconds. Default 5. */
  graceSeconds?: number;
}

/** How a process ended. */
export interface Exit {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Its standard output and error, together. */
  readonly logFile: string;
  /** How it ended; undefined while it runs. */
  readonly exit: Exit | undefined;
  /** Resolves when it has ended, for whatever reason. Never rejects. */
  readonly ended: Promise<Exit>;
  /** The end of what it wrote. */
  lastLines(count?: number): string;
  /** All that it wrote. */
  output(): string;
  /** The error that says how it ended and what it wrote last. */
  deathError(): ProcessDiedError;
  /** Writes a line to its standard input. @throws Error when it was started without one, or has ended */
  send(line: string): void;
  /** The stop signal, then SIGKILL after the grace period. Resolves when it is gone; calling it again is harmless. */
  stop(): Promise<Exit>;
  /** Ends it at once, as a crash or a loss of power does. Resolves when it is gone. */
  kill(): Promise<Exit>;
}

/** What a run must know about the processes it has started. */
export interface ChildEvents {
  started(
    child: Child,
    options: Required<Pick<ProcessOptions, "stopSignal" | "emergencySignal" | "graceSeconds">>,
  ): void;
  ended(child: Child): void;
}

/** What every program needs of the environment. Proxies, in particular, must not come between parts on loopback. */
export function baseEnvironment(): NodeJS.ProcessEnv {
  const kept = ["PATH", "HOME", "TMPDIR", "LANG", "TZ"];
  return Object.fromEntries(kept.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])));
}

/**
 * Starts a process in a group of its own: Ctrl-C in the terminal then reaches only this process, which ends its
 * children in order, and what a child leaves behind can be killed with it.
 *
 * @throws ProcessDiedError when it cannot be started
 */
export async function startProcess(options: ProcessOptions, logFolder: string, events: ChildEvents): Promise<Child> {
  const { name, command, args = [], stopSignal = "SIGTERM", emergencySignal = "SIGKILL", graceSeconds = 5 } = options;
  const logFile = join(logFolder, `${name}.log`);
  mkdirSync(logFolder, { recursive: true });
  // Written by the child itself, not through a pipe: nothing is lost and nothing blocks when this process is busy.
  const log = openSync(logFile, "a");
  const logStart = fstatSync(log).size;
  const spawned = (() => {
    try {
      return spawnProcess(command, args, {
        cwd: options.cwd ?? logFolder,
        env: options.env ?? baseEnvironment(),
        ...(options.uid === undefined ? {} : { uid: options.uid }),
        ...(options.gid === undefined ? {} : { gid: options.gid }),
        detached: true,
        stdio: [options.stdin ?? "ignore", log, log],
      });
    } finally {
      closeSync(log);
    }
  })();

  let exit: Exit | undefined;
  const { promise: ended, resolve: resolveEnded } = Promise.withResolvers<Exit>();
  if (spawned.pid === undefined) {
    const error = await new Promise<Error>((resolve) => spawned.once("error", resolve));
    throw new ProcessDiedError(name, { exitCode: null, reason: `could not be started: ${error.message}` }, logFile, "");
  }
  const pid = spawned.pid;
  // E.g. a signal that could not be sent: `stop` looks at whether the process is there, not at this.
  spawned.on("error", () => {});
  // It may end while a line is on its way to it.
  spawned.stdin?.on("error", () => {});

  let stopping: Promise<Exit> | undefined;
  const child: Child = {
    name,
    pid,
    logFile,
    ended,
    get exit() {
      return exit;
    },
    lastLines: (count = 15) => lastLines(logFile, count, logStart),
    output: () => readFrom(logFile, logStart),
    deathError() {
      const how = exit?.signal ? `was ended by ${exit.signal}` : `ended with code ${exit?.exitCode}`;
      return new ProcessDiedError(name, { exitCode: exit?.exitCode ?? null, reason: how }, logFile, child.lastLines());
    },
    send(line) {
      if (!spawned.stdin) throw new Error(`${name} was started without a standard input`);
      if (exit) throw child.deathError();
      spawned.stdin.write(`${line}\n`);
    },
    kill() {
      signalGroup(pid, "SIGKILL");
      return ended;
    },
    stop() {
      stopping ??= (async () => {
        if (exit) return exit;
        signalProcess(pid, stopSignal);
        const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), graceSeconds * 1000);
        try {
          return await ended;
        } finally {
          clearTimeout(timer);
        }
      })();
      return stopping;
    },
  };
  spawned.once("exit", (exitCode, signal) => {
    exit = { exitCode, signal };
    // What it may have started and not ended itself.
    signalGroup(pid, "SIGKILL");
    events.ended(child);
    resolveEnded(exit);
  });
  events.started(child, { stopSignal, emergencySignal, graceSeconds });
  return child;
}

/** What the system says of a process. */
export interface ProcessStatus {
  /** Ended, but its parent has not asked how. */
  isZombie: boolean;
  /** Clock ticks since boot, which tells it from a later process of the same number. Linux only. */
  startTime: string | undefined;
}

/** Undefined when there is no such process. */
export function processStatus(pid: number): ProcessStatus | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and another user's.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may hold spaces: count from after it (fields 3 and 22).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { isZombie: fields[0] === "Z", startTime: fields[19] };
  } catch {
    return { isZombie: false, startTime: undefined };
  }
}

/** Whether a process is there and has not ended. */
export function isRunning(pid: number): boolean {
  return processStatus(pid)?.isZombie === false;
}

/** Sends a signal to one process; false when it is no longer there. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Sends a signal to the group that a child leads, to what is left of it. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  return signalProcess(-pid, signal);
}
