import type { Hex } from "viem";
import { presentSession, presentStatement } from "./present.ts";
import type { SessionSource } from "./types.ts";

export type EventStreamOptions = {
  sessions: SessionSource;
  sessionId: Hex;
  /** Sequence of the last statement that the client has. */
  afterSequence: number;
  /** A comment is sent when nothing else was for so long; it also looks at the store again. */
  heartbeatMs: number;
  /** Ends the stream. */
  signal: AbortSignal;
};

/** Statements read from the store at once. */
const PAGE = 50;

/**
 * The server-sent events of one session (WHATWG HTML §9.2): `state` for each change of the live state, and `statement` for
 * each signed statement in order, whose id is its sequence, so that a client resumes with `Last-Event-ID`.
 *
 * It is pulled by the socket: a slow client makes it read the store less often, and never queues. An update only wakes it;
 * what is sent comes from the store, so a lost update costs at most a heartbeat.
 */
export async function* sessionEvents(options: EventStreamOptions): AsyncGenerator<string> {
  const { sessions, sessionId, heartbeatMs, signal } = options;
  let { afterSequence } = options;
  let lastState = "";
  let changed = true;
  let wake = () => {};
  const unsubscribe = sessions.subscribe(sessionId, () => {
    changed = true;
    wake();
  });
  const end = () => wake();
  signal.addEventListener("abort", end);
  try {
    yield `retry: ${RETRY_MS}\n\n`;
    while (!signal.aborted) {
      changed = false;
      let statements = await sessions.statements(sessionId, { afterSequence, limit: PAGE });
      while (statements.length > 0 && !signal.aborted) {
        for (const statement of statements) {
          yield event("statement", presentStatement(statement), statement.sequence);
          afterSequence = statement.sequence;
        }
        statements = await sessions.statements(sessionId, { afterSequence, limit: PAGE });
      }
      const session = await sessions.get(sessionId);
      const state = session === null ? "" : JSON.stringify(presentSession(session));
      if (state !== lastState) {
        lastState = state;
        yield event("state", state);
      }
      if (changed || signal.aborted) continue;
      const quiet = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(true), heartbeatMs);
        wake = () => {
          clearTimeout(timer);
          resolve(false);
        };
      });
      if (quiet) yield ": keep-alive\n\n";
    }
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", end);
  }
}

/** After how long a client comes back when the stream breaks. */
const RETRY_MS = 2_000;

function event(name: string, data: unknown, id?: number): string {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return `event: ${name}\n${id === undefined ? "" : `id: ${id}\n`}data: ${text}\n\n`;
}
