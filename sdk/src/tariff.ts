import { type Address, zeroAddress } from "viem";
import { currencyToken, isTokenCurrency, NATIVE_CURRENCY } from "./currency.ts";
import type { Problem } from "./errors.ts";
import { areRestrictionsWellFormed } from "./restrictions.ts";
import type { CurrencyId, Element, TariffPricing, TariffTerms } from "./types.ts";

/** A tariff whole: what `publishTariff` takes. Its id is `tariffId(terms, pricing)`. */
export interface Tariff {
  readonly terms: TariffTerms;
  readonly pricing: TariffPricing;
}

/** Bounds fixed in contracts/libraries/TariffChecks.sol. */
export const tariffBounds = {
  maxElements: 16,
  maxConnectionSeconds: 3600,
  maxUtcOffsetSeconds: 50_400,
  maxTaxBps: 10_000,
} as const;

/** Bounds of the settlement window, seconds: fixed when the registry is deployed, usually 6 to 72 hours. */
export interface WindowBounds {
  readonly leastSeconds: number;
  readonly greatestSeconds: number;
}
export const usualWindowBounds: WindowBounds = { leastSeconds: 6 * 3600, greatestSeconds: 72 * 3600 };

/** What a tariff of one element says; what is left out is zero. Amounts in base units of the currency. */
export interface SimpleTariff {
  readonly currency: CurrencyId;
  readonly minimumDeposit: bigint;
  readonly settlementWindowSeconds: number;
  readonly connectionSeconds?: number;
  readonly pricePerKwh?: bigint;
  readonly pricePerHour?: bigint;
  readonly idlePerHour?: bigint;
  readonly flat?: bigint;
  readonly minimum?: bigint;
  /** Left out or zero: none. */
  readonly maximum?: bigint;
}

/** A tariff of one element that always applies, with everything empty that this release does not price. */
export function createTariff(simple: SimpleTariff): Tariff {
  return {
    terms: {
      currency: simple.currency,
      minimumDeposit: simple.minimumDeposit,
      settlementWindowSeconds: simple.settlementWindowSeconds,
      connectionSeconds: simple.connectionSeconds ?? 0,
      taxBps: 0,
      reservation: { fee: 0n, holdSeconds: 0, freeCancelSeconds: 0, lateRefundBps: 0 },
      feeds: [],
      priceDecimals: 0,
      sequencerFeed: zeroAddress,
      sequencerGraceSeconds: 0,
    },
    pricing: {
      minimum: simple.minimum ?? 0n,
      maximum: simple.maximum ?? 0n,
      noShowFee: 0n,
      utcOffsetSeconds: 0,
      elements: [
        {
          pricePerKwh: simple.pricePerKwh ?? 0n,
          pricePerHour: simple.pricePerHour ?? 0n,
          idlePerHour: simple.idlePerHour ?? 0n,
          flat: simple.flat ?? 0n,
          restrictions: 0n,
        },
      ],
    },
  };
}

export type TariffProblemName =
  | "InvalidCurrency"
  | "MinimumDepositZero"
  | "InvalidSettlementWindow"
  | "InvalidConnectionTime"
  | "MinimumAboveMaximum"
  | "InvalidElementCount"
  | "InvalidUtcOffset"
  | "InvalidRestrictions"
  | "InvalidTax"
  | "TariffPartUnsupported";

/** Why `publishTariff` would refuse a tariff, under its own names and in its order; undefined when it would not. */
export function tariffProblem(
  { terms, pricing }: Tariff,
  window: WindowBounds = usualWindowBounds,
): Problem<TariffProblemName> | undefined {
  const { currency, minimumDeposit, settlementWindowSeconds, connectionSeconds } = terms;
  if (!isTokenCurrency(currency) && currency !== NATIVE_CURRENCY) {
    return problem("InvalidCurrency", "terms.currency", currency, "the id of an ERC-20 or of the native currency");
  }
  if (minimumDeposit === 0n) return problem("MinimumDepositZero", "terms.minimumDeposit", 0n, "above zero");
  if (settlementWindowSeconds < window.leastSeconds || settlementWindowSeconds > window.greatestSeconds) {
    const expected = `${window.leastSeconds} to ${window.greatestSeconds}`;
    return problem("InvalidSettlementWindow", "terms.settlementWindowSeconds", settlementWindowSeconds, expected);
  }
  if (connectionSeconds > tariffBounds.maxConnectionSeconds) {
    const expected = `at most ${tariffBounds.maxConnectionSeconds}`;
    return problem("InvalidConnectionTime", "terms.connectionSeconds", connectionSeconds, expected);
  }
  if (pricing.maximum !== 0n && pricing.minimum > pricing.maximum) {
    return problem("MinimumAboveMaximum", "pricing.minimum", pricing.minimum, `at most ${pricing.maximum}`);
  }
  const count = pricing.elements.length;
  if (count === 0 || count > tariffBounds.maxElements) {
    return problem("InvalidElementCount", "pricing.elements.length", count, `1 to ${tariffBounds.maxElements}`);
  }
  const { maxUtcOffsetSeconds, maxTaxBps } = tariffBounds;
  if (Math.abs(pricing.utcOffsetSeconds) > maxUtcOffsetSeconds) {
    const expected = `at most ${maxUtcOffsetSeconds} either way`;
    return problem("InvalidUtcOffset", "pricing.utcOffsetSeconds", pricing.utcOffsetSeconds, expected);
  }
  const wrong = pricing.elements.findIndex(({ restrictions }) => !areRestrictionsWellFormed(restrictions));
  if (wrong >= 0) {
    const field = `pricing.elements[${wrong}].restrictions`;
    return problem("InvalidRestrictions", field, pricing.elements[wrong]?.restrictions, "ranges that are not empty");
  }
  if (terms.taxBps > maxTaxBps) return problem("InvalidTax", "terms.taxBps", terms.taxBps, `at most ${maxTaxBps}`);
  return laterPartProblem(terms, pricing);
}

/** The format has these fields, this release has no rule for them yet. */
function laterPartProblem(terms: TariffTerms, pricing: TariffPricing): Problem<TariffProblemName> | undefined {
  const { reservation } = terms;
  const parts: [field: string, value: unknown, isEmpty: boolean][] = [
    ["pricing.noShowFee", pricing.noShowFee, pricing.noShowFee === 0n],
    [
      "terms.reservation",
      reservation,
      reservation.fee === 0n &&
        reservation.holdSeconds === 0 &&
        reservation.freeCancelSeconds === 0 &&
        reservation.lateRefundBps === 0,
    ],
    ["terms.feeds", terms.feeds, terms.feeds.length === 0],
    ["terms.priceDecimals", terms.priceDecimals, terms.priceDecimals === 0],
    ["terms.sequencerFeed", terms.sequencerFeed, terms.sequencerFeed === zeroAddress],
    ["terms.sequencerGraceSeconds", terms.sequencerGraceSeconds, terms.sequencerGraceSeconds === 0],
  ];
  const filled = parts.find(([, , isEmpty]) => !isEmpty);
  return filled && problem("TariffPartUnsupported", filled[0], filled[1], "empty in this release");
}

/** One price of a tariff; the words are for the reader's language. */
export interface TariffPrice {
  readonly component: "energy" | "time" | "idle" | "flat";
  readonly per: "kWh" | "hour" | "session";
  /** Base units of the currency. */
  readonly amount: bigint;
}

/** What a tariff says, without zeros and hashes. Amounts in base units of `currency`. */
export interface TariffDescription {
  readonly currency: CurrencyId;
  /** The ERC-20, or undefined for the native currency. */
  readonly token: Address | undefined;
  /** One list an element, in their order; each without the prices that are zero. */
  readonly elements: readonly (readonly TariffPrice[])[];
  readonly minimum: bigint | undefined;
  readonly maximum: bigint | undefined;
  readonly minimumDeposit: bigint;
  /** The longest a refund can take after the end. */
  readonly settlementWindowSeconds: number;
  /** Time to plug in. */
  readonly connectionSeconds: number;
}

/** A tariff as plain data to show or print. */
export function describeTariff({ terms, pricing }: Tariff): TariffDescription {
  return {
    currency: terms.currency,
    token: tokenOf(terms.currency),
    elements: pricing.elements.map(pricesOf),
    minimum: pricing.minimum === 0n ? undefined : pricing.minimum,
    maximum: pricing.maximum === 0n ? undefined : pricing.maximum,
    minimumDeposit: terms.minimumDeposit,
    settlementWindowSeconds: terms.settlementWindowSeconds,
    connectionSeconds: terms.connectionSeconds,
  };
}

function tokenOf(currency: CurrencyId): Address | undefined {
  return isTokenCurrency(currency) ? currencyToken(currency) : undefined;
}

function pricesOf(element: Element): TariffPrice[] {
  const prices: TariffPrice[] = [
    { component: "energy", per: "kWh", amount: element.pricePerKwh },
    { component: "time", per: "hour", amount: element.pricePerHour },
    { component: "idle", per: "hour", amount: element.idlePerHour },
    { component: "flat", per: "session", amount: element.flat },
  ];
  return prices.filter(({ amount }) => amount !== 0n);
}

function problem(name: TariffProblemName, field: string, value: unknown, expected: string): Problem<TariffProblemName> {
  return { name, field, value, expected };
}
