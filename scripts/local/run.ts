import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { type Child, isRunning, type ProcessOptions, signalGroup, signalProcess, startProcess } from "./processes.ts";
import { stateFolder } from "./state-folder.ts";
import { startWatchdog, type Watchdog } from "./watch.ts";

export interface RunOptions {
  /** Where the logs go. Default: `<time>-<pid>` in the state folder, of which the last few are kept. */
  folder?: string;
  /** Called when SIGINT, SIGTERM or SIGHUP has come, before everything is stopped: the place to say so in words. */
  onSignal?: (signal: NodeJS.Signals) => void;
}

/**
 * Everything that is started for one purpose, and the promise that it ends: on `stop()`, on SIGINT, SIGTERM and SIGHUP
 * (in order, with grace), when this process ends or throws (at once), and when it is killed (by the watchdog).
 */
export interface Run {
  /** The folder of the logs. */
  readonly folder: string;
  readonly stopping: boolean;
  /** The processes of the run that have not ended. */
  readonly running: readonly Child[];
  /** Starts a process that belongs to the run. @throws ProcessDiedError when it cannot be started */
  start(options: ProcessOptions): Promise<Child>;
  /** A new empty folder under the system's temporary folder, only for this user, removed when the run ends. */
  temporaryFolder(label: string): string;
  /** Removes a temporary folder before the run ends. */
  removeTemporaryFolder(folder: string): Promise<void>;
  /** Has something in this process ended with the run, e.g. a server. Returns a function that takes it back. */
  onStop(action: () => Promise<void> | void): () => void;
  /** Ends everything, last started first. Calling it again is harmless. */
  stop(): Promise<void>;
}

const LOGS_KEPT = 5;
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Something that ends with the run. */
interface Part {
  child?: Child;
  stop: () => unknown;
}

interface RunState {
  parts: Part[];
  emergencySignals: Map<Child, NodeJS.Signals>;
  folders: Set<string>;
  options: RunOptions;
  stop(): Promise<void>;
}

/** The runs of this process that are not over, and their common watchdog. */
const runs = new Set<RunState>();
let watchdog: Watchdog | undefined;

export function createRun(options: RunOptions = {}): Run {
  const folder = options.folder ?? newLogFolder();
  mkdirSync(folder, { recursive: true });
  let stopped: Promise<void> | undefined;

  async function stopEverything(): Promise<void> {
    const errors: unknown[] = [];
    const attempt = async (action: () => unknown) => {
      try {
        await action();
      } catch (error) {
        errors.push(error);
      }
    };
    for (let part = state.parts.pop(); part; part = state.parts.pop()) {
      await attempt(part.stop);
    }
    for (const path of state.folders) await attempt(() => removeTemporaryFolder(path));
    runs.delete(state);
    if (runs.size === 0) await unguard();
    if (errors.length > 0) throw new AggregateError(errors, `the run in ${folder} did not end cleanly`);
  }

  async function removeTemporaryFolder(path: string): Promise<void> {
    if (!state.folders.has(path)) throw new Error(`${path} is no temporary folder of this run`);
    await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    state.folders.delete(path);
    watchdog?.tell({ forgetFolder: path });
  }

  const state: RunState = {
    parts: [],
    emergencySignals: new Map(),
    folders: new Set(),
    options,
    stop: () => run.stop(),
  };
  const assertRunning = () => {
    if (stopped) throw new Error("the run is ending; nothing more is started in it");
  };
  const run: Run = {
    folder,
    get stopping() {
      return stopped !== undefined;
    },
    get running() {
      return state.parts.flatMap(({ child }) => child ?? []);
    },
    async start(processOptions) {
      assertRunning();
      return startProcess(processOptions, folder, {
        started(child, { stopSignal, emergencySignal, graceSeconds }) {
          watchdog?.tell({ watch: { pid: child.pid, stopSignal, graceSeconds } });
          state.parts.push({ child, stop: child.stop });
          state.emergencySignals.set(child, emergencySignal);
        },
        ended(child) {
          watchdog?.tell({ forget: child.pid });
          state.parts = state.parts.filter((part) => part.child !== child);
          state.emergencySignals.delete(child);
        },
      });
    },
    temporaryFolder(label) {
      assertRunning();
      const path = mkdtempSync(join(tmpdir(), `openjoule-${label}-`));
      state.folders.add(path);
      watchdog?.tell({ folder: path });
      return path;
    },
    removeTemporaryFolder,
    onStop(action) {
      assertRunning();
      const part: Part = { stop: action };
      state.parts.push(part);
      return () => {
        state.parts = state.parts.filter((other) => other !== part);
      };
    },
    stop() {
      stopped ??= stopEverything();
      return stopped;
    },
  };
  if (runs.size === 0) guard();
  runs.add(state);
  return run;
}

/** Watches over this process while it has runs. */
function guard(): void {
  watchdog = startWatchdog();
  for (const signal of signals) process.on(signal, endBySignal);
  process.on("exit", endAtOnce);
}

async function unguard(): Promise<void> {
  for (const signal of signals) process.off(signal, endBySignal);
  process.off("exit", endAtOnce);
  const dismissed = watchdog;
  watchdog = undefined;
  await dismissed?.dismiss();
}

let signalled = false;

/** Ends the runs in order and then this process by the same signal; a second signal does not wait. */
async function endBySignal(signal: NodeJS.Signals): Promise<void> {
  if (signalled) process.exit(128 + constants.signals[signal]);
  signalled = true;
  for (const { options } of runs) options.onSignal?.(signal);
  await Promise.allSettled([...runs].map((run) => run.stop()));
  // Without our handlers, the signal now does what it does by default: whoever waits sees how this process ended.
  process.kill(process.pid, signal);
}

/** Nothing asynchronous happens any more: signal and leave. The watchdog sees to the rest, the folders included. */
function endAtOnce(): void {
  for (const { emergencySignals } of runs) {
    for (const [child, signal] of emergencySignals) {
      if (signal === "SIGKILL") signalGroup(child.pid, signal);
      else signalProcess(child.pid, signal);
    }
  }
}

/** A new folder for logs; of the older ones the last few are kept. */
function newLogFolder(): string {
  const root = stateFolder();
  mkdirSync(root, { recursive: true });
  const stamp = /^\d{8}-\d{6}-(\d+)$/;
  const finished = readdirSync(root)
    .filter((name) => stamp.test(name) && !isRunning(Number(stamp.exec(name)?.[1])))
    .sort();
  for (const name of finished.slice(0, Math.max(0, finished.length - LOGS_KEPT + 1))) {
    rmSync(join(root, name), { recursive: true, force: true });
  }
  const time = new Date()
    .toISOString()
    .replace(/[-:]|\..*/g, "")
    .replace("T", "-");
  return join(root, `${time}-${process.pid}`);
}
