// Loaded before the command: a bootstrap that was killed can pass nothing on, so the command asks itself to end in order.
import process from "node:process";
import { isMainThread } from "node:worker_threads";

const everyMs = 250;
const parent = process.env.OPENJOULE_BOOTSTRAP;

// Whom the command starts with our options is nobody's concern here: the command sees to its own.
if (isMainThread && parent !== undefined) {
  delete process.env.OPENJOULE_BOOTSTRAP;
  const watch = setInterval(() => {
    if (process.ppid === Number(parent)) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, everyMs);
  watch.unref();
}
