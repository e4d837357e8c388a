import type { Hex } from "viem";
import { createLoop, type Loop } from "../chain/loop.ts";
import type { HighWater } from "../store/high-water.ts";
import type { StatementRow } from "../store/schema.ts";
import type { StoreHandle, StoreTransaction } from "../store/store.ts";
import type { Changes, EngineContext, OwnOperator } from "./context.ts";
import { eachAlone, retryDelayMs } from "./each-alone.ts";
import { moveSession } from "./move.ts";
import { loadSession } from "./session-store.ts";
import { packSignature } from "./settlement.ts";
import { operatorsOf, signersOf } from "./signers.ts";

export type SigningOptions = {
  context: EngineContext;
  highWater: HighWater;
  /** Runs a body in one transaction and tells of its changes. */
  commit<T>(body: (transaction: StoreTransaction, changes: Changes) => Promise<T>): Promise<T>;
  /** A statement has all signatures that this oracle can give. */
  onSigned(sessionId: Hex, sequence: number): void;
};

/** Statements signed in one turn. */
const BATCH = 50;

/**
 * Signs what stands in the anti-equivocation table and has no signature yet. It reads committed rows only, so that nothing leaves
 * that could be forgotten; killed between signing and writing down, it signs the same digest again.
 */
export function createSigningLoop({ context, highWater, commit, onSigned }: SigningOptions): Loop {
  const { store, logger, metrics } = context;
  /** Number of the mark; undefined before it was read. It only rises. */
  let marked: number | undefined;

  async function sign(row: StatementRow): Promise<void> {
    const sessionId = row.session_id as Hex;
    const session = await loadSession(store.db, sessionId);
    if (session === undefined) throw new Error(`statement ${row.sequence} of ${sessionId} has no session`);
    const { committee, session: opened } = session.state.opening;
    const signers = signersOf(context.identity, committee, opened);
    // No other operator is asked yet: without our own quorum it waits for the keys that are missing.
    const ours = operatorsOf(signers).size;
    if (ours < committee.threshold) {
      throw new Error(
        `statement ${row.sequence} of ${sessionId}: keys of ${ours} of ${committee.threshold} operators that counted when it was opened`,
      );
    }
    const signatures = await Promise.all(signers.map((own) => signatureOf(own, row.statement_hash as Hex)));

    await commit(async (transaction, changes) => {
      const nowMs = context.nowMs();
      for (const { operator, key, signature } of signatures) {
        await transaction
          .insertInto("statement_signatures")
          .values({
            session_id: sessionId,
            sequence: row.sequence,
            key,
            operator,
            signature,
            created_at_ms: nowMs,
          })
          .onConflict((conflict) => conflict.columns(["session_id", "sequence", "key"]).doNothing())
          .execute();
      }
      await transaction
        .updateTable("statements")
        .set({ signed_at_ms: nowMs })
        .where("session_id", "=", sessionId)
        .where("sequence", "=", row.sequence)
        .execute();
      if (row.final === 1) {
        await moveSession(context, transaction, changes, sessionId, { type: "quorum", sequence: row.sequence });
      }
    });
    metrics.statements.inc({ final: row.final === 1 ? "true" : "false" });
    onSigned(sessionId, row.sequence);
  }

  /** One that cannot be signed, for want of a quorum or of the key service, makes room for the others. */
  async function putOff(row: StatementRow, error: unknown): Promise<void> {
    const delayMs = retryDelayMs(row.failures);
    const { session_id: sessionId, sequence } = row;
    metrics.failures.inc({ worker: "signing" });
    logger.error({ err: error, sessionId, sequence, delayMs }, "statement not signed, to be repeated");
    await store.db
      .updateTable("statements")
      .set({ failures: row.failures + 1, due_at_ms: context.nowMs() + delayMs })
      .where("session_id", "=", sessionId)
      .where("sequence", "=", sequence)
      .execute();
  }

  /** Nothing is signed before the mark apart from the database says that it was on record. */
  async function raiseMark(rows: readonly StatementRow[]): Promise<void> {
    marked ??= (await highWater.read())?.number ?? 0;
    const newest = rows.toSorted((a, b) => b.number - a.number)[0];
    if (newest === undefined || newest.number <= marked) return;
    await highWater.write({ number: newest.number, digest: newest.statement_hash as Hex });
    marked = newest.number;
  }

  return createLoop({
    pollMs: 5_000,
    async turn() {
      const rows = await store.db
        .selectFrom("statements")
        .selectAll()
        .where("signed_at_ms", "is", null)
        .where("due_at_ms", "<=", context.nowMs())
        .orderBy("due_at_ms")
        .orderBy("created_at_ms")
        .orderBy("sequence")
        .limit(BATCH)
        .execute();
      await raiseMark(rows);
      await eachAlone(rows, sign, putOff);
      return rows.length === BATCH;
    },
    onError(error, delayMs) {
      metrics.failures.inc({ worker: "signing" });
      logger.error({ err: error, delayMs }, "signing failed, to be repeated");
    },
  });
}

/** At a start: what was missing may be there now. */
export async function signAllNow(db: StoreHandle): Promise<void> {
  await db.updateTable("statements").set({ due_at_ms: 0 }).where("signed_at_ms", "is", null).execute();
}

async function signatureOf({ operator, signer }: OwnOperator, digest: Hex) {
  const signature = packSignature(await signer.sign(digest));
  return { operator: operator.toLowerCase(), key: signer.address.toLowerCase(), signature };
}
