import { createTariff, EvseKind, type SimpleTariff, sessionCost } from "@openjoule/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { likelyPower, powerOptions, priceOf, readEnergy } from "./price.ts";

const pricing = (prices: Partial<SimpleTariff>) =>
  createTariff({ currency: 1n, minimumDeposit: 1n, settlementWindowSeconds: 21_600, ...prices }).pricing;

describe("priceOf", () => {
  it("prices energy, time, idle time and the start, each to the unit", () => {
    const prices = { pricePerKwh: 590_000n, pricePerHour: 7_780_000n, idlePerHour: 18_000_000n, flat: 500_000n };
    const { lines, chargingSeconds } = priceOf(pricing(prices), { energyWh: 20_000, powerW: 50_000, idleSeconds: 900 });
    expect(chargingSeconds).toBe(1440);
    expect(lines).toMatchObject({
      energy: 11_800_000n,
      time: 3_112_000n,
      idle: 4_500_000n,
      flat: 500_000n,
      total: 19_912_000n,
    });
  });

  it("keeps to minimum and maximum", () => {
    const bounds = pricing({ pricePerKwh: 1_000_000n, minimum: 2_000_000n, maximum: 10_000_000n });
    const charge = (energyWh: number) => priceOf(bounds, { energyWh, powerW: 11_000, idleSeconds: 0 }).lines;
    expect(charge(500)).toMatchObject({ raisedToMinimum: 1_500_000n, total: 2_000_000n });
    expect(charge(50_000)).toMatchObject({ loweredToMaximum: 40_000_000n, total: 10_000_000n });
  });

  it("is the cost of the session that it describes, whatever the numbers", () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 12n });
    const prices = fc.record({ pricePerKwh: amount, pricePerHour: amount, idlePerHour: amount, flat: amount });
    const charge = fc.record({
      energyWh: fc.integer({ min: 1, max: 500_000 }),
      powerW: fc.integer({ min: 1_000, max: 400_000 }),
      idleSeconds: fc.integer({ min: 0, max: 86_400 }),
    });
    fc.assert(
      fc.property(prices, charge, (given, { energyWh, powerW, idleSeconds }) => {
        const { lines, chargingSeconds } = priceOf(pricing(given), { energyWh, powerW, idleSeconds });
        // The charging takes as long as that power needs, to the second, and never less.
        expect(chargingSeconds * powerW).toBeGreaterThanOrEqual(energyWh * 3600);
        expect((chargingSeconds - 1) * powerW).toBeLessThan(energyWh * 3600);
        const charging = { kind: 0, start: 100, seconds: chargingSeconds, energyWh } as const;
        const idle = { kind: 1, start: 100 + chargingSeconds, seconds: idleSeconds, energyWh: 0 } as const;
        const periods = idleSeconds > 0 ? [charging, idle] : [charging];
        expect(lines).toEqual(sessionCost({ pricing: pricing(given), periods, waived: 0n, locked: lines.total }));
      }),
    );
  });
});

describe("readEnergy", () => {
  it.each([
    ["20", 20_000],
    [" 12,5 ", 12_500],
    ["0.001", 1],
    ["500", 500_000],
  ])("reads %s", (text, energyWh) => expect(readEnergy(text)).toEqual({ energyWh, problem: undefined }));

  it.each([
    ["", "notANumber"],
    ["ten", "notANumber"],
    ["1e3", "notANumber"],
    ["1.2345", "notANumber"],
    ["0", "tooLittle"],
    ["-3", "tooLittle"],
    ["500.001", "tooMuch"],
    ["9".repeat(400), "tooMuch"],
  ])("says what is wrong with %j", (text, problem) =>
    expect(readEnergy(text)).toEqual({ energyWh: undefined, problem }),
  );
});

it("offers an EVSE's own power last, and a usual one first where the EVSE has more", () => {
  expect(powerOptions(22_000)).toEqual([3_700, 7_400, 11_000, 22_000]);
  expect(powerOptions(2_300)).toEqual([2_300]);
  expect(likelyPower(22_000, EvseKind.AC)).toBe(11_000);
  expect(likelyPower(50_000, EvseKind.DC)).toBe(50_000);
  for (const powerW of [2_300, 22_000, 43_000])
    expect(powerOptions(powerW)).toContain(likelyPower(powerW, EvseKind.AC));
  for (const powerW of [24_000, 50_000, 300_000])
    expect(powerOptions(powerW)).toContain(likelyPower(powerW, EvseKind.DC));
});
