import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { processStatus, signalGroup, signalProcess } from "./processes.ts";

/**
 * The process that outlives its parent. It reads on standard input what the parent has started, one JSON object a line.
 * When the input ends without `bye`, the parent was killed: it ends what is left, removes the folders, and ends.
 */

/** What a line says. */
export type WatchdogMessage =
  | { watch: Watched }
  | { forget: number }
  | { folder: string }
  | { forgetFolder: string }
  | { bye: true };

/** A process to end: see ProcessOptions. */
interface Watched {
  pid: number;
  stopSignal: NodeJS.Signals;
  graceSeconds: number;
}

const processes = new Map<number, Watched & { startTime: string | undefined }>();
const folders = new Set<string>();
let dismissed = false;

function obey(message: WatchdogMessage): void {
  if ("watch" in message) {
    processes.set(message.watch.pid, { ...message.watch, startTime: processStatus(message.watch.pid)?.startTime });
  } else if ("forget" in message) processes.delete(message.forget);
  else if ("folder" in message) folders.add(message.folder);
  else if ("forgetFolder" in message) folders.delete(message.forgetFolder);
  else dismissed = true;
}

async function end({ pid, stopSignal, graceSeconds, startTime }: Watched & { startTime: string | undefined }) {
  /** Undefined when it is gone; `other` when the number has been given to another process. */
  const look = () => {
    const status = processStatus(pid);
    if (!status || status.isZombie) return undefined;
    return status.startTime === startTime ? "ours" : "other";
  };
  if (look() === "ours") signalProcess(pid, stopSignal);
  const deadline = Date.now() + graceSeconds * 1000;
  while (look() === "ours" && Date.now() < deadline) await new Promise((next) => setTimeout(next, 20));
  // A number is not given to a new process while a group of that number exists: this is the old group, or nobody's.
  if (look() !== "other") signalGroup(pid, "SIGKILL");
}

async function main(): Promise<void> {
  // Ended only by its input: whoever ends the parent by a signal to many processes must not end this with it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  for await (const line of createInterface({ input: process.stdin })) obey(JSON.parse(line) as WatchdogMessage);
  if (dismissed) return;
  await Promise.all([...processes.values()].map(end));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

if (import.meta.main) await main();
