import type { Address, Hex } from "viem";
import type { StopReason } from "./stop-reason.ts";

/**
 * The structs of `contracts/types/`, field by field as viem encodes and decodes them: integers up to 48 bits are
 * `number`, larger ones `bigint`. Money is in base units of the currency, times are UTC seconds.
 */

/** A plain value passes for any of its kinds, but one kind does not pass for another. */
type Flavor<Value, Name extends string> = Value & { readonly __kind?: Name };

/** A station's id: the hash of its first configuration, with the low 16 bits zero. Also the ERC-721 token id. */
export type StationId = Flavor<bigint, "StationId">;
/** `stationId | index`, the EVSE's index in the low 16 bits. */
export type EvseKey = Flavor<bigint, "EvseKey">;
/** Ledger id of a currency: the ERC-20's address as a number, ERC-7528's for the native one, or a credit's id. */
export type CurrencyId = Flavor<bigint, "CurrencyId">;
/** Hash of a tariff's terms and pricing. */
export type TariffId = Flavor<Hex, "TariffId">;
/** Hash of a committee. */
export type CommitteeId = Flavor<Hex, "CommitteeId">;
/** Hash of an offer. */
export type OfferHash = Flavor<Hex, "OfferHash">;
/** Hash of a session's opening parameters under the contract's EIP-712 domain. */
export type SessionId = Flavor<Hex, "SessionId">;

/** What one EVSE offers under one tariff: everything a driver agrees to. */
export interface Offer {
  readonly evse: EvseKey;
  /** Who is paid: the station's owner at opening. */
  readonly owner: Address;
  /** Counts the station's sales. */
  readonly ownerEpoch: number;
  readonly tariffId: TariffId;
  readonly committeeId: CommitteeId;
  /** keccak256 of the meter's public key, or zero when it does not sign. */
  readonly meterKeyHash: Hex;
  readonly currency: CurrencyId;
  /** Base units. */
  readonly minimumDeposit: bigint;
  /** Bounds the energy that a statement may claim, W. */
  readonly powerCapW: number;
}

/** Everything fixed at opening. */
export interface Session {
  readonly offerHash: OfferHash;
  /** Hash of the block before the opening one. */
  readonly parentHash: Hex;
  readonly driver: Address;
  /** Locked at opening, base units. */
  readonly deposit: bigint;
  /** The EVSE's session counter. */
  readonly counter: number;
  /** UTC seconds. */
  readonly openedAt: number;
  /** Duration limit after opening, seconds. */
  readonly maxSeconds: number;
  /** Hash of what only some sessions have; zero without. */
  readonly extras: Hex;
}

export const PeriodKind = { Charging: 0, Idle: 1 } as const;
export type PeriodKind = (typeof PeriodKind)[keyof typeof PeriodKind];

/** One stretch of a session. */
export interface Period {
  readonly kind: PeriodKind;
  /** UTC seconds. */
  readonly start: number;
  /** 1 to 2^32 − 1. */
  readonly seconds: number;
  readonly energyWh: number;
}

/** What the quorum says a meter said, from the session's start. */
export interface Statement {
  /** From 1; each higher one extends the one before. */
  readonly sequence: number;
  /** `StopReason.None` marks a statement that is not final. */
  readonly stopReason: StopReason;
  /** Forgiven by the committee, base units; never shrinks. */
  readonly waived: bigint;
  /** EIP-712 hash of `Evidence(bytes32 meterRecords,bytes32 batteries)`, or zero. */
  readonly evidence: Hex;
  /** At most 256, ascending, not overlapping. */
  readonly periods: readonly Period[];
}

/** A statement as the contracts and EIP-712 take it: each period packed into one word. */
export interface EncodedStatement extends Omit<Statement, "periods"> {
  readonly periods: readonly bigint[];
}

/** Operators of whom `threshold` sign what a meter said. */
export interface Committee {
  /** 1 to `members.length`. */
  readonly threshold: number;
  /** Share of a session's cost that the members divide equally, basis points, 0 to 10,000. */
  readonly feeBps: number;
  /** 1 to 16 operators in strictly ascending order. */
  readonly members: readonly Address[];
}

/** An ECDSA signature in the compact form of EIP-2098: the recovery bit is the highest bit of `vs`, s is in the lower half. */
export interface CompactSignature {
  readonly r: Hex;
  readonly vs: Hex;
}

/** A statement with all that proves and prices it: the argument of `checkpoint` and `settle`. */
export interface Filing {
  readonly offer: Offer;
  readonly session: Session;
  readonly statement: EncodedStatement;
  readonly committee: Committee;
  /** By ascending operator; exactly the committee's threshold. */
  readonly signatures: readonly CompactSignature[];
  readonly pricing: TariffPricing;
  readonly termsHash: Hex;
}

/** One element of a tariff, after OCPI 2.2.1 §11.4.4. Prices in base units of the tariff's currency. */
export interface Element {
  readonly pricePerKwh: bigint;
  /** Per hour of charging. */
  readonly pricePerHour: bigint;
  /** Per hour connected without charging. */
  readonly idlePerHour: bigint;
  /** Once a session, from the element that prices the first period. */
  readonly flat: bigint;
  /** When the element applies, packed as in `contracts/types/Tariff.sol`; zero is always. */
  readonly restrictions: bigint;
}

/** The part of a tariff that settling needs. */
export interface TariffPricing {
  /** Least cost of a session with at least one period, base units. */
  readonly minimum: bigint;
  /** Greatest cost of a session, base units; zero is none. */
  readonly maximum: bigint;
  /** Due when nothing was plugged in within the connection time, base units. */
  readonly noShowFee: bigint;
  /** Fixed offset from UTC in which restrictions are read, seconds. */
  readonly utcOffsetSeconds: number;
  /** 1 to 16; each period is priced by the first one valid at its start. */
  readonly elements: readonly Element[];
}

/** One oriented price feed (Chainlink AggregatorV3Interface). */
export interface PriceFeed {
  readonly aggregator: Address;
  readonly maxAgeSeconds: number;
  /** True when the feed's answer divides instead of multiplying. */
  readonly inverted: boolean;
}

/** What holding an EVSE for later costs, and how much of it returns on cancelling. */
export interface ReservationTerms {
  /** Base units. */
  readonly fee: bigint;
  readonly holdSeconds: number;
  /** The whole fee returns when cancelled within this many seconds. */
  readonly freeCancelSeconds: number;
  /** Basis points of the fee that return when cancelled later than that. */
  readonly lateRefundBps: number;
}

/** The part of a tariff that opening, reserving and closing need. */
export interface TariffTerms {
  readonly currency: CurrencyId;
  /** Least deposit that opens a session, base units. */
  readonly minimumDeposit: bigint;
  /** Time from the quorum's last duty to the other exit, seconds: the longest a refund can take. */
  readonly settlementWindowSeconds: number;
  /** Time a driver has to plug in, seconds. */
  readonly connectionSeconds: number;
  /** Tax contained in the prices, basis points. */
  readonly taxBps: number;
  readonly reservation: ReservationTerms;
  /** None, one or two feeds that turn prices in fiat into the currency. */
  readonly feeds: readonly PriceFeed[];
  /** Decimals of the fiat prices; zero without feeds. */
  readonly priceDecimals: number;
  /** Chainlink L2 sequencer-uptime feed, or the zero address. */
  readonly sequencerFeed: Address;
  readonly sequencerGraceSeconds: number;
}

export const EvseKind = { AC: 0, DC: 1, Swap: 2 } as const;
export type EvseKind = (typeof EvseKind)[keyof typeof EvseKind];

/** One place where one vehicle charges. */
export interface Evse {
  /** eMI3 id as `encodeEvseId` writes it; zero once retired. */
  readonly id: Hex;
  readonly maxPowerW: number;
  readonly kind: EvseKind;
  readonly inService: boolean;
  /** Bit i set: the station's i-th tariff is offered here. */
  readonly tariffMask: number;
  /** Eight bytes, one a connector from the left, as `encodeConnectors` writes them. */
  readonly connectors: Hex;
  /** keccak256 of the meter's secp256r1 public key, or zero when it does not sign. */
  readonly meterKeyHash: Hex;
}

/** What a station offers. Only its hash is stored on the chain. */
export interface StationConfig {
  /** Who registered the station first; it never changes. */
  readonly registrant: Address;
  readonly committeeId: CommitteeId;
  /** At most 16 published tariffs. */
  readonly tariffIds: readonly TariffId[];
  /** 1 to 64; an index is for ever. */
  readonly evses: readonly Evse[];
}

/** Where a station is and what it is called. */
export interface StationPlace {
  /** Degrees × 1e7, WGS 84. */
  readonly latitudeE7: number;
  readonly longitudeE7: number;
  /** URI or inline JSON that follows OCPI 2.2.1 §8.3.1 Location. */
  readonly metadata: string;
}
