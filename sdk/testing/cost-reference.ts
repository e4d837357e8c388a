/**
 * The cost rule again, slow and in the words of the design: rational numbers, a list of terms for each component, no
 * shared code with src/cost.ts. The tests compare the two.
 */
import type { CostInput, TariffPricing } from "../src/index.ts";

interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const rational = (numerator: bigint, denominator = 1n): Rational => ({ numerator, denominator });

const multiply = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.numerator, a.denominator * b.denominator);

const add = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);

const roundDown = ({ numerator, denominator }: Rational): bigint =>
  (numerator - (numerator % denominator)) / denominator;

const sum = (terms: readonly Rational[]): Rational => terms.reduce(add, rational(0n));
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const greatest = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Refuses as the contract does. */
export class CrossesPrice extends Error {}

const free = { pricePerKwh: 0n, pricePerHour: 0n, idlePerHour: 0n, flat: 0n, restrictions: 0n };

/** Bits of a restrictions' word. */
const bits = (word: bigint, from: number, width: number) => Number(BigInt.asUintN(width, word >> BigInt(from)));
const isWithin = (value: number, least: number, most: number) => value >= least && (most === 0 || value < most);

/** Elements that the clock and the time since the beginning allow in one second. */
function allowedAt({ elements, utcOffsetSeconds }: TariffPricing, second: number, began: number): number[] {
  const local = new Date((second + utcOffsetSeconds) * 1000);
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  const monday0 = (local.getUTCDay() + 6) % 7;
  return elements.flatMap(({ restrictions: word }, index) => {
    const [from, to, days] = [bits(word, 0, 16), bits(word, 16, 16), bits(word, 32, 8)];
    const isDay = days === 0 || Math.floor(days / 2 ** monday0) % 2 === 1;
    const isTime = from === to || (from < to ? minute >= from && minute < to : !(minute >= to && minute < from));
    return isDay && isTime && isWithin(second - began, bits(word, 104, 32), bits(word, 136, 32)) ? [index] : [];
  });
}

/** The same for one Wh. */
function allowedFor({ elements }: TariffPricing, energyWh: number): number[] {
  return elements.flatMap(({ restrictions: word }, index) =>
    isWithin(energyWh, bits(word, 40, 32), bits(word, 72, 32)) ? [index] : [],
  );
}

/** Second by second and Wh by Wh: the one element that is the first valid one throughout. */
function elementOf(pricing: TariffPricing, period: CostInput["periods"][number], began: number, beforeWh: number) {
  const bySecond = new Map<string, number[]>();
  for (let second = period.start; second < period.start + period.seconds; second += 1) {
    const allowed = allowedAt(pricing, second, began);
    bySecond.set(allowed.join(), allowed);
  }
  const byWh = new Map<string, number[]>();
  for (let wh = beforeWh; wh < beforeWh + Math.max(1, period.energyWh); wh += 1) {
    const allowed = allowedFor(pricing, wh);
    byWh.set(allowed.join(), allowed);
  }
  const firsts = new Set<number | undefined>();
  for (const inTime of bySecond.values()) {
    for (const inEnergy of byWh.values()) firsts.add(inTime.find((index) => inEnergy.includes(index)));
  }
  if (firsts.size > 1) throw new CrossesPrice();
  const [first] = firsts;
  return first === undefined ? free : (pricing.elements[first] ?? free);
}

/** What a session costs, base units. Throws `CrossesPrice`. */
export function referenceCost({ pricing, periods, waived, locked }: CostInput): bigint {
  if (periods.length === 0) return 0n;
  const unrestricted = pricing.elements.every(({ restrictions }) => restrictions === 0n);
  let energyWh = 0;
  const priced = periods.map((period) => {
    const began = periods[0]?.start ?? 0;
    const element = unrestricted ? (pricing.elements[0] ?? free) : elementOf(pricing, period, began, energyWh);
    energyWh += period.energyWh;
    return { period, element };
  });
  const energy = priced.map(({ period, element }) =>
    multiply(rational(BigInt(period.energyWh), 1000n), rational(element.pricePerKwh)),
  );
  const hours = (seconds: number) => rational(BigInt(seconds), 3600n);
  const time = priced
    .filter(({ period }) => period.kind === 0)
    .map(({ period, element }) => multiply(hours(period.seconds), rational(element.pricePerHour)));
  const idle = priced
    .filter(({ period }) => period.kind === 1)
    .map(({ period, element }) => multiply(hours(period.seconds), rational(element.idlePerHour)));
  const flat = priced[0]?.element.flat ?? 0n;

  let cost = roundDown(sum(energy)) + roundDown(sum(time)) + roundDown(sum(idle)) + flat;
  cost = greatest(cost, pricing.minimum);
  if (pricing.maximum !== 0n) cost = least(cost, pricing.maximum);
  cost = greatest(cost - waived, 0n);
  return least(cost, locked);
}
