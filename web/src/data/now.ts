import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let seconds = Math.floor(Date.now() / 1000);
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all that shows an age or a countdown, and none while nothing does. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick() {
  seconds = Math.floor(Date.now() / 1000);
  for (const listener of listeners) listener();
}

function read() {
  // Without a running clock the last tick is old.
  if (timer === undefined) seconds = Math.floor(Date.now() / 1000);
  return seconds;
}

/** UTC seconds of this device, ticking. */
export const useNow = (): number => useSyncExternalStore(subscribe, read);
