/**
 * The cost rule again, slow and in the words of the design: rational numbers, a list of terms for each component, no
 * shared code with src/cost.ts. The tests compare the two.
 */
import type { CostInput } from "../src/index.ts";

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

/** What a session costs, base units. */
export function referenceCost({ pricing, periods, waived, locked }: CostInput): bigint {
  if (periods.length === 0) return 0n;
  const priced = periods.map((period) => {
    const element = pricing.elements.find(({ restrictions }) => restrictions === 0n);
    if (element === undefined) throw new Error("no element is valid");
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
