import { type CostInput, packPeriod, sessionCost } from "@openjoule/sdk";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as arbitrary from "../../sdk/testing/arbitraries.ts";
import { type Harness, startHarness } from "./harness.ts";

/** Random cases in all; the long run before a release takes 100,000: `COST_CASES=100000`. */
const cases = Number(process.env.COST_CASES ?? 20_000);
const casesPerCall = 50;
/** Another one in each run; `COST_SEED` repeats a run. */
const seed = Number(process.env.COST_SEED ?? Math.floor(Math.random() * 2 ** 31));

const input: fc.Arbitrary<CostInput> = fc.record({
  pricing: arbitrary.pricing,
  periods: arbitrary.periods,
  waived: arbitrary.amount,
  locked: arbitrary.amount,
});

const restrictedCases = Number(process.env.COST_CASES ?? 600);
const restrictedInput: fc.Arbitrary<CostInput> = arbitrary.restrictedPricing.chain((prices) =>
  fc.record({
    pricing: fc.constant(prices),
    periods: arbitrary.restrictedPeriods(prices),
    waived: arbitrary.amount,
    locked: arbitrary.amount,
  }),
);

function isRefused(given: CostInput): boolean {
  try {
    sessionCost(given);
    return false;
  } catch (error) {
    if ((error as Error).name !== "PeriodCrossesPrice") throw error;
    return true;
  }
}

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness?.stop());

async function solidityCosts(inputs: readonly CostInput[]): Promise<readonly bigint[]> {
  const encoded = inputs.map((given) => ({ ...given, periods: given.periods.map(packPeriod) }));
  const result = await harness.call("costs", [encoded]);
  if (result.error) throw new Error(`${result.error.name}(${result.error.args.join(", ")})`);
  return result.value as readonly bigint[];
}

describe("the cost rule", () => {
  it(`is the same in Solidity and TypeScript, to the unit, in ${cases} random cases`, {
    timeout: 3_600_000,
  }, async () => {
    const inputs = fc.sample(input, { numRuns: cases, seed });
    for (let from = 0; from < cases; from += casesPerCall) {
      const batch = inputs.slice(from, from + casesPerCall);
      for (const [index, solidity] of (await solidityCosts(batch)).entries()) {
        const given = batch[index] as CostInput;
        // The values of one case and no more: a batch would fill the screen.
        expect({ seed, given, cost: solidity }).toEqual({ seed, given, cost: sessionCost(given).total });
      }
    }
  });

  it(`is the same where elements are restricted, refusals included, in ${restrictedCases} random cases`, {
    timeout: 3_600_000,
  }, async () => {
    const inputs = fc.sample(restrictedInput, { numRuns: restrictedCases, seed });
    const [priced, refused]: [CostInput[], CostInput[]] = [[], []];
    for (const given of inputs) (isRefused(given) ? refused : priced).push(given);
    for (let from = 0; from < priced.length; from += casesPerCall) {
      const batch = priced.slice(from, from + casesPerCall);
      for (const [index, solidity] of (await solidityCosts(batch)).entries()) {
        const given = batch[index] as CostInput;
        expect({ seed, given, cost: solidity }).toEqual({ seed, given, cost: sessionCost(given).total });
      }
    }
    for (const given of refused) {
      const encoded = { ...given, periods: given.periods.map(packPeriod) };
      const { error } = await harness.call("costs", [[encoded]]);
      expect({ seed, given, error: error?.name }).toEqual({ seed, given, error: "PeriodCrossesPrice" });
    }
    expect(refused.length).toBeGreaterThan(inputs.length / 50);
    expect(priced.length).toBeGreaterThan(inputs.length / 2);
  });

  it("is the same for the greatest values of every field", async () => {
    const greatest = arbitrary.UINT128_MAX;
    const element = {
      pricePerKwh: greatest,
      pricePerHour: greatest,
      idlePerHour: greatest,
      flat: greatest,
      restrictions: 0n,
    };
    const pricing = { minimum: 0n, maximum: 0n, noShowFee: 0n, utcOffsetSeconds: 0, elements: [element] };
    const seconds = 0xffff_ffff;
    const periods = Array.from({ length: 256 }, (_, index) => ({
      kind: index % 2 === 0 ? (0 as const) : (1 as const),
      start: index * seconds,
      seconds,
      energyWh: 0xffff_ffff,
    }));
    const unbounded = { pricing, periods, waived: 0n, locked: (1n << 256n) - 1n };
    const [cost] = await solidityCosts([unbounded]);
    expect(cost).toBe(sessionCost(unbounded).total);
    // So large that only 256 bits hold it: nothing overflowed on the way.
    expect(cost).toBeGreaterThan(1n << 157n);
  });
});
