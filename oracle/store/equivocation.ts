/**
 * The anti-equivocation table. A statement's hash is written here, and the transaction committed and synced, before anything
 * signs it: whatever happens afterwards, this database never holds two different statements of one session and sequence, nor
 * one that does not extend the one before. Signing either would be proof for slashing (OracleRegistry).
 */
import { extensionProblem, type SessionId, type Statement } from "@openjoule/sdk";
import type { Hex } from "viem";
import { newestMark } from "./high-water.ts";
import { decodeJson, encodeJson } from "./json.ts";
import type { StatementRow } from "./schema.ts";
import type { StoreHandle, StoreTransaction } from "./store.ts";

export type EquivocationCode =
  /** Another statement of this session and sequence is on record. */
  | "secondHash"
  /** It does not extend the last one on record. */
  | "notAnExtension";

/** A statement that must never be signed. Nothing was written. */
export class EquivocationError extends Error {
  readonly code: EquivocationCode;
  readonly sessionId: SessionId;
  readonly sequence: number;
  constructor(code: EquivocationCode, sessionId: SessionId, sequence: number, detail: string) {
    super(`${code}: statement ${sequence} of session ${sessionId}: ${detail}`);
    this.name = "EquivocationError";
    this.code = code;
    this.sessionId = sessionId;
    this.sequence = sequence;
  }
}

export type StatementToReserve = {
  sessionId: SessionId;
  /** The EIP-712 digest that will be signed. */
  digest: Hex;
  statement: Statement;
  /** Base units. */
  cost: bigint;
  nowMs: number;
};

/**
 * Writes down what is about to be signed. It may be signed once the caller's transaction is committed.
 * @returns False when exactly this statement was on record already.
 * @throws EquivocationError
 */
export async function reserveStatement(
  transaction: StoreTransaction,
  { sessionId, digest, statement, cost, nowMs }: StatementToReserve,
): Promise<boolean> {
  const { sequence } = statement;
  const same = await findStatement(transaction, sessionId, sequence);
  if (same !== undefined) {
    if (same.statement_hash === digest) return false;
    throw new EquivocationError("secondHash", sessionId, sequence, `is ${digest}, on record is ${same.statement_hash}`);
  }
  const last = await transaction
    .selectFrom("statements")
    .select("statement")
    .where("session_id", "=", sessionId)
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  const problem = last && extensionProblem(decodeJson<Statement>(last.statement), statement);
  if (problem !== undefined) {
    const detail = `${problem.name}: ${problem.field} is ${String(problem.value)}, expected ${problem.expected}`;
    throw new EquivocationError("notAnExtension", sessionId, sequence, detail);
  }
  const newest = await newestMark(transaction);
  await transaction
    .insertInto("statements")
    .values({
      number: newest.number + 1,
      session_id: sessionId,
      sequence,
      statement_hash: digest,
      statement: encodeJson(statement),
      final: statement.stopReason === 0 ? 0 : 1,
      cost: cost.toString(),
      created_at_ms: nowMs,
    })
    .execute();
  return true;
}

/** One statement on record, or undefined. */
export function findStatement(db: StoreHandle, sessionId: string, sequence: number): Promise<StatementRow | undefined> {
  return db
    .selectFrom("statements")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("sequence", "=", sequence)
    .executeTakeFirst();
}
