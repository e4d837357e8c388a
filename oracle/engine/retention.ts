import { setImmediate as yieldTurn } from "node:timers/promises";
import { createLoop, type Loop } from "../chain/loop.ts";
import type { StoreHandle } from "../store/store.ts";
import type { EngineContext } from "./context.ts";

/** For how long what nothing needs any more is kept. */
export type Retention = {
  /**
   * What a session leaves behind, from its end on: raw messages, commands, signatures over superseded statements. As long, from
   * when they came: commands of no session, and what devices report of themselves.
   */
  sessionDays: number;
  /** Keys of events against repetitions: devices replay what they kept for days, not months. */
  inboxDays: number;
};

export const defaultRetention: Retention = { sessionDays: 180, inboxDays: 35 };

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 3_600_000;
/** Sessions taken up at once. */
const BATCH = 50;
/** Rows deleted in one statement: a few milliseconds in which nobody else has the database. */
const CHUNK = 500;

/** Deletes some `CHUNK` rows; fewer when no more are left. */
type Deletion = () => Promise<{ numDeletedRows: bigint }>;

/**
 * Deletes by age what grows with every message. A session is over with its exit on the chain; one that has not left the chain keeps
 * everything, however old. Statements stay for ever, because each row keeps its sequence from being signed twice, and so do the
 * signatures over the last one, with which a receipt is checked.
 */
export function createRetentionLoop(context: EngineContext, retention: Retention): Loop {
  const { store, logger, metrics, nowMs } = context;

  async function clear(deletion: Deletion): Promise<void> {
    for (let full = true; full; ) {
      const { numDeletedRows } = await deletion();
      full = numDeletedRows >= BigInt(CHUNK);
      // Promises alone never let the sockets in.
      await yieldTurn();
    }
  }

  async function clearSession(sessionId: string): Promise<void> {
    await clear(() => deleteEvidence(store.db, { sessionId }));
    await clear(() => deleteCommands(store.db, { sessionId }));
    await clear(() => deleteSupersededSignatures(store.db, sessionId));
    await store.db.updateTable("sessions").set({ cleared: 1 }).where("session_id", "=", sessionId).execute();
  }

  return createLoop({
    pollMs: LOOK_EVERY_MS,
    async turn() {
      const beforeMs = nowMs() - retention.sessionDays * DAY_MS;
      const sessions = await sessionsOverBefore(store.db, beforeMs);
      for (const sessionId of sessions) await clearSession(sessionId);
      if (sessions.length > 0) logger.info({ sessions: sessions.length }, "what old sessions left behind is deleted");
      await clear(() => deleteEvidence(store.db, { sessionId: null, beforeMs }));
      await clear(() => deleteCommands(store.db, { sessionId: null, beforeMs }));
      await clear(() => deleteReports(store.db, beforeMs));
      await clear(() => deleteInbox(store.db, nowMs() - retention.inboxDays * DAY_MS));
      return sessions.length === BATCH;
    },
    onError(error, delayMs) {
      metrics.failures.inc({ worker: "retention" });
      logger.error({ err: error, delayMs }, "deleting old rows failed, to be repeated");
    },
  });
}

async function sessionsOverBefore(db: StoreHandle, beforeMs: number): Promise<string[]> {
  const rows = await db
    .selectFrom("sessions")
    .select("session_id")
    .where("cleared", "=", 0)
    .where("updated_at_ms", "<", beforeMs)
    // Its own state does not say it: a halted session takes no event any more.
    .where((row) =>
      row.exists(
        row
          .selectFrom("chain_events")
          .select("chain_events.event_id")
          .whereRef("chain_events.session_id", "=", "sessions.session_id")
          .where("chain_events.type", "in", ["settled", "closed"])
          .where("chain_events.block_timestamp_seconds", "<", Math.floor(beforeMs / 1_000)),
      ),
    )
    .orderBy("updated_at_ms")
    .limit(BATCH)
    .execute();
  return rows.map((row) => row.session_id);
}

/** Of one session; or of none, waiting for a person since before a time. */
function deleteEvidence(db: StoreHandle, of: { sessionId: string } | { sessionId: null; beforeMs: number }) {
  let old = db.selectFrom("evidence").select("event_id").limit(CHUNK);
  old =
    of.sessionId === null
      ? old.where("session_id", "is", null).where("received_at_ms", "<", of.beforeMs)
      : old.where("session_id", "=", of.sessionId);
  return db.deleteFrom("evidence").where("event_id", "in", old).executeTakeFirst();
}

function deleteCommands(db: StoreHandle, of: { sessionId: string } | { sessionId: null; beforeMs: number }) {
  let old = db.selectFrom("commands").select("command_id").where("state", "!=", "pending").limit(CHUNK);
  old =
    of.sessionId === null
      ? old.where("session_id", "is", null).where("updated_at_ms", "<", of.beforeMs)
      : old.where("session_id", "=", of.sessionId);
  return db.deleteFrom("commands").where("command_id", "in", old).executeTakeFirst();
}

function deleteReports(db: StoreHandle, beforeMs: number) {
  const old = db.selectFrom("device_reports").select("number").where("received_at_ms", "<", beforeMs).limit(CHUNK);
  return db.deleteFrom("device_reports").where("number", "in", old).executeTakeFirst();
}

function deleteSupersededSignatures(db: StoreHandle, sessionId: string) {
  const last = db
    .selectFrom("statements")
    .select(({ fn }) => fn.max("sequence").as("sequence"))
    .where("session_id", "=", sessionId);
  const old = db
    .selectFrom("statement_signatures")
    .select("sequence")
    .distinct()
    .where("session_id", "=", sessionId)
    .where("sequence", "<", last)
    .limit(CHUNK);
  return db
    .deleteFrom("statement_signatures")
    .where("session_id", "=", sessionId)
    .where("sequence", "in", old)
    .executeTakeFirst();
}

function deleteInbox(db: StoreHandle, beforeMs: number) {
  const old = db.selectFrom("inbox").select("event_id").where("received_at_ms", "<", beforeMs).limit(CHUNK);
  return db.deleteFrom("inbox").where("event_id", "in", old).executeTakeFirst();
}
