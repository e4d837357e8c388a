import {
  type Committee,
  chargingSessionsAbi,
  committeeId,
  type Eip712Domain,
  type Offer,
  offerHash,
  oracleRegistryAbi,
  pricingHash,
  type Session,
  sessionId,
  stationRegistryAbi,
  type TariffPricing,
  type TariffTerms,
  tariffIdOf,
  termsHash,
  toStopReason,
} from "@openjoule/sdk";
import { type Address, decodeEventLog, type Hex, toEventSelector } from "viem";
import type { RawLog } from "./reader.ts";
import type { SessionChainEvent, SessionOpenedEvent } from "./types.ts";

/** The three contracts of one deployment. */
export type ContractSet = {
  chainId: number;
  stationRegistry: Address;
  oracleRegistry: Address;
  chargingSessions: Address;
  /** Block of the deployment: nothing of interest is older. */
  startBlock: number;
};

/** What is known on the chain by its hash only, from the event that showed it. */
export type Content =
  | { kind: "offer"; hash: Hex; offer: Offer }
  | { kind: "tariff"; hash: Hex; terms: TariffTerms; pricing: TariffPricing; termsHash: Hex; pricingHash: Hex }
  | { kind: "committee"; hash: Hex; committee: Committee };
export type ContentOf<K extends Content["kind"]> = Extract<Content, { kind: K }>;

type PlaceKey = "eventId" | "blockNumber" | "blockHash" | "blockTimestampSeconds" | "transactionHash" | "logIndex";
type Bare<E> = E extends unknown ? Omit<E, PlaceKey> : never;
/** `SessionOpened` before it is joined with the contents of its hashes. */
export type BareOpened = Pick<SessionOpenedEvent, "type" | "sessionId" | "evse" | "session">;
export type BareSessionEvent = BareOpened | Bare<Exclude<SessionChainEvent, SessionOpenedEvent>>;

export type DecodedLog = { log: RawLog } & ({ content: Content } | { event: BareSessionEvent });

/** A log that contradicts its own hashes or ABI: the node is broken or lies, and nothing of it is taken. */
export class ChainDataInvalid extends Error {
  constructor(log: RawLog, field: string, value: string, expected: string, cause?: unknown) {
    super(
      `log ${log.logIndex} of block ${log.blockNumber} (${log.blockHash}): ${field} is ${value}, expected ${expected}`,
      { cause },
    );
    this.name = "ChainDataInvalid";
  }
}

const abi = [...stationRegistryAbi, ...oracleRegistryAbi, ...chargingSessionsAbi] as const;
const WANTED = [
  "TariffPublished",
  "CommitteeActivated",
  "OfferActivated",
  "SessionOpened",
  "SessionToppedUp",
  "StopRequested",
  "CheckpointRecorded",
  "SessionSettled",
  "SessionClosed",
] as const;
const wantedAbi = abi.filter(
  (item): item is Extract<(typeof abi)[number], { type: "event"; name: (typeof WANTED)[number] }> =>
    item.type === "event" && (WANTED as readonly string[]).includes(item.name),
);

/** First topics of the events that the oracle reads; all other logs of the contracts are never fetched. */
export const wantedTopics: readonly Hex[] = wantedAbi.map((item) => toEventSelector(item));

/**
 * Reads one log and checks what it says against the hashes that it says it by.
 * @param log Of one of the set's contracts, with one of `wantedTopics`.
 * @throws ChainDataInvalid
 */
export function decodeLog(log: RawLog, contracts: ContractSet): DecodedLog {
  const { eventName, args } = decode(log);
  const must = (field: string, value: Hex, expected: Hex) => {
    if (value !== expected) throw new ChainDataInvalid(log, field, value, expected);
  };
  switch (eventName) {
    case "TariffPublished": {
      const { terms, pricing } = args;
      const hashes = { termsHash: termsHash(terms), pricingHash: pricingHash(pricing) };
      must("tariffId", args.tariffId, tariffIdOf(hashes));
      return { log, content: { kind: "tariff", hash: args.tariffId, terms, pricing, ...hashes } };
    }
    case "CommitteeActivated":
      must("committeeId", args.committeeId, committeeId(args.committee));
      return { log, content: { kind: "committee", hash: args.committeeId, committee: args.committee } };
    case "OfferActivated":
      must("offerHash", args.offerHash, offerHash(args.offer));
      return { log, content: { kind: "offer", hash: args.offerHash, offer: args.offer } };
    case "SessionOpened": {
      const { sessionId: id, evse, ...session } = args;
      must("sessionId", id, sessionId(domainOf(contracts), session satisfies Session));
      return { log, event: { type: "sessionOpened", sessionId: id, evse, session } };
    }
    case "SessionToppedUp":
      return { log, event: { type: "toppedUp", ...args } };
    case "StopRequested":
      return { log, event: { type: "stopRequested", ...args } };
    case "CheckpointRecorded":
      return { log, event: { type: "checkpointRecorded", ...args } };
    case "SessionSettled":
      return { log, event: { type: "settled", ...args, stopReason: toStopReason(args.stopReason) } };
    case "SessionClosed":
      return { log, event: { type: "closed", ...args } };
  }
}

/** EIP-712 domain of the set's ChargingSessions, as the sdk takes it. */
export function domainOf(contracts: ContractSet): Eip712Domain {
  return { chainId: contracts.chainId, verifyingContract: contracts.chargingSessions };
}

function decode(log: RawLog) {
  try {
    return decodeEventLog({ abi: wantedAbi, data: log.data, topics: log.topics as [Hex, ...Hex[]] });
  } catch (cause) {
    throw new ChainDataInvalid(log, "data", `${log.data.slice(0, 66)}…`, "what the event's ABI says", cause);
  }
}
