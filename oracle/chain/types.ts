/**
 * What the chain says about sessions, in one shape for the core: every event carries the full contents its hashes stand for.
 * Types only: importing this file does no I/O. Money is in base units, times are UTC seconds, hashes are 32 bytes.
 */
import type {
  Committee,
  EvseKey,
  Offer,
  Session,
  SessionId,
  StopReason,
  TariffPricing,
  TariffTerms,
} from "@openjoule/sdk";
import type { Address, Hex } from "viem";

/** Where an event stands on the chain. */
export type ChainEventPlace = {
  /**
   * `<blockHash>:<logIndex>:<reorgs>`: the key for the inbox. Delivering an event again (after a crash) repeats its id; the
   * same log seen again after a reorg has another one, because between the two it was `removed`.
   */
  eventId: string;
  blockNumber: number;
  blockHash: Hex;
  blockTimestampSeconds: number;
  transactionHash: Hex;
  logIndex: number;
};

type EventBase = ChainEventPlace & { sessionId: SessionId };

/** `SessionOpened`, joined with everything its hashes commit to (all checked against those hashes). */
export type SessionOpenedEvent = EventBase & {
  type: "sessionOpened";
  evse: EvseKey;
  offer: Offer;
  session: Session;
  terms: TariffTerms;
  pricing: TariffPricing;
  termsHash: Hex;
  pricingHash: Hex;
  committee: Committee;
};

export type StopRequestedEvent = EventBase & { type: "stopRequested"; evse: EvseKey; by: Address };
export type ToppedUpEvent = EventBase & { type: "toppedUp"; payer: Address; amount: bigint };
export type CheckpointRecordedEvent = EventBase & {
  type: "checkpointRecorded";
  sequence: number;
  cost: bigint;
  waived: bigint;
  evidence: Hex;
  /** Packed, as on the chain; `unpackPeriod` of the sdk reads them. */
  periods: readonly bigint[];
};
export type SettledEvent = EventBase & {
  type: "settled";
  cost: bigint;
  /** What was really paid to the committee's members in all. */
  fee: bigint;
  sequence: number;
  stopReason: StopReason;
  waived: bigint;
  evidence: Hex;
  periods: readonly bigint[];
};
export type ClosedEvent = EventBase & { type: "closed"; cost: bigint };

/** A reorg took an earlier event off the chain. Same place as the removed event, with an id of its own. */
export type RemovedEvent = EventBase & {
  type: "removed";
  removedEventId: string;
  removedType: SessionChainEvent["type"];
};

export type SessionChainEvent =
  | SessionOpenedEvent
  | StopRequestedEvent
  | ToppedUpEvent
  | CheckpointRecordedEvent
  | SettledEvent
  | ClosedEvent;

/**
 * Chain → core. Order: by block and log index; after a reorg first the `removed` of the orphaned events, newest first, then
 * what the new chain has.
 */
export type ChainEvent = SessionChainEvent | RemovedEvent;
export type ChainEventType = ChainEvent["type"];
export type ChainEventOf<T extends ChainEventType> = Extract<ChainEvent, { type: T }>;
