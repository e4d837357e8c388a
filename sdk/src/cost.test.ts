import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as arbitrary from "../testing/arbitraries.ts";
import { CrossesPrice, referenceCost } from "../testing/cost-reference.ts";
import { type CostInput, sessionCost, shareOut, sumPeriods } from "./cost.ts";
import { packRestrictions } from "./restrictions.ts";
import { createTariff, type SimpleTariff } from "./tariff.ts";
import { type Period, PeriodKind } from "./types.ts";

const input: fc.Arbitrary<CostInput> = fc.record({
  pricing: arbitrary.pricing,
  periods: arbitrary.periods,
  waived: arbitrary.amount,
  locked: arbitrary.amount,
});

function pricing(prices: Partial<SimpleTariff>) {
  return createTariff({ currency: 1n, minimumDeposit: 1n, settlementWindowSeconds: 21_600, ...prices }).pricing;
}

const charging = (seconds: number, energyWh: number): Period => ({
  kind: PeriodKind.Charging,
  start: 0,
  seconds,
  energyWh,
});
const idle = (seconds: number): Period => ({ kind: PeriodKind.Idle, start: 0, seconds, energyWh: 0 });
const plenty = 10n ** 30n;

describe("sessionCost", () => {
  it("prices energy, time, idle time and the flat part", () => {
    const lines = sessionCost({
      pricing: pricing({ pricePerKwh: 450_000n, pricePerHour: 1_000_000n, idlePerHour: 6_000_000n, flat: 500_000n }),
      periods: [charging(1800, 10_000), idle(600), charging(900, 2_500)],
      waived: 0n,
      locked: plenty,
    });
    expect(lines).toEqual({
      energy: 5_625_000n,
      time: 750_000n,
      idle: 1_000_000n,
      flat: 500_000n,
      beforeBounds: 7_875_000n,
      raisedToMinimum: 0n,
      loweredToMaximum: 0n,
      waived: 0n,
      cappedByDeposit: 0n,
      total: 7_875_000n,
    });
  });

  it("rounds each component down once, after summing", () => {
    // Three times a third of a base unit is one; rounded by period it would be nothing.
    const lines = sessionCost({
      pricing: pricing({ pricePerKwh: 1n, pricePerHour: 1n, idlePerHour: 1n }),
      periods: [charging(1200, 400), charging(1200, 400), charging(1201, 400), idle(1800), idle(1799)],
      waived: 0n,
      locked: plenty,
    });
    expect(lines).toMatchObject({ energy: 1n, time: 1n, idle: 0n, total: 2n });
  });

  it("costs nothing without periods, whatever the minimum and the flat part", () => {
    const lines = sessionCost({ pricing: pricing({ minimum: 5n, flat: 7n }), periods: [], waived: 0n, locked: plenty });
    expect(lines).toMatchObject({ flat: 0n, raisedToMinimum: 0n, total: 0n });
  });

  it("applies minimum, maximum, waived amount and deposit in this order", () => {
    const one = [charging(1, 1000)];
    const prices = pricing({ pricePerKwh: 10n, minimum: 100n, maximum: 80n });
    expect(sessionCost({ pricing: prices, periods: one, waived: 30n, locked: 45n })).toMatchObject({
      beforeBounds: 10n,
      raisedToMinimum: 90n,
      loweredToMaximum: 20n,
      waived: 30n,
      cappedByDeposit: 5n,
      total: 45n,
    });
  });

  it("shows only what was left to waive", () => {
    const lines = sessionCost({ pricing: pricing({ flat: 10n }), periods: [idle(1)], waived: 25n, locked: plenty });
    expect(lines).toMatchObject({ waived: 10n, total: 0n });
  });

  it("takes the flat part of the first element, and no other element's prices", () => {
    const first = pricing({ pricePerKwh: 1000n, flat: 3n });
    const second = pricing({ pricePerKwh: 9000n, flat: 9n });
    const both = { ...first, elements: [...first.elements, ...second.elements] };
    const lines = sessionCost({
      pricing: both,
      periods: [charging(1, 1000), charging(1, 1000)],
      waived: 0n,
      locked: plenty,
    });
    expect(lines.total).toBe(2003n);
  });

  it("refuses what it cannot price", () => {
    const good = { pricing: pricing({}), periods: [idle(1)], waived: 0n, locked: 0n };
    const restrictions = packRestrictions({ minSeconds: 1 });
    const elements = [{ pricePerKwh: 0n, pricePerHour: 0n, idlePerHour: 0n, flat: 0n, restrictions }];
    const thrown = [
      { ...good, waived: -1n },
      { ...good, locked: -1n },
      { ...good, pricing: { ...good.pricing, elements: [] } },
      { ...good, periods: [idle(2)], pricing: { ...good.pricing, elements } },
    ].map((bad) => {
      try {
        sessionCost(bad);
      } catch (error) {
        return (error as Error).message;
      }
      return "nothing";
    });
    expect(thrown).toEqual([
      "NegativeAmount: waived is -1, expected zero or more",
      "NegativeAmount: locked is -1, expected zero or more",
      "NoElements: elements is [], expected at least one element",
      expect.stringMatching(
        /^PeriodCrossesPrice: periods\[0\] is .*, expected a cut where element 0 begins or ends to apply$/,
      ),
    ]);
  });

  it("equals the reference implementation", () => {
    fc.assert(
      fc.property(input, (given) => {
        expect(sessionCost(given).total).toBe(referenceCost(given));
      }),
      { numRuns: 2000 },
    );
  });

  it("equals the reference, second by second and Wh by Wh, where elements are restricted", () => {
    let refused = 0;
    fc.assert(
      fc.property(
        arbitrary.restrictedPricing.chain((prices) =>
          fc.tuple(fc.constant(prices), arbitrary.restrictedPeriods(prices)),
        ),
        arbitrary.amount,
        ([prices, periods], waived) => {
          const given = { pricing: prices, periods, waived, locked: plenty };
          const attempt = (cost: () => bigint) => {
            try {
              return cost();
            } catch (error) {
              return error instanceof CrossesPrice ? "PeriodCrossesPrice" : (error as Error).name;
            }
          };
          const expected = attempt(() => referenceCost(given));
          if (expected === "PeriodCrossesPrice") refused += 1;
          expect(attempt(() => sessionCost(given).total)).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(10);
    expect(refused).toBeLessThan(250);
  }, 300_000);

  it("has lines that add up, none of them negative", () => {
    fc.assert(
      fc.property(input, (given) => {
        const lines = sessionCost(given);
        const { energy, time, flat, beforeBounds, raisedToMinimum, loweredToMaximum, waived, cappedByDeposit } = lines;
        expect(energy + time + lines.idle + flat).toBe(beforeBounds);
        expect(beforeBounds + raisedToMinimum - loweredToMaximum - waived - cappedByDeposit).toBe(lines.total);
        for (const [line, amount] of Object.entries(lines)) expect(amount, line).toBeGreaterThanOrEqual(0n);
      }),
      { numRuns: 1000 },
    );
  });

  it("never exceeds what is locked, nor the maximum", () => {
    fc.assert(
      fc.property(input, (given) => {
        const { total } = sessionCost(given);
        expect(total).toBeLessThanOrEqual(given.locked);
        if (given.pricing.maximum !== 0n) expect(total).toBeLessThanOrEqual(given.pricing.maximum);
      }),
      { numRuns: 1000 },
    );
  });

  it("never falls when a period grows or follows, nor when more is locked", () => {
    const growth = fc.record({ seconds: fc.nat(10_000), energyWh: fc.nat(100_000), locked: arbitrary.amount });
    fc.assert(
      fc.property(input, growth, (given, grown) => {
        const before = sessionCost(given).total;
        const last = given.periods.at(-1);
        if (last !== undefined) {
          const longer = { ...last, seconds: last.seconds + grown.seconds, energyWh: last.energyWh + grown.energyWh };
          const periods = [...given.periods.slice(0, -1), longer];
          expect(sessionCost({ ...given, periods }).total).toBeGreaterThanOrEqual(before);
          expect(sessionCost({ ...given, periods: [...given.periods, longer] }).total).toBeGreaterThanOrEqual(before);
        }
        expect(sessionCost({ ...given, locked: given.locked + grown.locked }).total).toBeGreaterThanOrEqual(before);
      }),
      { numRuns: 1000 },
    );
  });

  it("never rises when more is waived", () => {
    fc.assert(
      fc.property(input, arbitrary.amount, (given, more) => {
        const waived = given.waived + more;
        expect(sessionCost({ ...given, waived }).total).toBeLessThanOrEqual(sessionCost(given).total);
      }),
      { numRuns: 500 },
    );
  });

  it("rounds in the driver's favour, by less than one unit a component", () => {
    fc.assert(
      fc.property(arbitrary.pricing, arbitrary.periods, (prices, periods) => {
        const [first] = prices.elements;
        const { energyWh, chargingSeconds, idleSeconds } = sumPeriods(periods);
        if (first === undefined || periods.length === 0) return;
        // All in 1/3,600,000 of a base unit, so exactly.
        const exact =
          BigInt(energyWh) * first.pricePerKwh * 3600n +
          (BigInt(chargingSeconds) * first.pricePerHour + BigInt(idleSeconds) * first.idlePerHour) * 1000n +
          first.flat * 3_600_000n;
        const { beforeBounds } = sessionCost({ pricing: prices, periods, waived: 0n, locked: plenty });
        expect(beforeBounds * 3_600_000n).toBeLessThanOrEqual(exact);
        expect((beforeBounds + 3n) * 3_600_000n).toBeGreaterThan(exact);
      }),
      { numRuns: 500 },
    );
  });
});

describe("shareOut", () => {
  it("gives members equal parts and the owner what does not divide", () => {
    expect(shareOut({ cost: 1_000_003n, locked: 2_000_000n, feeBps: 500, members: 3 })).toEqual({
      perMember: 16_666n,
      fee: 49_998n,
      owner: 950_005n,
      driver: 999_997n,
    });
  });

  it("divides all that was locked, and never gives the committee more than its basis points", () => {
    const feeBps = fc.integer({ min: 0, max: 10_000 });
    const members = fc.integer({ min: 1, max: 16 });
    fc.assert(
      fc.property(arbitrary.amount, arbitrary.amount, feeBps, members, (cost, rest, bps, count) => {
        const shares = shareOut({ cost, locked: cost + rest, feeBps: bps, members: count });
        expect(shares.owner + shares.fee + shares.driver).toBe(cost + rest);
        expect(shares.perMember * BigInt(count)).toBe(shares.fee);
        expect(shares.fee * 10_000n).toBeLessThanOrEqual(cost * BigInt(bps));
        expect((shares.fee + BigInt(count)) * 10_000n).toBeGreaterThan(cost * BigInt(bps));
      }),
      { numRuns: 1000 },
    );
  });

  it("refuses impossible shares by name", () => {
    const good = { cost: 1n, locked: 2n, feeBps: 0, members: 1 };
    expect(() => shareOut({ ...good, cost: 3n })).toThrow("CostAboveLocked: cost is 3, expected at most 2");
    expect(() => shareOut({ ...good, cost: -1n })).toThrow("NegativeAmount");
    for (const feeBps of [-1, 10_001, 0.5]) expect(() => shareOut({ ...good, feeBps })).toThrow("InvalidFee");
    for (const members of [0, -1, 1.5]) expect(() => shareOut({ ...good, members })).toThrow("InvalidCommitteeSize");
  });
});
