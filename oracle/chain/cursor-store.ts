import type { Hex } from "viem";
import type { StoreHandle, StoreTransaction } from "../store/store.ts";
import type { Header } from "./reader.ts";
import type { RemovedEvent, SessionChainEvent } from "./types.ts";

/** A block by number and hash. */
export type BlockId = { number: number; hash: Hex };
/** How far the logs are read: up to and with this block. */
export type Cursor = BlockId & { reorgs: number };

/** The database was read along another set of contracts: its sessions are not this deployment's. */
export class CursorOfAnotherDeployment extends Error {
  constructor(given: string, expected: string) {
    super(`the database follows ${given}, expected ${expected}: use another database for another deployment`);
    this.name = "CursorOfAnotherDeployment";
  }
}

/** Something else moved the cursor: two oracles on one database. */
export class CursorMoved extends Error {
  constructor(id: string, expected: BlockId) {
    super(
      `log cursor ${id} is no longer at block ${expected.number} (${expected.hash}): does another oracle use this store?`,
    );
    this.name = "CursorMoved";
  }
}

/** @throws CursorOfAnotherDeployment */
export async function loadCursor(db: StoreHandle, id: string): Promise<Cursor | undefined> {
  const rows = await db.selectFrom("log_cursor").selectAll().execute();
  const row = rows.find((candidate) => candidate.id === id);
  if (row === undefined) {
    if (rows[0] !== undefined) throw new CursorOfAnotherDeployment(rows[0].id, id);
    return undefined;
  }
  return { number: row.block_number, hash: row.block_hash as Hex, reorgs: row.reorgs };
}

export async function startCursor(db: StoreHandle, id: string, block: BlockId, nowMs: number): Promise<Cursor> {
  await db
    .insertInto("log_cursor")
    .values({ id, block_number: block.number, block_hash: block.hash, updated_at_ms: nowMs })
    .execute();
  return { ...block, reorgs: 0 };
}

/** Compare and set. @throws CursorMoved */
async function moveCursor(
  transaction: StoreTransaction,
  id: string,
  from: Cursor,
  to: Cursor,
  nowMs: number,
): Promise<void> {
  const result = await transaction
    .updateTable("log_cursor")
    .set({ block_number: to.number, block_hash: to.hash, reorgs: to.reorgs, updated_at_ms: nowMs })
    .where("id", "=", id)
    .where("block_number", "=", from.number)
    .where("block_hash", "=", from.hash)
    .where("reorgs", "=", from.reorgs)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) throw new CursorMoved(id, from);
}

/** Moves the cursor forward to the last of `headers` and remembers them and the events; forgets headers below `keepFrom`. */
export async function advance(
  transaction: StoreTransaction,
  step: {
    id: string;
    from: Cursor;
    headers: readonly Header[];
    events: readonly SessionChainEvent[];
    keepFrom: number;
    nowMs: number;
  },
): Promise<void> {
  const last = step.headers.at(-1);
  if (last === undefined) return;
  for (const event of step.events) {
    await transaction
      .insertInto("chain_events")
      .values({
        event_id: event.eventId,
        type: event.type,
        session_id: event.sessionId,
        block_number: event.blockNumber,
        block_hash: event.blockHash,
        block_timestamp_seconds: event.blockTimestampSeconds,
        transaction_hash: event.transactionHash,
        log_index: event.logIndex,
      })
      .execute();
  }
  await transaction
    .insertInto("blocks")
    .values(
      step.headers.map((header) => ({
        number: header.number,
        hash: header.hash,
        parent_hash: header.parentHash,
        timestamp_seconds: header.timestamp,
      })),
    )
    .onConflict((conflict) =>
      conflict.column("number").doUpdateSet((eb) => ({
        hash: eb.ref("excluded.hash"),
        parent_hash: eb.ref("excluded.parent_hash"),
        timestamp_seconds: eb.ref("excluded.timestamp_seconds"),
      })),
    )
    .execute();
  await transaction.deleteFrom("blocks").where("number", "<", Math.min(step.keepFrom, last.number)).execute();
  const to = { number: last.number, hash: last.hash, reorgs: step.from.reorgs };
  await moveCursor(transaction, step.id, step.from, to, step.nowMs);
}

/** The recent headers up to `head`, ascending. */
export async function rememberedBlocks(db: StoreHandle, head: number): Promise<BlockId[]> {
  const rows = await db
    .selectFrom("blocks")
    .select(["number", "hash"])
    .where("number", "<=", head)
    .orderBy("number")
    .execute();
  return rows.map(({ number, hash }) => ({ number, hash: hash as Hex }));
}

/**
 * The blocks of all events up to `head`, ascending. They are never forgotten, so that a reorg deeper than the remembered
 * headers still finds where it began.
 */
export async function blocksOfEvents(db: StoreHandle, head: number): Promise<BlockId[]> {
  const rows = await db
    .selectFrom("chain_events")
    .select(["block_number", "block_hash"])
    .distinct()
    .where("block_number", "<=", head)
    .orderBy("block_number")
    .execute();
  return rows.map((row) => ({ number: row.block_number, hash: row.block_hash as Hex }));
}

/**
 * Takes the cursor back to `to` and forgets what was above it.
 * @returns The removals to hand out, newest first.
 */
export async function rollBack(
  transaction: StoreTransaction,
  step: { id: string; from: Cursor; to: BlockId; nowMs: number },
): Promise<RemovedEvent[]> {
  const orphaned = await transaction
    .selectFrom("chain_events")
    .selectAll()
    .where("block_number", ">", step.to.number)
    .orderBy("block_number", "desc")
    .orderBy("log_index", "desc")
    .execute();
  await transaction.deleteFrom("chain_events").where("block_number", ">", step.to.number).execute();
  await transaction.deleteFrom("blocks").where("number", ">", step.to.number).execute();
  await moveCursor(transaction, step.id, step.from, { ...step.to, reorgs: step.from.reorgs + 1 }, step.nowMs);
  return orphaned.map((row) => ({
    type: "removed",
    eventId: `${row.event_id}:removed`,
    removedEventId: row.event_id,
    removedType: row.type,
    sessionId: row.session_id as Hex,
    blockNumber: row.block_number,
    blockHash: row.block_hash as Hex,
    blockTimestampSeconds: row.block_timestamp_seconds,
    transactionHash: row.transaction_hash as Hex,
    logIndex: row.log_index,
  }));
}
