import {
  chargingSessionsAbi,
  committeeId,
  type Deployment,
  decodeStatement,
  type Filing,
  type Offer,
  offerHash,
  type Period,
  recoverStatementKeys,
  type Session,
  type SessionId,
  sessionCost,
  sessionId as sessionIdOf,
  shareOut,
  type Tariff,
  tariffId,
} from "@openjoule/sdk";
import { type Address, decodeFunctionData, isAddressEqual, parseEventLogs } from "viem";
import type { MinedCall } from "./chain.ts";

/** One thing that this browser has checked by itself. */
export interface Check {
  readonly key: "parameters" | "arithmetic" | "signatures" | "refund";
  /** `skipped`: there is nothing to check, or what it takes cannot be read. */
  readonly result: "right" | "wrong" | "skipped";
}

/** Who signed the final statement, as recovered here. */
export interface Signer {
  readonly key: Address;
  /** Whose key it was when the session opened, by OracleRegistry; undefined when nobody's. */
  readonly operator: Address | undefined;
}

export interface Verification {
  readonly checks: readonly Check[];
  readonly signers: readonly Signer[];
  /** Signatures that the committee needs; undefined when the filing could not be read. */
  readonly threshold: number | undefined;
}

export interface VerifyInput {
  readonly deployment: Deployment;
  readonly sessionId: SessionId;
  readonly session: Session;
  readonly offer: Offer;
  readonly tariff: Tariff;
  /** As the receipt shows them. */
  readonly receipt: {
    readonly exit: "Settled" | "Closed";
    readonly periods: readonly Period[];
    readonly cost: bigint;
    readonly locked: bigint;
    readonly refund: bigint;
    readonly fee: bigint;
  };
  /** The exit's transaction, read from the chain and not from the subgraph. */
  readonly exit: MinedCall;
  readonly operatorOf: (key: Address, at: number) => Promise<Address | undefined>;
}

/**
 * Checks a receipt against the chain without trusting the subgraph that it came from or the oracle that filed it: that the
 * terms are those that the driver opened under, that the cost follows from the periods by the one cost rule and is what the
 * contract's event says, that a quorum of the committee signed exactly this, and that the refund is the rest.
 */
export async function verifyReceipt(input: VerifyInput): Promise<Verification> {
  const { deployment, sessionId, session, offer, tariff, receipt, exit } = input;
  const domain = { chainId: deployment.chainId, verifyingContract: deployment.contracts.ChargingSessions.address };
  const event = exitEvent(input);
  const filing = filingOf(exit, sessionId, domain);

  const parameters =
    sessionIdOf(domain, session) === sessionId.toLowerCase() &&
    offerHash(offer) === session.offerHash &&
    tariffId(tariff.terms, tariff.pricing) === offer.tariffId;

  const periods = event?.periods ?? receipt.periods;
  const recomputed = sessionCost({
    pricing: tariff.pricing,
    periods,
    waived: event?.waived ?? 0n,
    locked: receipt.locked,
  });
  const arithmetic = event !== undefined && recomputed.total === event.cost && event.cost === receipt.cost;

  const { result: signatures, signers } = await checkSignatures(input, filing, domain);
  return {
    checks: [
      { key: "parameters", result: parameters ? "right" : "wrong" },
      { key: "arithmetic", result: arithmetic ? "right" : "wrong" },
      { key: "signatures", result: signatures },
      { key: "refund", result: checkRefund(input, filing, event) },
    ],
    signers,
    threshold: filing?.committee.threshold,
  };
}

interface ExitEvent {
  readonly cost: bigint;
  readonly fee: bigint;
  readonly waived: bigint | undefined;
  readonly periods: readonly Period[] | undefined;
}

/** What the contract said when the session ended. */
function exitEvent({ deployment, sessionId, exit }: VerifyInput): ExitEvent | undefined {
  const { address } = deployment.contracts.ChargingSessions;
  const own = exit.logs.filter((log) => isAddressEqual(log.address, address));
  const settled = parseEventLogs({ abi: chargingSessionsAbi, eventName: "SessionSettled", logs: own });
  for (const { args } of settled) {
    if (args.sessionId !== sessionId.toLowerCase()) continue;
    const { periods } = decodeStatement({
      sequence: args.sequence,
      stopReason: 0,
      waived: args.waived,
      evidence: args.evidence,
      periods: args.periods,
    });
    return { cost: args.cost, fee: args.fee, waived: args.waived, periods };
  }
  const closed = parseEventLogs({ abi: chargingSessionsAbi, eventName: "SessionClosed", logs: own });
  const found = closed.find(({ args }) => args.sessionId === sessionId.toLowerCase());
  return found && { cost: found.args.cost, fee: 0n, waived: undefined, periods: undefined };
}

/** What was filed, with its signatures: they are in the call, not in the event. */
function filingOf(
  { input }: MinedCall,
  sessionId: SessionId,
  domain: Parameters<typeof sessionIdOf>[0],
): Filing | undefined {
  try {
    const call = decodeFunctionData({ abi: chargingSessionsAbi, data: input });
    if (call.functionName !== "settle") return undefined;
    const filing = call.args[0] as unknown as Filing;
    return sessionIdOf(domain, filing.session) === sessionId.toLowerCase() ? filing : undefined;
  } catch {
    return undefined;
  }
}

async function checkSignatures(
  { sessionId, session, offer, operatorOf }: VerifyInput,
  filing: Filing | undefined,
  domain: Parameters<typeof sessionIdOf>[0],
): Promise<{ result: Check["result"]; signers: readonly Signer[] }> {
  if (filing === undefined) return { result: "skipped", signers: [] };
  const statement = decodeStatement(filing.statement);
  try {
    const keys = await recoverStatementKeys(domain, sessionId, statement, filing.signatures);
    const signers = await Promise.all(
      keys.map(async (key) => ({ key, operator: await operatorOf(key, session.openedAt) })),
    );
    const members = filing.committee.members.map((member) => member.toLowerCase());
    const operators = new Set(signers.flatMap(({ operator }) => operator?.toLowerCase() ?? []));
    const quorum = [...operators].filter((operator) => members.includes(operator)).length;
    const right =
      committeeId(filing.committee) === offer.committeeId &&
      operators.size === keys.length &&
      quorum === keys.length &&
      quorum >= filing.committee.threshold;
    return { result: right ? "right" : "wrong", signers };
  } catch (error) {
    // A signature that no key can be recovered from; a chain that does not answer is the caller's to tell.
    if (error instanceof Error && error.name === "InvalidSignature") return { result: "wrong", signers: [] };
    throw error;
  }
}

/** Cost, fee and refund divide exactly what was locked. */
function checkRefund(
  { receipt }: VerifyInput,
  filing: Filing | undefined,
  event: ExitEvent | undefined,
): Check["result"] {
  if (event === undefined) return "skipped";
  const { feeBps, members } = filing?.committee ?? { feeBps: 0, members: [1] };
  if (filing === undefined && receipt.exit === "Settled") {
    return receipt.refund === receipt.locked - event.cost ? "right" : "wrong";
  }
  const shares = shareOut({ cost: event.cost, locked: receipt.locked, feeBps, members: members.length });
  return shares.driver === receipt.refund && shares.fee === event.fee && receipt.fee === event.fee ? "right" : "wrong";
}
