import {
  committeeId,
  configHash,
  connectorCodes,
  createTariff,
  EvseKind,
  encodeConnectors,
  encodeEvseId,
  pricingHash,
  type StationConfig,
  type Tariff,
  tariffId,
  tariffProblem,
  termsHash,
} from "@openjoule/sdk";
import fc from "fast-check";
import { type Hex, stringToHex, toHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as arbitrary from "../../sdk/testing/arbitraries.ts";
import { type Harness, startHarness } from "./harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness?.stop());

async function call(functionName: string, args: readonly unknown[]): Promise<unknown> {
  const result = await harness.call(functionName, args);
  if (result.error) throw new Error(`${result.error.name}(${result.error.args.join(", ")})`);
  return result.value;
}

const uint32 = fc.nat(0xffff_ffff);
const uint16 = fc.nat(0xffff);
const terms = fc.record({
  currency: fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }),
  minimumDeposit: arbitrary.amount,
  settlementWindowSeconds: uint32,
  connectionSeconds: uint32,
  taxBps: uint16,
  reservation: fc.record({
    fee: arbitrary.amount,
    holdSeconds: uint32,
    freeCancelSeconds: uint32,
    lateRefundBps: uint16,
  }),
  feeds: fc.array(fc.record({ aggregator: arbitrary.address, maxAgeSeconds: uint32, inverted: fc.boolean() }), {
    maxLength: 3,
  }),
  priceDecimals: fc.nat(255),
  sequencerFeed: arbitrary.address,
  sequencerGraceSeconds: uint32,
});
const pricing = fc
  .tuple(arbitrary.pricing, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), arbitrary.amount)
  .map(([given, utcOffsetSeconds, noShowFee]) => ({ ...given, utcOffsetSeconds, noShowFee }));

const config: fc.Arbitrary<StationConfig> = fc.record({
  registrant: arbitrary.address,
  committeeId: arbitrary.bytes32,
  tariffIds: fc.array(arbitrary.bytes32, { maxLength: 16 }),
  evses: fc.array(
    fc.record({
      id: arbitrary.bytes32,
      maxPowerW: uint32,
      kind: fc.constantFrom(...Object.values(EvseKind)),
      inService: fc.boolean(),
      tariffMask: uint16,
      connectors: arbitrary.bytes32.map((bytes): Hex => `0x${bytes.slice(2, 18)}`),
      meterKeyHash: arbitrary.bytes32,
    }),
    { maxLength: 64 },
  ),
});

const runs = { numRuns: 100 };

describe("hashes are the same in Solidity and TypeScript", () => {
  it("of tariffs", async () => {
    await fc.assert(
      fc.asyncProperty(terms, pricing, async (someTerms, somePricing) => {
        const expected = [termsHash(someTerms), pricingHash(somePricing), tariffId(someTerms, somePricing)];
        expect(await call("tariffHashes", [someTerms, somePricing])).toEqual(expected);
      }),
      runs,
    );
  });

  it("of committees", async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary.committee, async (committee) => {
        expect(await call("committeeId", [committee])).toBe(committeeId(committee));
      }),
      runs,
    );
  });

  it("of configurations", async () => {
    await fc.assert(
      fc.asyncProperty(config, async (given) => {
        expect(await call("configHash", [given])).toBe(configHash(given));
      }),
      runs,
    );
  });
});

describe("what a tariff may be", () => {
  const good = createTariff({
    currency: 0xa1n,
    minimumDeposit: 5n,
    settlementWindowSeconds: 21_600,
    connectionSeconds: 300,
    pricePerKwh: 9n,
    minimum: 5n,
  });
  const withTerms = (change: Partial<Tariff["terms"]>): Tariff => ({ ...good, terms: { ...good.terms, ...change } });
  const withPricing = (change: Partial<Tariff["pricing"]>): Tariff => ({
    ...good,
    pricing: { ...good.pricing, ...change },
  });
  const [element] = good.pricing.elements;

  it.each([
    ["is good", good],
    ["has a foreign currency", withTerms({ currency: 1n << 160n })],
    ["has no currency", withTerms({ currency: 0n })],
    ["needs no deposit", withTerms({ minimumDeposit: 0n })],
    ["refunds too soon", withTerms({ settlementWindowSeconds: 21_599 })],
    ["refunds too late", withTerms({ settlementWindowSeconds: 259_201 })],
    ["gives an hour to plug in", withTerms({ connectionSeconds: 3600 })],
    ["gives more", withTerms({ connectionSeconds: 3601 })],
    ["has its minimum above its maximum", withPricing({ maximum: 4n })],
    ["has both equal", withPricing({ maximum: 5n })],
    ["has no element", withPricing({ elements: [] })],
    ["has 16", withPricing({ elements: Array(16).fill(element) })],
    ["has 17", withPricing({ elements: Array(17).fill(element) })],
    ["has a no-show fee", withPricing({ noShowFee: 1n })],
    ["has an offset", withPricing({ utcOffsetSeconds: -50_400 })],
    ["has too great an offset", withPricing({ utcOffsetSeconds: 50_401 })],
    ["has tax", withTerms({ taxBps: 10_000 })],
    ["has more tax than price", withTerms({ taxBps: 10_001 })],
    ...[
      1440n,
      1440n << 16n,
      (600n << 16n) | 600n,
      0x80n << 32n,
      (5n << 40n) | (5n << 72n),
      1n << 168n,
      1439n,
      1n << 40n,
    ].map((restrictions): [string, Tariff] => [
      `has restrictions ${restrictions}`,
      withPricing({ elements: element === undefined ? [] : [element, { ...element, restrictions }] }),
    ]),
    ["can be reserved", withTerms({ reservation: { ...good.terms.reservation, holdSeconds: 1 } })],
    ["has decimals", withTerms({ priceDecimals: 2 })],
    ["has a grace period", withTerms({ sequencerGraceSeconds: 1 })],
    ["is wrong twice", { ...withPricing({ elements: [] }), terms: { ...good.terms, minimumDeposit: 0n } }],
  ])("is the same when it %s", async (_what, tariff) => {
    const { error } = await harness.call("checkTariff", [tariff.terms, tariff.pricing, 21_600, 259_200]);
    expect(tariffProblem(tariff)?.name).toBe(error?.name);
  });
});

describe("what an EVSE may be", () => {
  it("has an id that the sdk wrote, and none that it cannot have written", async () => {
    const bytes = (text: string) => stringToHex(text, { size: 32 });
    const good = ["FR*ABC*E1", "fr*abc*e1*2", `DE*8AA*E${"Z9".repeat(13)}`].map(encodeEvseId);
    const bad = ["FRABCE", "frabce1", "FR*ABC*E1", "F1ABCE1", "FRABCS1", "FRABCE1 ", "FRABCE\x001"].map(bytes);
    const connectors = encodeConnectors(["CHADEMO"]);
    const cases = [...good, ...bad].map((id) => ({ id, connectors }));
    const [ids] = (await call("checkEvses", [cases])) as [boolean[], boolean[]];
    expect(ids).toEqual([...good.map(() => true), ...bad.map(() => false)]);
  });

  it("has any connector of the sdk's table, and no gaps", async () => {
    const good = Object.values(connectorCodes).map((code): Hex => toHex(BigInt(code) << 56n, { size: 8 }));
    const bad: Hex[] = ["0x0000000000000000", "0x0400030000000000", "0x0004000000000000"];
    const cases = [...good, ...bad].map((connectors) => ({ id: encodeEvseId("FR*ABC*E1"), connectors }));
    const [, connectors] = (await call("checkEvses", [cases])) as [boolean[], boolean[]];
    expect(connectors).toEqual([...good.map(() => true), ...bad.map(() => false)]);
  });
});
