import {
  chargingSessionsAbi,
  type Deployment,
  type Offer,
  offerHash,
  pricingHash,
  type Session,
  type SessionId,
  type StationConfig,
  sessionId as sessionIdOf,
  type Tariff,
} from "@openjoule/sdk";
import {
  type Address,
  encodeFunctionData,
  type Hex,
  parseEventLogs,
  parseSignature,
  type TypedDataDefinition,
} from "viem";
import type { PermitDomain } from "./chain.ts";

/** What a driver agrees to. */
export interface Choice {
  readonly offer: Offer;
  readonly config: StationConfig;
  readonly tariff: Tariff;
}

/** For how long a permission to take the deposit counts, seconds. */
const PERMIT_SECONDS = 3600;

export const permitDeadline = (nowMs: number): bigint => BigInt(Math.floor(nowMs / 1000) + PERMIT_SECONDS);

/** An EIP-2612 permit for the escrow: exactly `amount`, once, until `deadline`. */
export function permitTypedData(given: {
  readonly deployment: Deployment;
  readonly token: Address;
  readonly owner: Address;
  readonly amount: bigint;
  readonly deadline: bigint;
  readonly domain: PermitDomain;
}): TypedDataDefinition {
  const { deployment, token, owner, amount, deadline, domain } = given;
  const { name, version, nonce } = domain;
  return {
    domain: { name, version, chainId: deployment.chainId, verifyingContract: token },
    types: {
      Permit: [
        { name: "owner", type: "address" },
        { name: "spender", type: "address" },
        { name: "value", type: "uint256" },
        { name: "nonce", type: "uint256" },
        { name: "deadline", type: "uint256" },
      ],
    },
    primaryType: "Permit",
    message: { owner, spender: deployment.contracts.ChargingSessions.address, value: amount, nonce, deadline },
  };
}

export interface SignedPermit {
  readonly token: Address;
  readonly amount: bigint;
  readonly deadline: bigint;
  readonly signature: Hex;
}

/**
 * The one call that pays and opens: permit and deposit where the ledger lacks, proof of the offer where it is not active,
 * opening. A single part goes without `multicall`.
 */
export function openCall(given: {
  readonly choice: Choice;
  readonly deposit: bigint;
  readonly maxSeconds: number;
  readonly permit: SignedPermit | undefined;
  readonly offerActive: boolean;
}): Hex {
  const { choice, deposit, maxSeconds, permit, offerActive } = given;
  const { offer, config, tariff } = choice;
  const abi = chargingSessionsAbi;
  const parts: Hex[] = [];
  if (permit !== undefined) {
    const { token, amount, deadline } = permit;
    const { r, s, v, yParity } = parseSignature(permit.signature);
    const recovery = Number(v ?? BigInt(yParity) + 27n);
    const args = [token, amount, deadline, recovery, r, s] as const;
    parts.push(encodeFunctionData({ abi, functionName: "depositWithPermit", args }));
  }
  if (!offerActive) {
    const args = [offer, config, tariff.terms, pricingHash(tariff.pricing)] as const;
    parts.push(encodeFunctionData({ abi, functionName: "activateOffer", args }));
  }
  parts.push(encodeFunctionData({ abi, functionName: "open", args: [offer, deposit, maxSeconds, 0n] }));
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return encodeFunctionData({ abi, functionName: "multicall", args: [parts] });
}

/**
 * The session that a transaction opened. Undefined when its logs hold none, or one that is not the hash of its own
 * parameters or not of this offer.
 */
export function readOpened(
  logs: readonly { readonly address: Address; readonly data: Hex; readonly topics: readonly Hex[] }[],
  deployment: Deployment,
  offer: Offer,
): { readonly sessionId: SessionId; readonly session: Session } | undefined {
  const { chainId, contracts } = deployment;
  const verifyingContract = contracts.ChargingSessions.address;
  const own = logs.filter(({ address }) => address.toLowerCase() === verifyingContract.toLowerCase());
  const events = parseEventLogs({ abi: chargingSessionsAbi, eventName: "SessionOpened", logs: own as never });
  for (const { args } of events) {
    const { sessionId, evse: _, ...session } = args;
    const isOwn =
      session.offerHash === offerHash(offer) && sessionIdOf({ chainId, verifyingContract }, session) === sessionId;
    if (isOwn) return { sessionId, session };
  }
  return undefined;
}
