import { useSyncExternalStore } from "react";
import type { Place } from "./distance.ts";

/** Where the reader is, once they ask for it; it stays in this page and goes nowhere. */
export type Position =
  | { readonly status: "off" | "asking" }
  | { readonly status: "here"; readonly place: Place }
  /** denied: the reader or the browser said no; unavailable: no fix, no permission to try, or no such device. */
  | { readonly status: "denied" | "unavailable" };

let position: Position = { status: "off" };
const listeners = new Set<() => void>();

function set(next: Position): void {
  position = next;
  for (const listener of listeners) listener();
}

/** GeolocationPositionError.PERMISSION_DENIED */
const PERMISSION_DENIED = 1;

/** Asks the browser, which asks the reader. */
export function locate(): void {
  if (position.status === "asking") return;
  if (!("geolocation" in navigator)) {
    set({ status: "unavailable" });
    return;
  }
  set({ status: "asking" });
  navigator.geolocation.getCurrentPosition(
    ({ coords: { latitude, longitude } }) => set({ status: "here", place: { latitude, longitude } }),
    ({ code }) => set({ status: code === PERMISSION_DENIED ? "denied" : "unavailable" }),
    // A charger is chosen by the kilometre: a rough and recent fix will do.
    { enableHighAccuracy: false, maximumAge: 60_000, timeout: 15_000 },
  );
}

export const forgetPosition = (): void => set({ status: "off" });

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePosition(): Position {
  return useSyncExternalStore(subscribe, () => position);
}
