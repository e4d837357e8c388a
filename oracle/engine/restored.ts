import type { SessionState } from "../core/types.ts";
import { type HighWater, isUpToDate, newestMark } from "../store/high-water.ts";
import { decodeJson } from "../store/json.ts";
import { FIRST_HEAD, forgetMeta } from "../store/meta.ts";
import type { StoreTransaction } from "../store/store.ts";
import { type EngineContext, noChanges } from "./context.ts";
import { halt } from "./move.ts";

const REASON = "the database is older than what has been signed: a restored backup";
/** More transactions than devices can have begun since a backup. */
const SKIPPED_NUMBERS = 1_000_000;

/**
 * Compares the database with the high-water mark. When it is older, nobody knows what was signed for the sessions that ran at its
 * time and those opened since: none of them is signed for again, they end by `close`. A final statement on record is the last one
 * there can be, and stands. May be cut short anywhere: it is done again.
 * @throws HighWaterError
 */
export async function leaveRestored(context: EngineContext, highWater: HighWater): Promise<boolean> {
  const { store, logger, nowMs } = context;
  const mark = await highWater.read();
  if (await isUpToDate(store.db, mark)) {
    // From the first start on, so that a lost mark is not taken for a new database.
    if (mark === null) await highWater.write(await newestMark(store.db));
    return false;
  }
  const halted = await store.transaction(async (transaction) => {
    await forgetMeta(transaction, FIRST_HEAD);
    await skipTransactionIds(transaction, nowMs());
    const rows = await transaction
      .selectFrom("sessions")
      .select("state")
      .where("active", "=", 1)
      .where("halted", "is", null)
      .execute();
    const running = rows.map((row) => decodeJson<SessionState>(row.state)).filter(({ final }) => final === null);
    for (const state of running) await halt(transaction, state, REASON, nowMs(), noChanges());
    return running.map(({ opening }) => opening.sessionId);
  });
  const newest = await newestMark(store.db);
  logger.error({ alert: "restored", marked: mark?.number ?? null, newest: newest.number, halted }, REASON);
  await highWater.write(newest);
  return true;
}

/** Ids given out since the backup are in devices' queues: a message under one of them must not fit a later transaction. */
async function skipTransactionIds(transaction: StoreTransaction, nowMs: number): Promise<void> {
  const last = await transaction
    .selectFrom("device_transactions")
    .select("number")
    .orderBy("number", "desc")
    .executeTakeFirst();
  const number = (last?.number ?? 0) + SKIPPED_NUMBERS;
  const none = { device_id: "", session_id: null, transaction_id: "", connector_id: null };
  await transaction
    .insertInto("device_transactions")
    .values({ ...none, number, start_key: `restored:${number}`, started_at_ms: nowMs })
    .execute();
}
