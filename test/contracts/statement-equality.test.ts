import {
  greatestEnergyWh,
  type Period,
  packPeriod,
  type Statement,
  StopReason,
  statementBounds,
  statementProblem,
} from "@openjoule/sdk";
import fc from "fast-check";
import { zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, startHarness } from "./harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness?.stop());

const openedAt = 1_800_000_000;
const statementOf = (periods: readonly Period[]): Statement => ({
  sequence: 1,
  stopReason: StopReason.Local,
  waived: 0n,
  evidence: zeroHash,
  periods,
});

/** What the contract and the sdk say of the same periods: the name of the first problem, or "none". */
async function verdicts(periods: readonly Period[], powerCapW: number, now: number): Promise<[string, string]> {
  const result = await harness.call("checkPeriods", [periods.map(packPeriod), openedAt, powerCapW], now);
  const problem = statementProblem(statementOf(periods), { openedAt, powerCapW, now });
  return [result.error?.name ?? "none", problem?.name ?? "none"];
}

/** Periods that are mostly good, with every bound met, just missed or far away. */
const scenario = fc
  .record({
    powerCapW: fc.constantFrom(1, 3700, 150_000, 0xffff_ffff),
    shapes: fc.array(
      fc.record({
        kind: fc.constantFrom(0 as const, 1 as const),
        gap: fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 0, max: 50 }) }, fc.constant(-1)),
        seconds: fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 1, max: 4000 }) }, fc.constant(0)),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    energyOff: fc.constantFrom(-1000, -1, 0, 1, 1000),
    endsAhead: fc.constantFrom(-1000, 59, 60, 61, 1000),
  })
  .map(({ powerCapW, shapes, energyOff, endsAhead }) => {
    let end = openedAt;
    const periods = shapes.map(({ kind, gap, seconds }): Period => {
      const start = end + gap;
      end = start + seconds;
      return { kind, start, seconds, energyWh: 0 };
    });
    const total = periods.reduce((sum, { seconds }) => sum + seconds, 0);
    const energyWh = Math.max(0, Math.min(0xffff_ffff, Number(greatestEnergyWh(powerCapW, total)) + energyOff));
    const [first, ...rest] = periods;
    return { powerCapW, periods: first ? [{ ...first, energyWh }, ...rest] : [], now: end - endsAhead };
  });

describe("the bounds of a statement", () => {
  it("are the same in Solidity and TypeScript, problem by problem", async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(scenario, async ({ periods, powerCapW, now }) => {
        const [solidity, typescript] = await verdicts(periods, powerCapW, now);
        expect(typescript).toBe(solidity);
        seen.set(solidity, (seen.get(solidity) ?? 0) + 1);
      }),
      { numRuns: 500 },
    );
    const expected = ["none", "PeriodMalformed", "PeriodStartsBefore", "StatementFromFuture", "EnergyAbovePowerCap"];
    expect([...seen.keys()].sort()).toEqual(expected.sort());
  });

  it("allow 256 periods and refuse 257", async () => {
    const periods = Array.from(
      { length: 257 },
      (_, index): Period => ({ kind: 0, start: openedAt + index, seconds: 1, energyWh: 0 }),
    );
    expect(await verdicts(periods.slice(1), 1000, openedAt + 1000)).toEqual(["none", "none"]);
    expect(await verdicts(periods, 1000, openedAt + 1000)).toEqual(["TooManyPeriods", "TooManyPeriods"]);
  });

  it("are named with the same values", async () => {
    const period: Period = { kind: 0, start: openedAt, seconds: 3600, energyWh: 1061 };
    const powerCap = await harness.call("checkPeriods", [[packPeriod(period)], openedAt, 1000], openedAt + 3600);
    expect(powerCap.error).toEqual({ name: "EnergyAbovePowerCap", args: [1061n, greatestEnergyWh(1000, 3600)] });
    const now = openedAt + 3600 - statementBounds.clockSkewSeconds - 1;
    const future = await harness.call("checkPeriods", [[packPeriod(period)], openedAt, 2000], now);
    expect(future.error).toEqual({
      name: "StatementFromFuture",
      args: [BigInt(openedAt + 3600), BigInt(openedAt + 3599)],
    });
  });

  it("refuse words that no period packs into", async () => {
    const good = packPeriod({ kind: 0, start: openedAt, seconds: 1, energyWh: 0 });
    for (const word of [good | 2n, good | 0xffn, good | (1n << 112n), good | (1n << 255n)]) {
      expect((await harness.call("checkPeriods", [[word], openedAt, 1000])).error?.name).toBe("PeriodMalformed");
    }
  });
});
