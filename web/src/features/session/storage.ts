import type { Offer, Session, SessionId, Tariff } from "@openjoule/sdk";
import type { Hex } from "viem";
import type { SignedStatement } from "./oracle-api.ts";

/**
 * What this browser keeps of a session, so that the page is whole before the subgraph has read the opening, and so that
 * the driver still holds the last signed statement when the oracle is gone.
 */
export interface KeptSession {
  readonly session: Session;
  readonly offer: Offer;
  readonly tariff: Tariff;
  readonly transactionHash: Hex;
}

const openedPlace = (id: SessionId) => `openjoule.session.${id.toLowerCase()}`;
const statementPlace = (id: SessionId) => `openjoule.statement.${id.toLowerCase()}`;

export const keepOpened = (id: SessionId, kept: KeptSession): void => write(openedPlace(id), kept);
export const readOpenedHere = (id: SessionId): KeptSession | undefined => read<KeptSession>(openedPlace(id));

export const keepStatement = (statement: SignedStatement): void =>
  write(statementPlace(statement.sessionId), statement);
export const readStatement = (id: SessionId): SignedStatement | undefined => read<SignedStatement>(statementPlace(id));

/** Once a session has ended, the chain holds all of it. */
export function forget(id: SessionId): void {
  try {
    localStorage.removeItem(openedPlace(id));
    localStorage.removeItem(statementPlace(id));
  } catch {
    // Storage may be forbidden.
  }
}

function write(place: string, value: unknown): void {
  try {
    localStorage.setItem(
      place,
      JSON.stringify(value, (_name, part: unknown) => (typeof part === "bigint" ? { $bigint: part.toString() } : part)),
    );
  } catch {
    // Storage may be forbidden: a reload then waits for the subgraph.
  }
}

function read<Value>(place: string): Value | undefined {
  try {
    const text = localStorage.getItem(place);
    if (text === null) return undefined;
    return JSON.parse(text, (_name, part: unknown) =>
      typeof part === "object" && part !== null && "$bigint" in part ? BigInt(String(part.$bigint)) : part,
    ) as Value;
  } catch {
    return undefined;
  }
}
