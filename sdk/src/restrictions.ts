import { OpenJouleError } from "./errors.ts";
import type { Element, Period, TariffPricing } from "./types.ts";

/**
 * When an element of a tariff applies (OCPI 2.2.1 §11.4.6), as contracts/libraries/RestrictionChecks.sol reads it. Lower
 * bounds are included, upper ones are not. Times of day and days are read in the tariff's fixed UTC offset and must hold at
 * the same moment. Energy is what earlier periods hold; seconds count from the start of the first period, pauses included.
 */
export interface Restrictions {
  /** Minutes after midnight; less than `timeFrom` passes midnight, 0 is the end of the day. Both zero: all day. */
  readonly timeFrom: number;
  readonly timeTo: number;
  /** Bit 0 is Monday; zero is every day. */
  readonly days: number;
  readonly minEnergyWh: number;
  /** Zero is none, as for `maxSeconds`. */
  readonly maxEnergyWh: number;
  readonly minSeconds: number;
  readonly maxSeconds: number;
}

/** Fields from the lowest bit on, with their widths (contracts/types/Tariff.sol). */
const layout = [
  ["timeFrom", 16],
  ["timeTo", 16],
  ["days", 8],
  ["minEnergyWh", 32],
  ["maxEnergyWh", 32],
  ["minSeconds", 32],
  ["maxSeconds", 32],
] as const satisfies [keyof Restrictions, number][];
const USED_BITS = 168n;
const MINUTES_A_DAY = 1440;
const DAY = 86_400;
const WEEK = 7 * DAY;
/** The first day of the era was a Thursday, three days after a Monday. */
const ERA_BEGAN = 3 * DAY;

/** Packs restrictions into an element's word; what is left out is zero. Throws `RestrictionOutOfRange`. */
export function packRestrictions(given: Partial<Restrictions>): bigint {
  let word = 0n;
  let shift = 0n;
  for (const [field, bits] of layout) {
    const value = given[field] ?? 0;
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits) {
      const expected = `an integer from 0 to ${2 ** bits - 1}`;
      throw new OpenJouleError({ name: "RestrictionOutOfRange", field, value, expected });
    }
    word |= BigInt(value) << shift;
    shift += BigInt(bits);
  }
  return word;
}

/** Reads an element's word; bits without a meaning are left out. */
export function unpackRestrictions(word: bigint): Restrictions {
  const values: Record<string, number> = {};
  let shift = 0n;
  for (const [field, bits] of layout) {
    values[field] = Number((word >> shift) & ((1n << BigInt(bits)) - 1n));
    shift += BigInt(bits);
  }
  return values as unknown as Restrictions;
}

/** Whether restrictions can be published: no unknown bit, no empty range, no window without a length. */
export function areRestrictionsWellFormed(word: bigint): boolean {
  const { timeFrom, timeTo, days, minEnergyWh, maxEnergyWh, minSeconds, maxSeconds } = unpackRestrictions(word);
  return (
    word >> USED_BITS === 0n &&
    timeFrom < MINUTES_A_DAY &&
    timeTo < MINUTES_A_DAY &&
    (timeFrom !== timeTo || timeFrom === 0) &&
    days <= 0x7f &&
    (maxEnergyWh === 0 || minEnergyWh < maxEnergyWh) &&
    (maxSeconds === 0 || minSeconds < maxSeconds)
  );
}

/** What a period stretches over: each of its seconds and each of its Wh. */
export interface Extent {
  /** Start of the first period, UTC seconds. */
  readonly began: number;
  /** Seconds after `began`, the end excluded. */
  readonly from: number;
  readonly to: number;
  /** Wh before the period and with it; never empty. */
  readonly fromWh: number;
  readonly toWh: number;
}

/** The extent of a period that follows others. */
export function extentOf(before: { readonly began: number; readonly energyWh: number }, period: Period): Extent {
  const from = period.start - before.began;
  // A period without energy is still one at an amount of energy.
  const toWh = before.energyWh + Math.max(1, period.energyWh);
  return { began: before.began, from, to: from + period.seconds, fromWh: before.energyWh, toWh };
}

/** Which element prices an extent; `crossedBy` is the one that begins or ends to apply within it. */
export type PricedBy =
  | { readonly element: Element | undefined; readonly crossedBy?: undefined }
  | { readonly crossedBy: number };

/** The first element that is valid over a whole extent while none before it is anywhere in it; undefined when none is. */
export function pricedBy(pricing: TariffPricing, extent: Extent): PricedBy {
  for (const [index, element] of pricing.elements.entries()) {
    const coverage = coverageOf(element.restrictions, extent, pricing.utcOffsetSeconds);
    if (coverage === "whole") return { element };
    if (coverage === "part") return { crossedBy: index };
  }
  return { element: undefined };
}

/** Whether periods have to be priced one by one. An unrestricted first element is valid at every start. */
export function isRestricted(pricing: TariffPricing): boolean {
  return pricing.elements[0]?.restrictions !== 0n;
}

function coverageOf(word: bigint, extent: Extent, utcOffsetSeconds: number): "none" | "part" | "whole" {
  if (word === 0n) return "whole";
  const restrictions = unpackRestrictions(word);
  const mostWh = restrictions.maxEnergyWh || Number.POSITIVE_INFINITY;
  if (extent.toWh <= restrictions.minEnergyWh || extent.fromWh >= mostWh) return "none";
  const from = Math.max(extent.from, restrictions.minSeconds);
  const to = Math.min(extent.to, restrictions.maxSeconds || Number.POSITIVE_INFINITY);
  if (from >= to) return "none";

  const weekSecond = extent.began + from + utcOffsetSeconds + ERA_BEGAN + WEEK;
  const clock = readClock(restrictions, weekSecond, to - from);
  if (clock === "changes") return "part";
  if (clock === "closed") return "none";
  const whole =
    extent.fromWh >= restrictions.minEnergyWh && extent.toWh <= mostWh && from === extent.from && to === extent.to;
  return whole ? "whole" : "part";
}

/** From one time at which it might change to the next; what has not changed within a week never does. */
function readClock(restrictions: Restrictions, second: number, seconds: number): "open" | "closed" | "changes" {
  const open = isOpen(restrictions, second);
  const end = second + Math.min(seconds, WEEK + 1);
  const turns = [restrictions.timeFrom * 60, restrictions.timeTo * 60, DAY];
  for (let at = second; ; ) {
    const time = at % DAY;
    at += Math.min(...turns.filter((turn) => turn > time)) - time;
    if (at >= end) return open ? "open" : "closed";
    if (isOpen(restrictions, at) !== open) return "changes";
  }
}

/** @param second Counted from some Monday, midnight. */
function isOpen({ days, timeFrom, timeTo }: Restrictions, second: number): boolean {
  if (days !== 0 && ((days >> (Math.floor(second / DAY) % 7)) & 1) === 0) return false;
  if (timeFrom === timeTo) return true;
  const minute = (second % DAY) / 60;
  return timeFrom < timeTo ? minute >= timeFrom && minute < timeTo : minute >= timeFrom || minute < timeTo;
}

/**
 * The longest part of a period, from its start on, that one element prices (or none does), its energy spread evenly over its
 * time. It has a second at least; where prices change within that, it has the energy up to the change.
 * @param before Start of the first period (UTC seconds) and Wh of the periods before this one.
 */
export function longestPart(
  pricing: TariffPricing,
  before: { readonly began: number; readonly energyWh: number },
  period: Period,
): Period {
  const crosses = (part: Period) => pricedBy(pricing, extentOf(before, part)).crossedBy !== undefined;
  if (!crosses(period)) return period;
  const during = (seconds: number): Period => ({
    ...period,
    seconds,
    energyWh: Math.floor((period.energyWh * seconds) / period.seconds),
  });
  // A longer part crosses whatever a shorter one does.
  const seconds = greatest(1, period.seconds, (value) => !crosses(during(value)));
  const part = during(seconds);
  if (!crosses(part)) return part;
  return { ...part, energyWh: greatest(0, part.energyWh, (energyWh) => !crosses({ ...part, energyWh })) };
}

/**
 * Cuts periods where the tariff's prices change, each period's energy spread evenly over its time. Where they change by energy
 * within a period's last second, what comes after the change is left out: half a second cannot be told.
 */
export function cutAtPriceChanges(pricing: TariffPricing, periods: readonly Period[]): Period[] {
  if (!isRestricted(pricing)) return [...periods];
  const cut: Period[] = [];
  const began = periods[0]?.start ?? 0;
  let energyWh = 0;
  for (const period of periods) {
    let rest = period;
    while (rest.seconds > 0) {
      const part = longestPart(pricing, { began, energyWh }, rest);
      cut.push(part);
      energyWh += part.energyWh;
      rest = {
        ...rest,
        start: rest.start + part.seconds,
        seconds: rest.seconds - part.seconds,
        energyWh: rest.energyWh - part.energyWh,
      };
    }
  }
  return cut;
}

function greatest(low: number, high: number, holds: (value: number) => boolean): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = Math.ceil((from + to) / 2);
    if (holds(middle)) from = middle;
    else to = middle - 1;
  }
  return from;
}
