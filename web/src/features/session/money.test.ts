import type { TariffPricing } from "@openjoule/sdk";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costOfCharge, energyFor, planPayment, readDeposit, refundOf, suggestDeposit } from "./money.ts";

const tEUR = { decimals: 6, symbol: "tEUR" };
const pricing: TariffPricing = {
  minimum: 600_000n,
  maximum: 60_000_000n,
  noShowFee: 0n,
  utcOffsetSeconds: 0,
  elements: [{ pricePerKwh: 450_000n, pricePerHour: 0n, idlePerHour: 1_200_000n, flat: 500_000n, restrictions: 0n }],
};

describe("planPayment", () => {
  test("uses the ledger alone when it is enough", () => {
    expect(planPayment(5n, { ledger: 5n, wallet: 0n })).toEqual({ kind: "ledger", fromLedger: 5n, fromWallet: 0n });
  });
  test("takes only the rest from the wallet", () => {
    expect(planPayment(5n, { ledger: 2n, wallet: 9n })).toEqual({ kind: "permit", fromLedger: 2n, fromWallet: 3n });
  });
  test("says what is missing", () => {
    expect(planPayment(5n, { ledger: 1n, wallet: 1n })).toEqual({ kind: "short", missing: 3n });
  });
  test("never takes more or less than the deposit", () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 18n });
    fc.assert(
      fc.property(amount, amount, amount, (deposit, ledger, wallet) => {
        const plan = planPayment(deposit, { ledger, wallet });
        if (plan.kind === "short") expect(ledger + wallet + plan.missing).toBe(deposit);
        else {
          expect(plan.fromLedger + plan.fromWallet).toBe(deposit);
          expect(plan.fromLedger <= ledger && plan.fromWallet <= wallet).toBe(true);
        }
      }),
    );
  });
});

describe("readDeposit", () => {
  test.each([
    ["20", 20_000_000n],
    ["20.50", 20_500_000n],
    ["20,5", 20_500_000n],
    [" 1 tEUR", 1_000_000n],
  ])("reads %s", (text, amount) => {
    expect(readDeposit(text, tEUR, 1_000_000n)).toEqual({ amount, problem: undefined });
  });
  test.each([
    ["", "notANumber"],
    ["abc", "notANumber"],
    ["-3", "notANumber"],
    ["1,000.50", "notANumber"],
    ["0.99", "belowMinimum"],
    ["1.0000001", "tooManyDecimals"],
  ])("refuses %s", (text, problem) => {
    expect(readDeposit(text, tEUR, 1_000_000n).problem).toBe(problem);
  });
});

describe("suggestDeposit", () => {
  const given = { pricing, minimumDeposit: 1_000_000n, powerW: 150_000, decimals: 6, funds: undefined };
  test("is enough for 50 kWh, in whole units", () => {
    // 50 × 0.45 + 0.50
    expect(suggestDeposit(given)).toBe(23_000_000n);
  });
  test("is not above what the driver has", () => {
    expect(suggestDeposit({ ...given, funds: { ledger: 1_500_000n, wallet: 2_000_000n } })).toBe(3_500_000n);
  });
  test("is not above the greatest cost, and not below the least deposit", () => {
    expect(suggestDeposit({ ...given, pricing: { ...pricing, maximum: 9_000_000n } })).toBe(9_000_000n);
    expect(suggestDeposit({ ...given, funds: { ledger: 0n, wallet: 0n } })).toBe(1_000_000n);
  });
});

describe("energyFor", () => {
  test("is the most energy that a deposit pays", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 600_000n, max: 50_000_000n }), (deposit) => {
        const seconds = (energyWh: number) => (energyWh * 3600) / 150_000;
        const energyWh = energyFor(deposit, pricing, 150_000);
        expect(costOfCharge(pricing, { energyWh, seconds: seconds(energyWh) }) <= deposit).toBe(true);
        expect(costOfCharge(pricing, { energyWh: energyWh + 1, seconds: seconds(energyWh + 1) }) > deposit).toBe(true);
      }),
    );
  });
  test("has no limit once the tariff's greatest cost is locked", () => {
    expect(energyFor(60_000_000n, pricing, 150_000)).toBe(1_000_000);
  });
});

test("nothing comes back when all is used", () => {
  expect(refundOf(5n, 7n)).toBe(0n);
  expect(refundOf(7n, 5n)).toBe(2n);
});
