// Child processes: the command itself, and npm behind a line of progress.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { progress, SetupError } from "./report.mjs";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Passes signals on to a child, so that none is left behind, and stays alive until it has ended. A terminal gives its
 * Ctrl-C to the whole process group and npm repeats it: the child then has it already, and a second one would mean
 * "now, by force".
 */
function forwardSignals(child) {
  const last = {};
  const handlers = signals.map((signal) => {
    const handler = () => {
      const now = Date.now();
      const repeated = last[signal] !== undefined && now - last[signal] < 1000;
      last[signal] = now;
      if (repeated || (signal === "SIGINT" && (process.stdin.isTTY || process.stderr.isTTY))) return;
      child.kill(signal);
    };
    process.on(signal, handler);
    return [signal, handler];
  });
  // Killed by force, an npm that started us cannot tell: its child then belongs to somebody else.
  const parent = process.ppid;
  const endWhenOrphaned = () => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill("SIGTERM");
  };
  const watch = process.env.npm_lifecycle_event ? setInterval(endWhenOrphaned, 500).unref() : undefined;
  return () => {
    clearInterval(watch);
    for (const [signal, handler] of handlers) process.removeListener(signal, handler);
  };
}

/** Runs the command on our own standard streams; resolves to its exit code (128 + n when signal n ended it). */
export function runCommand(file, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: "inherit", ...options });
    const stop = forwardSignals(child);
    child.on("error", (error) => {
      stop();
      reject(new SetupError(`cannot run ${file}: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      stop();
      resolve(signal ? 128 + constants.signals[signal] : code);
    });
  });
}

/**
 * Runs a quiet child under a line of progress; resolves to its output, rejects with `failure(output)`. `started` is told its
 * process id.
 */
export function runWatched(what, file, args, options, { failure, started }) {
  const line = progress(what);
  return new Promise((resolve, reject) => {
    let output = "";
    let interrupted;
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    if (child.pid) started(child.pid);
    const collect = (chunk) => {
      output = (output + chunk).slice(-100000);
    };
    const handlers = signals.map((signal) => {
      const handler = () => {
        interrupted = signal;
        // npm would first put back what it had moved; the next set-up begins anew anyhow.
        child.kill("SIGKILL");
      };
      process.on(signal, handler);
      return [signal, handler];
    });
    const finish = (error) => {
      for (const [signal, handler] of handlers) process.removeListener(signal, handler);
      if (error) line.failed();
      else line.done();
      if (error) reject(error);
      else resolve(output);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error) => finish(new SetupError(`${what}: cannot run ${file}: ${error.message}`)));
    child.on("close", (code) => {
      if (interrupted) finish(new SetupError("interrupted", 128 + constants.signals[interrupted]));
      else finish(code === 0 ? undefined : failure(output));
    });
  });
}
