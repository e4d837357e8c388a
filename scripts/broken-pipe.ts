/**
 * Calls back, once, when whoever read standard output or error has gone (`npm start | head -1`): without a listener, Node
 * ends this process with a stack, and in no order. Other errors of the streams are thrown as ever.
 */
export function onBrokenPipe(
  broken: () => void,
  streams = [process.stdout, process.stderr] as NodeJS.EventEmitter[],
): void {
  let told = false;
  for (const stream of streams) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      if (told) return;
      told = true;
      broken();
    });
  }
}
