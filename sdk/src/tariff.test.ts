import { getAddress } from "viem";
import { describe, expect, it } from "vitest";
import { currencyId, NATIVE_CURRENCY } from "./currency.ts";
import { createTariff, describeTariff, type Tariff, tariffProblem } from "./tariff.ts";

const token = `0x${"a1".repeat(20)}` as const;
const good = createTariff({
  currency: currencyId(token),
  minimumDeposit: 1_000_000n,
  settlementWindowSeconds: 21_600,
  connectionSeconds: 300,
  pricePerKwh: 450_000n,
  idlePerHour: 6_000_000n,
  minimum: 500_000n,
});
const terms = (change: Partial<Tariff["terms"]>): Tariff => ({ ...good, terms: { ...good.terms, ...change } });
const pricing = (change: Partial<Tariff["pricing"]>): Tariff => ({ ...good, pricing: { ...good.pricing, ...change } });
const [element] = good.pricing.elements as [Tariff["pricing"]["elements"][number]];
const { reservation } = good.terms;

describe("tariffProblem", () => {
  it("finds none in a good tariff", () => {
    expect(tariffProblem(good)).toBeUndefined();
    expect(tariffProblem(terms({ currency: NATIVE_CURRENCY }))).toBeUndefined();
    expect(tariffProblem(terms({ settlementWindowSeconds: 72 * 3600, connectionSeconds: 3600 }))).toBeUndefined();
    expect(tariffProblem(pricing({ maximum: 500_000n, elements: Array(16).fill(element) }))).toBeUndefined();
  });

  it.each([
    ["InvalidCurrency", "terms.currency", terms({ currency: 0n })],
    ["InvalidCurrency", "terms.currency", terms({ currency: 1n << 160n })],
    ["MinimumDepositZero", "terms.minimumDeposit", terms({ minimumDeposit: 0n })],
    ["InvalidSettlementWindow", "terms.settlementWindowSeconds", terms({ settlementWindowSeconds: 21_599 })],
    ["InvalidSettlementWindow", "terms.settlementWindowSeconds", terms({ settlementWindowSeconds: 259_201 })],
    ["InvalidConnectionTime", "terms.connectionSeconds", terms({ connectionSeconds: 3601 })],
    ["MinimumAboveMaximum", "pricing.minimum", pricing({ maximum: 499_999n })],
    ["InvalidElementCount", "pricing.elements.length", pricing({ elements: [] })],
    ["InvalidElementCount", "pricing.elements.length", pricing({ elements: Array(17).fill(element) })],
    ["TariffPartUnsupported", "pricing.noShowFee", pricing({ noShowFee: 1n })],
    ["InvalidUtcOffset", "pricing.utcOffsetSeconds", pricing({ utcOffsetSeconds: -50_401 })],
    [
      "InvalidRestrictions",
      "pricing.elements[0].restrictions",
      pricing({ elements: [{ pricePerKwh: 0n, pricePerHour: 0n, idlePerHour: 0n, flat: 0n, restrictions: 1440n }] }),
    ],
    ["InvalidTax", "terms.taxBps", terms({ taxBps: 10_001 })],
    ["TariffPartUnsupported", "terms.reservation", terms({ reservation: { ...reservation, fee: 1n } })],
    ["TariffPartUnsupported", "terms.reservation", terms({ reservation: { ...reservation, holdSeconds: 1 } })],
    ["TariffPartUnsupported", "terms.reservation", terms({ reservation: { ...reservation, freeCancelSeconds: 1 } })],
    ["TariffPartUnsupported", "terms.reservation", terms({ reservation: { ...reservation, lateRefundBps: 1 } })],
    [
      "TariffPartUnsupported",
      "terms.feeds",
      terms({ feeds: [{ aggregator: token, maxAgeSeconds: 3600, inverted: false }] }),
    ],
    ["TariffPartUnsupported", "terms.priceDecimals", terms({ priceDecimals: 2 })],
    ["TariffPartUnsupported", "terms.sequencerFeed", terms({ sequencerFeed: token })],
    ["TariffPartUnsupported", "terms.sequencerGraceSeconds", terms({ sequencerGraceSeconds: 1 })],
  ])("finds %s in %s", (name, field, tariff) => {
    expect(tariffProblem(tariff)).toMatchObject({ name, field });
  });

  it("takes the registry's own window bounds", () => {
    const window = { leastSeconds: 60, greatestSeconds: 120 };
    expect(tariffProblem(terms({ settlementWindowSeconds: 60 }), window)).toBeUndefined();
    expect(tariffProblem(good, window)).toMatchObject({ name: "InvalidSettlementWindow", expected: "60 to 120" });
  });
});

describe("describeTariff", () => {
  it("leaves out what is zero", () => {
    expect(describeTariff(good)).toEqual({
      currency: BigInt(token),
      token: getAddress(token),
      elements: [
        [
          { component: "energy", per: "kWh", amount: 450_000n },
          { component: "idle", per: "hour", amount: 6_000_000n },
        ],
      ],
      minimum: 500_000n,
      maximum: undefined,
      minimumDeposit: 1_000_000n,
      settlementWindowSeconds: 21_600,
      connectionSeconds: 300,
    });
  });

  it("knows the native currency and a free tariff", () => {
    const free = createTariff({
      currency: NATIVE_CURRENCY,
      minimumDeposit: 1n,
      settlementWindowSeconds: 21_600,
      maximum: 9n,
    });
    expect(describeTariff(free)).toMatchObject({ token: undefined, elements: [[]], minimum: undefined, maximum: 9n });
  });
});
