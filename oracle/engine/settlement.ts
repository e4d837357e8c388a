import { type CompactSignature, encodeStatement, type Statement } from "@openjoule/sdk";
import type { Address, Hex } from "viem";
import type { Settlement } from "../chain/settle.ts";
import type { SessionState } from "../core/types.ts";
import { decodeJson } from "../store/json.ts";
import type { StatementRow } from "../store/schema.ts";
import type { StoreHandle } from "../store/store.ts";
import type { EngineIdentity } from "./context.ts";

export type OperatorKeySignature = { operator: Address; key: Address; signature: CompactSignature };

/** `r ‖ vs` as it stands in a row. */
export function packSignature({ r, vs }: CompactSignature): Hex {
  return `${r}${vs.slice(2)}` as Hex;
}

export function unpackSignature(packed: string): CompactSignature {
  return { r: packed.slice(0, 66) as Hex, vs: `0x${packed.slice(66)}` };
}

/** All signatures over a statement that this oracle has, by ascending operator. */
export async function signaturesOf(
  db: StoreHandle,
  sessionId: string,
  sequence: number,
): Promise<OperatorKeySignature[]> {
  const rows = await db
    .selectFrom("statement_signatures")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("sequence", "=", sequence)
    .execute();
  return rows
    .map((row) => ({
      operator: row.operator as Address,
      key: row.key as Address,
      signature: unpackSignature(row.signature),
    }))
    .sort((a, b) => (BigInt(a.operator) < BigInt(b.operator) ? -1 : 1));
}

/**
 * A final statement with all that proves and prices it. A signature of ours may be older than the news that its key was retired;
 * those of keys that are no longer configured stay: they counted when they signed.
 */
export async function settlementOf(
  db: StoreHandle,
  { operators }: EngineIdentity,
  state: SessionState,
  row: StatementRow,
): Promise<Settlement> {
  const { sessionId, offer, session, committee, pricing, termsHash } = state.opening;
  const own = new Map(operators.map(({ signer, wasActive }) => [signer.address.toLowerCase(), wasActive]));
  const signatures = await signaturesOf(db, sessionId, row.sequence);
  return {
    sessionId,
    offer,
    session,
    statement: encodeStatement(decodeJson<Statement>(row.statement)),
    committee,
    signatures: signatures.filter(({ key }) => own.get(key)?.(session.openedAt) ?? true),
    pricing,
    termsHash,
  };
}
