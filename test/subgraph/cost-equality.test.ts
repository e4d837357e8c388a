/**
 * The cost rule in the mappings beside the sdk's, line by line to the unit, on random tariffs and statements: mocked
 * settlements through the real WASM. The sdk's rule is compared with Solidity's in test/contracts/.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  cutAtPriceChanges,
  type Period,
  PeriodKind,
  packPeriod,
  sessionCost,
  shareOut,
  type TariffPricing,
} from "@openjoule/sdk";
import fc from "fast-check";
import { type Hex, numberToHex, zeroAddress, zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runGndTest } from "../../scripts/local/gnd-test.ts";
import { resolveGraphNode } from "../../scripts/local/graph-node.ts";
import type { Run } from "../../scripts/local/run.ts";
import * as arbitrary from "../../sdk/testing/arbitraries.ts";
import { readAbis } from "../../subgraph/tools/abis.ts";
import { compileSubgraph, placeSubgraph } from "../../subgraph/tools/compile.ts";
import { mockAbis } from "../../subgraph/tools/mock-abis.ts";
import { type TestEvent, toGndTest } from "../../subgraph/tools/mock-events.ts";
import { readTest, testPlace, values } from "../../subgraph/tools/test-files.ts";
import { createTestRun } from "../local/support/run.ts";

/** One GraphQL answer lists at most 1000. */
const CASES = 400;
const FEE_BPS = 200;
const MEMBERS = 3;

const amount = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt({ min: 0n, max: 10n ** 7n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }) },
  { weight: 2, arbitrary: fc.constant(0n) },
);

const periods = fc
  .array(
    fc.record({
      kind: fc.constantFrom(PeriodKind.Charging, PeriodKind.Idle),
      gap: fc.integer({ min: 0, max: 100 }),
      seconds: fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 2 ** 32 - 1 })),
      energyWh: fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
    }),
    { maxLength: 6 },
  )
  .map((list): Period[] => {
    let end = 1_800_010_000;
    return list.map(({ gap, ...period }) => {
      const start = end + gap;
      end = start + period.seconds;
      return { ...period, start };
    });
  });

const pricing: fc.Arbitrary<TariffPricing> = fc.record({
  minimum: amount,
  maximum: amount,
  noShowFee: fc.constant(0n),
  utcOffsetSeconds: fc.constant(0),
  elements: fc.array(
    fc.record({
      pricePerKwh: amount,
      pricePerHour: amount,
      idlePerHour: amount,
      flat: amount,
      restrictions: fc.constant(0n),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});

const rest = { waived: amount, locked: fc.bigInt({ min: 1n, max: 2n ** 128n - 1n }) };
const session = fc.oneof(
  fc.record({ pricing, periods, ...rest }),
  // The contract refuses periods within which prices change: only cut ones come out in events.
  arbitrary.restrictedPricing.chain((prices) =>
    fc.record({
      pricing: fc.constant(prices),
      periods: arbitrary.restrictedPeriods(prices).map((list) => cutAtPriceChanges(prices, list)),
      ...rest,
    }),
  ),
);

/** JSON, with integers as text. */
const text = (value: object): TestEvent["params"] =>
  JSON.parse(JSON.stringify(value, (_, part) => (typeof part === "bigint" ? part.toString() : part)));

describe.runIf(resolveGraphNode({}).kind === "gnd")("the cost rule in the mappings", () => {
  let run: Run;
  beforeAll(() => {
    run = createTestRun();
  });
  afterAll(() => run.stop());

  it("is the sdk's to the unit, line by line", async () => {
    const seed = Number(process.env.COST_SEED ?? 20_261_120);
    const cases = fc.sample(session, { seed, numRuns: CASES });
    const abis = readAbis();
    const mocked = mockAbis(abis);
    const compiled = await compileSubgraph({ name: "tests", abis: mocked.abis, mockTopics: mocked.topics });
    const out = join(run.temporaryFolder("cost"), "subgraph");
    await placeSubgraph({ compiled, place: testPlace, out });

    const { blocks } = readTest("session-opened");
    const before = blocks.slice(0, 3);
    const test = {
      name: `cost lines, seed ${seed}`,
      assertions: [
        {
          query: `{ receipts(first: ${CASES}) { id energyCost timeCost idleCost flatCost raisedToMinimum loweredToMaximum waivedFromCost cappedByDeposit cost linesMatchCost refund fee feePerMember ownerRevenue } }`,
          expected: text({ receipts: cases.map((given, index) => expectedReceipt(index, given)) }),
        },
      ],
    };
    const events = cases.flatMap((given, index) => eventsOf(index, given));
    const all = [...before, { timestamp: 1_800_020_000, events }];
    mkdirSync(join(out, "tests"));
    writeFileSync(join(out, "tests", "cost.json"), JSON.stringify(toGndTest(test, all, abis, testPlace)));
    const result = await runGndTest({ run, subgraphFolder: out, files: ["tests/cost.json"], timeoutSeconds: 150 });
    expect(result.ok, result.output.slice(0, 5_000)).toBe(true);
  }, 180_000);
});

type Case = { pricing: TariffPricing; periods: Period[]; waived: bigint; locked: bigint };

const id = (kind: number, index: number): Hex => numberToHex((BigInt(kind) << 64n) | BigInt(index + 1), { size: 32 });

function costsOf(given: Case) {
  const lines = sessionCost(given);
  return { lines, shares: shareOut({ cost: lines.total, locked: given.locked, feeBps: FEE_BPS, members: MEMBERS }) };
}

function expectedReceipt(index: number, given: Case) {
  const { lines, shares } = costsOf(given);
  return {
    id: id(1, index),
    energyCost: lines.energy,
    timeCost: lines.time,
    idleCost: lines.idle,
    flatCost: lines.flat,
    raisedToMinimum: lines.raisedToMinimum,
    loweredToMaximum: lines.loweredToMaximum,
    waivedFromCost: lines.waived,
    cappedByDeposit: lines.cappedByDeposit,
    cost: lines.total,
    linesMatchCost: true,
    refund: shares.driver,
    fee: shares.fee,
    feePerMember: shares.perMember,
    ownerRevenue: shares.owner,
  };
}

/** A tariff, an offer under it, a session and its settlement. */
function eventsOf(index: number, given: Case): TestEvent[] {
  const [tariffId, sessionId, offerHash] = [id(0, index), id(1, index), id(2, index)];
  const [owner, driver, evse] = [`0x${values.owner}`, `0x${values.driver}`, `0x${values.evse0}`];
  const { lines, shares } = costsOf(given);
  const terms = {
    currency: `0x${values.eur}`,
    minimumDeposit: 1,
    settlementWindowSeconds: 21_600,
    connectionSeconds: 0,
    taxBps: 0,
    reservation: { fee: 0, holdSeconds: 0, freeCancelSeconds: 0, lateRefundBps: 0 },
    feeds: [],
    priceDecimals: 0,
    sequencerFeed: zeroAddress,
    sequencerGraceSeconds: 0,
  };
  const offer = {
    ...{ evse, owner, ownerEpoch: 0, tariffId, committeeId: `0x${values.committee}`, meterKeyHash: zeroHash },
    ...{ currency: terms.currency, minimumDeposit: 1, powerCapW: 150_000 },
  };
  const opened = {
    ...{ sessionId, evse, driver, offerHash, parentHash: zeroHash, deposit: given.locked, counter: index + 1 },
    ...{ openedAt: 1_800_009_000, maxSeconds: 36_000, extras: zeroHash },
  };
  const settled = {
    ...{ sessionId, cost: lines.total, fee: shares.fee, sequence: 1, stopReason: 5, waived: given.waived },
    ...{ evidence: zeroHash, periods: given.periods.map(packPeriod) },
  };
  return [
    {
      contract: "StationRegistry",
      event: "TariffPublished",
      params: text({ tariffId, publisher: owner, termsHash: zeroHash, terms, pricing: given.pricing }),
    },
    { contract: "ChargingSessions", event: "OfferActivated", params: text({ evse, offerHash, offer }) },
    { contract: "ChargingSessions", event: "SessionOpened", params: text(opened) },
    { contract: "ChargingSessions", event: "SessionSettled", params: text(settled) },
  ];
}
