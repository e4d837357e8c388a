import {
  extendsPredecessor,
  type Period,
  PeriodKind,
  packRestrictions,
  sessionCost,
  sumPeriods,
  type TariffPricing,
} from "@openjoule/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bookSegment } from "./booking.ts";
import type { Segment } from "./periods.ts";

const POWER_CAP_W = 0xffff_ffff;
const MONDAY = Date.UTC(2027, 5, 7) / 1000;

const bounds = (greatest: number) =>
  fc.tuple(fc.constantFrom(0, 0, 1, 2), fc.nat(greatest), fc.integer({ min: 1, max: greatest })).map(
    // None, from an amount on, between two.
    ([kind, least, length]) => (kind === 0 ? [0, 0] : [least, kind === 1 ? 0 : least + length]) as [number, number],
  );
const element = fc
  .tuple(fc.nat(23), fc.nat(23), fc.constantFrom(0, 0x1f, 0x60), bounds(40_000), bounds(40_000), fc.nat(500_000))
  .map(([from, hours, days, [minEnergyWh, maxEnergyWh], [minSeconds, maxSeconds], price]) => {
    const clock = hours === 0 ? {} : { timeFrom: from * 60, timeTo: ((from + hours) % 24) * 60 };
    const restrictions = packRestrictions({ ...clock, days, minEnergyWh, maxEnergyWh, minSeconds, maxSeconds });
    const prices = { pricePerKwh: BigInt(price), pricePerHour: BigInt(price), idlePerHour: BigInt(price), flat: 1n };
    return { ...prices, restrictions };
  });
const restrictedPricing: fc.Arbitrary<TariffPricing> = fc.record({
  minimum: fc.constant(0n),
  maximum: fc.constant(0n),
  noShowFee: fc.constant(0n),
  utcOffsetSeconds: fc.constantFrom(0, 7200, -18_000, 20_700),
  elements: fc.array(element, { minLength: 1, maxLength: 5 }),
});

const segments = fc.array(
  fc.record({
    gap: fc.constantFrom(0, 0, 0, 300),
    seconds: fc.oneof(fc.constantFrom(0, 1, 60, 3600), fc.integer({ min: 1, max: 50_000 })),
    energyWh: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30_000 })),
    kind: fc.constantFrom(PeriodKind.Charging, PeriodKind.Idle, null),
  }),
  { maxLength: 8 },
);

const statementOf = (sequence: number, periods: Period[]) => ({
  sequence,
  stopReason: 0 as const,
  waived: 0n,
  evidence: `0x${"0".repeat(64)}` as const,
  periods,
});

describe("bookSegment", () => {
  it("cuts where prices change, so that the cost rule refuses nothing, and each result extends the one before", () => {
    fc.assert(
      fc.property(restrictedPricing, segments, fc.integer({ min: -3, max: 3 }), (pricing, list, day) => {
        let periods: Period[] = [];
        let readAt = MONDAY + day * 86_400 - 7;
        let energyWh = 0;
        for (const [index, { gap, ...rest }] of list.entries()) {
          const segment: Segment = { ...rest, start: readAt + gap };
          const before = periods;
          periods = bookSegment(periods, segment, { pricing, powerCapW: POWER_CAP_W }).periods;
          if (segment.kind !== null) energyWh += segment.energyWh;
          const last = periods.at(-1);
          readAt = Math.max(segment.start + segment.seconds, last === undefined ? 0 : last.start + last.seconds);
          expect(() => sessionCost({ pricing, periods, waived: 0n, locked: 1n })).not.toThrow();
          expect(extendsPredecessor(statementOf(index + 1, before), statementOf(index + 2, periods))).toBe(true);
        }
        if (periods.length < 256) expect(sumPeriods(periods).energyWh).toBe(energyWh);
      }),
      { numRuns: 1000 },
    );
  }, 300_000);

  it("keeps to the power cap part by part", () => {
    fc.assert(
      fc.property(restrictedPricing, segments, (pricing, list) => {
        let periods: Period[] = [];
        let readAt = MONDAY;
        for (const segment of list) {
          const booked = bookSegment(periods, { ...segment, start: readAt }, { pricing, powerCapW: 3_700 });
          periods = booked.periods;
          readAt = Math.max(readAt + segment.seconds, ...periods.map(({ start, seconds }) => start + seconds));
          expect(booked.cutWh).toBeGreaterThanOrEqual(0);
          for (const { energyWh } of periods) expect(energyWh).toBeGreaterThanOrEqual(0);
          expect(() => sessionCost({ pricing, periods, waived: 0n, locked: 1n })).not.toThrow();
        }
        const { energyWh, chargingSeconds, idleSeconds } = sumPeriods(periods);
        expect(energyWh).toBeLessThanOrEqual((3_700 * (chargingSeconds + idleSeconds) * 1.05) / 3600 + 10);
      }),
      { numRuns: 300 },
    );
  }, 300_000);
});
