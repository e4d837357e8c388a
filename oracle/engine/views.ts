import { encodeStatement, type SessionId, type Statement, sumPeriods } from "@openjoule/sdk";
import type { Hex } from "viem";
import type { SessionView, SignedStatementView } from "../api/types.ts";
import { costOf, lockedOf } from "../core/limits.ts";
import { phaseOf } from "../core/phase.ts";
import { decodeJson } from "../store/json.ts";
import type { StatementRow } from "../store/schema.ts";
import type { Store, StoreHandle } from "../store/store.ts";
import { loadSession, type StoredSession } from "./session-store.ts";
import { signaturesOf } from "./settlement.ts";

/** A session as the HTTP interface shows it, from the database alone; null when it is not served here. */
export async function viewSession(db: StoreHandle, sessionId: SessionId): Promise<SessionView | null> {
  const stored = await loadSession(db, sessionId);
  if (stored === undefined) return null;
  const { state, updatedAtMs } = stored;
  const status = statusOf(stored);
  const { offer, session } = state.opening;
  const periods = state.meter?.periods ?? [];
  const { energyWh, chargingSeconds, idleSeconds } = sumPeriods(periods);
  const transaction = await db
    .selectFrom("transactions")
    .select("hash")
    .where("id", "=", `settle:${sessionId}`)
    .executeTakeFirst();
  const signed = await db
    .selectFrom("statements")
    .select("sequence")
    .where("session_id", "=", sessionId)
    .where("signed_at_ms", "is not", null)
    .orderBy("sequence", "desc")
    .executeTakeFirst();
  return {
    sessionId,
    evse: offer.evse,
    driver: session.driver,
    owner: offer.owner,
    committeeId: offer.committeeId,
    currency: offer.currency,
    status,
    openedAt: session.openedAt,
    deposit: lockedOf(state),
    energyWh,
    // Of a halted one nobody reads the meter any more.
    powerW: status === "halted" ? null : (state.meter?.powerW ?? null),
    socPercent: state.meter?.socPercent ?? null,
    chargingSeconds,
    idleSeconds,
    cost: costOf(state, periods),
    stopReason: state.final?.reason ?? null,
    sequence: signed?.sequence ?? 0,
    settlementTransactionHash: (transaction?.hash ?? null) as Hex | null,
    updatedAtSeconds: Math.floor(updatedAtMs / 1_000),
  };
}

/** What is signed or on the chain takes its course in a halted session too. */
function statusOf({ state, halted }: StoredSession): string {
  return halted === null || state.exit !== null || state.signed ? phaseOf(state) : "halted";
}

/** Signed statements of a session by ascending sequence, above `afterSequence`. */
export async function viewStatements(
  { db }: Store,
  sessionId: SessionId,
  { afterSequence, limit }: { afterSequence: number; limit: number },
): Promise<SignedStatementView[]> {
  const rows = await db
    .selectFrom("statements")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("sequence", ">", afterSequence)
    .where("signed_at_ms", "is not", null)
    // Of an old session only the last one's signatures are kept.
    .where((row) =>
      row.exists(
        row
          .selectFrom("statement_signatures as signature")
          .select("signature.key")
          .whereRef("signature.session_id", "=", "statements.session_id")
          .whereRef("signature.sequence", "=", "statements.sequence"),
      ),
    )
    .orderBy("sequence")
    .limit(limit)
    .execute();
  return Promise.all(rows.map((row) => viewStatement(db, row)));
}

async function viewStatement(db: StoreHandle, row: StatementRow): Promise<SignedStatementView> {
  const { sequence, stopReason, waived, evidence, periods } = encodeStatement(decodeJson<Statement>(row.statement));
  const signatures = await signaturesOf(db, row.session_id, row.sequence);
  return {
    sessionId: row.session_id as Hex,
    sequence,
    stopReason,
    waived,
    evidence,
    periods,
    digest: row.statement_hash as Hex,
    signatures: signatures.map(({ operator, key, signature }) => ({ operator, key, ...signature })),
    cost: BigInt(row.cost),
    signedAtSeconds: Math.floor((row.signed_at_ms ?? row.created_at_ms) / 1_000),
  };
}
