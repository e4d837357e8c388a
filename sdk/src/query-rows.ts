/** What several of the subgraph's queries ask for, and how its rows read. GraphQL's BigInt is text. */
import type { Address, Hex } from "viem";
import { zeroAddress, zeroHash } from "viem";
import { type ConnectorType, connectorCodes } from "./connectors.ts";
import type { Tariff } from "./tariff.ts";
import type { Offer, TariffId, TariffPricing, TariffTerms } from "./types.ts";

export type Text<Fields extends string> = { readonly [field in Fields]: string };

export interface CurrencyRow {
  readonly ledgerId: string;
  readonly token: Address | null;
  readonly symbol: string | null;
  readonly decimals: number | null;
}

export const currencyRowFields = "ledgerId token symbol decimals";
export const currencyFields = `currency { ${currencyRowFields} }`;

const elementAmounts = ["pricePerKwh", "pricePerHour", "idlePerHour", "flat", "restrictions"] as const;
const tariffAmounts = ["minimumDeposit", "reservationFee", "minimum", "noShowFee"] as const;
const tariffNumbers = [
  "settlementWindowSeconds",
  "connectionSeconds",
  "reservationHoldSeconds",
  "reservationFreeCancelSeconds",
  "sequencerGraceSeconds",
] as const;

export const tariffFields = `id pricingHash ${[...tariffAmounts, ...tariffNumbers].join(" ")}
  ${currencyFields} maximum taxBps reservationLateRefundBps priceDecimals sequencerFeed utcOffsetSeconds
  feeds(first: 2, orderBy: index) { aggregator maxAgeSeconds inverted }
  elements(first: 16, orderBy: index) { ${elementAmounts.join(" ")} }`;

export interface TariffRow extends Text<(typeof tariffAmounts)[number] | (typeof tariffNumbers)[number]> {
  readonly id: Hex;
  readonly pricingHash: Hex;
  readonly currency: CurrencyRow;
  readonly maximum: string | null;
  readonly taxBps: number;
  readonly reservationLateRefundBps: number;
  readonly priceDecimals: number;
  readonly sequencerFeed: Address | null;
  readonly utcOffsetSeconds: number;
  readonly feeds: readonly {
    readonly aggregator: Address;
    readonly maxAgeSeconds: string;
    readonly inverted: boolean;
  }[];
  readonly elements: readonly Text<(typeof elementAmounts)[number]>[];
}

/** The part of a tariff that opening, reserving and closing need. */
export function toTerms(row: TariffRow): TariffTerms {
  return {
    currency: BigInt(row.currency.ledgerId),
    minimumDeposit: BigInt(row.minimumDeposit),
    settlementWindowSeconds: Number(row.settlementWindowSeconds),
    connectionSeconds: Number(row.connectionSeconds),
    taxBps: row.taxBps,
    reservation: {
      fee: BigInt(row.reservationFee),
      holdSeconds: Number(row.reservationHoldSeconds),
      freeCancelSeconds: Number(row.reservationFreeCancelSeconds),
      lateRefundBps: row.reservationLateRefundBps,
    },
    feeds: row.feeds.map((feed) => ({ ...feed, maxAgeSeconds: Number(feed.maxAgeSeconds) })),
    priceDecimals: row.priceDecimals,
    sequencerFeed: row.sequencerFeed ?? zeroAddress,
    sequencerGraceSeconds: Number(row.sequencerGraceSeconds),
  };
}

/** The part of a tariff that settling needs. */
export function toPricing(row: TariffRow): TariffPricing {
  return {
    minimum: BigInt(row.minimum),
    maximum: BigInt(row.maximum ?? 0),
    noShowFee: BigInt(row.noShowFee),
    utcOffsetSeconds: row.utcOffsetSeconds,
    elements: row.elements.map((element) => ({
      pricePerKwh: BigInt(element.pricePerKwh),
      pricePerHour: BigInt(element.pricePerHour),
      idlePerHour: BigInt(element.idlePerHour),
      flat: BigInt(element.flat),
      restrictions: BigInt(element.restrictions),
    })),
  };
}

export const offerFields = `id evse { key } owner { id } ownerEpoch tariff { id } committeeId meterKeyHash
  ${currencyFields} minimumDeposit powerCapW`;

export interface OfferRow extends Text<"minimumDeposit" | "powerCapW"> {
  readonly id: Hex;
  readonly evse: Text<"key">;
  readonly owner: { readonly id: Address };
  readonly ownerEpoch: number;
  readonly tariff: { readonly id: Hex };
  readonly committeeId: Hex;
  readonly meterKeyHash: Hex | null;
  readonly currency: CurrencyRow;
}

export function toOffer(row: OfferRow): Offer {
  return {
    evse: BigInt(row.evse.key),
    owner: row.owner.id,
    ownerEpoch: row.ownerEpoch,
    tariffId: row.tariff.id,
    committeeId: row.committeeId,
    meterKeyHash: row.meterKeyHash ?? zeroHash,
    currency: BigInt(row.currency.ledgerId),
    minimumDeposit: BigInt(row.minimumDeposit),
    powerCapW: Number(row.powerCapW),
  };
}

/** A currency as people read it; `symbol` and `decimals` are undefined for one that the subgraph has no list of. */
export interface ListedCurrency {
  /** Undefined for the native currency. */
  readonly token: Address | undefined;
  readonly symbol: string | undefined;
  readonly decimals: number | undefined;
}

/** A published tariff with its id and how its amounts are written. */
export interface ListedTariff extends Tariff {
  readonly id: TariffId;
  readonly currency: ListedCurrency;
}

/** An answer of the subgraph and the moment up to which it knows the chain, UTC seconds. */
export interface AsOf<Value> {
  readonly value: Value;
  readonly asOf: number;
}

/** The block that an answer was made from. */
export interface MetaRow {
  readonly _meta: { readonly block: { readonly timestamp: number | null } };
}

/** The time of the block that an answer was made from, UTC seconds. */
export const asOf = ({ _meta }: MetaRow): number => _meta.block.timestamp ?? 0;

/** Without the codes that this release has no name for. */
export const knownConnectors = (names: readonly string[]): ConnectorType[] =>
  names.filter((name): name is ConnectorType => Object.hasOwn(connectorCodes, name));

/** How a tariff's row reads. */
export function toListedTariff(row: TariffRow): ListedTariff {
  return { id: row.id, terms: toTerms(row), pricing: toPricing(row), currency: toListedCurrency(row.currency) };
}

/** How a currency's row reads. */
export function toListedCurrency({ token, symbol, decimals }: CurrencyRow): ListedCurrency {
  return { token: token ?? undefined, symbol: symbol ?? undefined, decimals: decimals ?? undefined };
}
