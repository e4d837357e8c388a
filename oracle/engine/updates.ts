import type { Logger } from "pino";
import type { Hex } from "viem";
import type { SessionUpdate } from "../api/types.ts";
import type { Store } from "../store/store.ts";
import { viewSession, viewStatements } from "./views.ts";

type Listener = (update: SessionUpdate) => void;

/**
 * Tells subscribers what has been committed. It reads the database for each update, one at a time and only for sessions that
 * somebody listens to, so that updates never run ahead of what a restart would show.
 */
export function createUpdates(store: Store, logger: Logger) {
  const listeners = new Map<Hex, Set<Listener>>();
  /** What waits: the session's state, and the sequences newly signed. */
  const waiting = new Map<Hex, Set<number>>();
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    for (let [next] = waiting; next !== undefined; [next] = waiting) {
      const [sessionId, sequences] = next;
      waiting.delete(sessionId);
      try {
        await tell(
          sessionId,
          [...sequences].sort((a, b) => a - b),
        );
      } catch (error) {
        logger.warn({ err: error, sessionId }, "an update of a session was not told");
      }
    }
    running = undefined;
  }

  async function tell(sessionId: Hex, sequences: readonly number[]): Promise<void> {
    const session = await viewSession(store.db, sessionId);
    for (const sequence of sequences) {
      const [statement] = await viewStatements(store, sessionId, { afterSequence: sequence - 1, limit: 1 });
      if (statement?.sequence === sequence) emit(sessionId, { type: "statement", statement });
    }
    if (session !== null) emit(sessionId, { type: "state", session });
  }

  function emit(sessionId: Hex, update: SessionUpdate): void {
    for (const listener of listeners.get(sessionId) ?? []) listener(update);
  }

  return {
    /** A session has changed, or (with a sequence) a statement of it was signed. */
    changed(sessionId: Hex, sequence?: number): void {
      if (!listeners.has(sessionId)) return;
      const sequences = waiting.get(sessionId) ?? new Set();
      if (sequence !== undefined) sequences.add(sequence);
      waiting.set(sessionId, sequences);
      running ??= run();
    },
    subscribe(sessionId: Hex, listener: Listener): () => void {
      const own = listeners.get(sessionId) ?? new Set();
      own.add(listener);
      listeners.set(sessionId, own);
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(sessionId) === own) listeners.delete(sessionId);
      };
    },
    async idle(): Promise<void> {
      await running;
    },
  };
}
