import type { Phase, SessionState } from "./types.ts";

/** Where a session is: it follows from what has happened, in whatever order it did. */
export function phaseOf(state: SessionState): Phase {
  if (state.exit !== null) return state.exit.type;
  const delivering = state.transaction !== null && !state.transaction.stopped;
  if (state.orphaned && (state.final !== null || !delivering)) return "abandoned";
  if (state.final !== null) return state.signed ? "settling" : "final";
  if (state.stop !== null) return "stopping";
  return delivering ? "charging" : "starting";
}

/** Phases in which a device's messages may still move the session. */
export function isLive(phase: Phase): boolean {
  return phase === "starting" || phase === "charging" || phase === "stopping";
}

/** The token by which a device reports the session's start: 20 characters, as OCPP 1.6 §7.28 IdToken allows. */
export function idTokenOf(sessionId: string): string {
  return sessionId.slice(2, 22).toUpperCase();
}
