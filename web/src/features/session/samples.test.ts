import { PeriodKind, StopReason } from "@openjoule/sdk";
import { zeroHash } from "viem";
import { expect, test } from "vitest";
import type { OracleSession, SignedStatement } from "./oracle-api.ts";
import { addSample, joinSamples, type Sample, samplesOf } from "./samples.ts";

const state = (updatedAt: number, powerW: number | undefined, energyWh = 0) =>
  ({ updatedAt, powerW, energyWh }) as OracleSession;
const signed = (sequence: number, seconds: number, energyWh: number): SignedStatement => ({
  sessionId: zeroHash,
  statement: {
    sequence,
    stopReason: StopReason.None,
    waived: 0n,
    evidence: zeroHash,
    periods: [{ kind: PeriodKind.Charging, start: 1000, seconds, energyWh }],
  },
  signatures: [],
  cost: 0n,
  signedAt: 1000 + seconds,
});

test("a value of the same moment replaces the one before; an older one is left out", () => {
  const one = addSample([], state(10, 5));
  expect(addSample(one, state(10, 7))).toEqual([{ at: 10, powerW: 7, energyWh: 0 }]);
  expect(addSample(one, state(9, 7))).toBe(one);
  expect(addSample(one, state(11, undefined))).toBe(one);
});

test("a long session stays small and keeps its newest values", () => {
  let samples: readonly Sample[] = [];
  for (let at = 0; at < 5000; at += 1) samples = addSample(samples, state(at, at));
  expect(samples.length).toBeLessThanOrEqual(600);
  expect(samples.at(-1)?.at).toBe(4999);
  expect(samples[0]?.at).toBe(0);
});

test("statements give the mean power between them", () => {
  // 100 Wh in 36 s are 10 kW; 200 Wh in 36 s are 20 kW.
  expect(samplesOf(1000, [signed(1, 36, 100), signed(2, 72, 300)])).toEqual([
    { at: 1036, powerW: 10_000, energyWh: 100 },
    { at: 1072, powerW: 20_000, energyWh: 300 },
  ]);
});

test("statements too close to each other are one step", () => {
  expect(samplesOf(1000, [signed(1, 2, 100), signed(2, 4, 110), signed(3, 36, 1500)]).map(({ at }) => at)).toEqual([
    1036,
  ]);
});

test("live values take over from the statements", () => {
  const past = samplesOf(1000, [signed(1, 36, 100), signed(2, 72, 300)]);
  const live = [{ at: 1040, powerW: 1, energyWh: 1 }];
  expect(joinSamples(past, live).map(({ at }) => at)).toEqual([1036, 1040]);
  expect(joinSamples(past, [])).toBe(past);
});
