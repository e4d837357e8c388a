import type { Address, Hex } from "viem";
import { decodeJson, encodeJson } from "../store/json.ts";
import type { TransactionRow, TransactionState } from "../store/schema.ts";
import type { StoreHandle } from "../store/store.ts";
import type { Attempt, OutboxRow } from "./outbox-decide.ts";

/** A transaction to be sent. It must do no harm when somebody else does the same first, or when it is sent twice. */
export type Submission = {
  /** Derived from its cause (`settle:<sessionId>`): the same cause never makes two. */
  id: string;
  /** Names the rules by which it counts as done by somebody else, see `kinds.ts`. */
  kind: string;
  sessionId: Hex | null;
  to: Address;
  data: Hex;
  value?: bigint;
};

/** States in which a transaction still needs the worker. */
export const LIVE_STATES = ["pending", "broadcast", "mined", "stuck", "capped", "unfunded"] as const;

/**
 * Puts a transaction into the outbox, in the caller's own database transaction; the worker does the rest. The same id again
 * changes nothing.
 * @returns False when the id was there already.
 */
export async function submitTransaction(db: StoreHandle, submission: Submission, nowMs: number): Promise<boolean> {
  const { id, kind, sessionId, to, data, value = 0n } = submission;
  const result = await db
    .insertInto("transactions")
    .values({
      id,
      kind,
      session_id: sessionId,
      to: to.toLowerCase(),
      data,
      value: value.toString(),
      state: "pending",
      attempts: encodeJson([]),
      due_at_ms: nowMs,
      created_at_ms: nowMs,
      updated_at_ms: nowMs,
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Everything not at its end, what has a nonce first and by nonce, then by age. */
export async function loadLive(db: StoreHandle): Promise<(OutboxRow & { dueAtMs: number; error: string | null })[]> {
  const rows = await db
    .selectFrom("transactions")
    .selectAll()
    .where("state", "in", LIVE_STATES)
    .orderBy("created_at_ms")
    .orderBy("id")
    .execute();
  const last = Number.MAX_SAFE_INTEGER;
  return rows.map(toOutboxRow).sort((a, b) => (a.nonce ?? last) - (b.nonce ?? last));
}

export type OutboxPatch = Partial<{
  state: TransactionState;
  signer: Address | null;
  nonce: number | null;
  attempts: readonly Attempt[];
  hash: Hex | null;
  blockNumber: number | null;
  blockHash: Hex | null;
  error: string | null;
  refusedAtBlock: number | null;
  reverts: number;
  dueAtMs: number;
}>;

export async function updateRow(db: StoreHandle, id: string, patch: OutboxPatch, nowMs: number): Promise<void> {
  const { attempts, blockNumber, blockHash, refusedAtBlock, dueAtMs, signer, ...rest } = patch;
  await db
    .updateTable("transactions")
    .set({
      ...rest,
      ...(signer !== undefined && { signer: signer?.toLowerCase() ?? null }),
      ...(attempts !== undefined && { attempts: encodeJson(attempts) }),
      ...(blockNumber !== undefined && { block_number: blockNumber }),
      ...(blockHash !== undefined && { block_hash: blockHash }),
      ...(refusedAtBlock !== undefined && { refused_at_block: refusedAtBlock }),
      ...(dueAtMs !== undefined && { due_at_ms: dueAtMs }),
      updated_at_ms: nowMs,
    })
    .where("id", "=", id)
    .execute();
}

export async function countByState(db: StoreHandle): Promise<Map<TransactionState, number>> {
  const rows = await db
    .selectFrom("transactions")
    .select(["state", (eb) => eb.fn.countAll<number>().as("count")])
    .where("state", "in", LIVE_STATES)
    .groupBy("state")
    .execute();
  return new Map(rows.map(({ state, count }) => [state, Number(count)]));
}

function toOutboxRow(row: TransactionRow) {
  return {
    id: row.id,
    kind: row.kind,
    to: row.to as Address,
    data: row.data as Hex,
    value: BigInt(row.value),
    state: row.state,
    signer: row.signer as Address | null,
    nonce: row.nonce,
    attempts: decodeJson<readonly Attempt[]>(row.attempts),
    blockNumber: row.block_number,
    refusedAtBlock: row.refused_at_block,
    reverts: row.reverts,
    dueAtMs: row.due_at_ms,
    error: row.error,
  };
}
