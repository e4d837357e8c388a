import { type CompactSignature, chargingSessionsAbi, type Filing, type SessionId } from "@openjoule/sdk";
import { type Address, encodeFunctionData, getAddress, type Hex } from "viem";
import type { StoreHandle } from "../store/store.ts";
import type { SupersededBy } from "./outbox-decide.ts";
import { type Submission, submitTransaction } from "./outbox-store.ts";

/** What the engine has of a final statement that a quorum has signed. Signatures in any order, each by its operator. */
export type Settlement = Omit<Filing, "signatures"> & {
  sessionId: SessionId;
  signatures: readonly { operator: Address; signature: CompactSignature }[];
};

/** A settlement that the contract would refuse for its shape alone. */
export class SettlementInvalid extends Error {
  constructor(sessionId: SessionId, field: string, value: string, expected: string) {
    super(`settlement of session ${sessionId}: ${field} is ${value}, expected ${expected}`);
    this.name = "SettlementInvalid";
  }
}

/**
 * A settlement as the contract takes it: exactly the committee's threshold of signatures, by ascending operator. Of more than
 * enough, those of the lowest operators are taken, so that every machine files the same.
 * @throws SettlementInvalid
 */
export function toFiling({ sessionId, signatures, ...filing }: Settlement): Filing {
  const { threshold, members } = filing.committee;
  const known = new Set(members.map((member) => getAddress(member)));
  const byOperator = new Map<Address, CompactSignature>();
  for (const { operator, signature } of signatures) {
    const address = getAddress(operator);
    if (!known.has(address)) {
      throw new SettlementInvalid(sessionId, "signatures", `signed by ${address}`, "members of the committee");
    }
    byOperator.set(address, signature);
  }
  if (byOperator.size < threshold) {
    throw new SettlementInvalid(sessionId, "signatures", `of ${byOperator.size} operators`, `of at least ${threshold}`);
  }
  const sorted = [...byOperator].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1));
  return { ...filing, signatures: sorted.slice(0, threshold).map(([, signature]) => signature) };
}

/** Calldata of `ChargingSessions.settle`. */
export function encodeSettle(filing: Filing): Hex {
  return encodeFunctionData({ abi: chargingSessionsAbi, functionName: "settle", args: [filing] });
}

export const SETTLE = "settle";
/** By kind: what the contract says when there is nothing left to do. A settled or closed session is unknown to it. */
export const supersededBy: Readonly<Record<string, SupersededBy>> = { [SETTLE]: ["UnknownSession"] };

/** The outbox row that settles a session: one per session, whatever happens. @throws SettlementInvalid */
export function settleSubmission(chargingSessions: Address, settlement: Settlement): Submission {
  return {
    id: `${SETTLE}:${settlement.sessionId}`,
    kind: SETTLE,
    sessionId: settlement.sessionId,
    to: chargingSessions,
    data: encodeSettle(toFiling(settlement)),
  };
}

/**
 * Puts the settlement into the outbox inside the caller's database transaction. The worker sends it.
 * @returns False when this session's settlement was there already.
 * @throws SettlementInvalid
 */
export async function submitSettle(
  db: StoreHandle,
  chargingSessions: Address,
  settlement: Settlement,
  nowMs: number,
): Promise<boolean> {
  return submitTransaction(db, settleSubmission(chargingSessions, settlement), nowMs);
}
