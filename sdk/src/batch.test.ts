import { concat, encodeErrorResult, type Hex, size } from "viem";
import { describe, expect, it } from "vitest";
import { decodeBatchRefusal, MAX_BATCH_BYTES, MAX_BATCH_CALLS, toBatches } from "./batch.ts";
import { stationRegistryAbi } from "./generated/index.ts";

const call = (bytes: number, mark = "ab"): Hex => `0x${mark.repeat(bytes)}`;

describe("toBatches", () => {
  it("keeps every call, in its order, below the limit", () => {
    const calls = Array.from({ length: 300 }, (_, i) => call(1200 + i, (i % 256).toString(16).padStart(2, "0")));
    const batches = toBatches(calls);
    expect(batches.flat()).toEqual(calls);
    expect(batches.length).toBe(5);
    for (const batch of batches) expect(size(concat(batch))).toBeLessThanOrEqual(MAX_BATCH_BYTES);
    // No call of the next would have fitted.
    batches.slice(0, -1).forEach((batch, i) => {
      const next = batches[i + 1]?.[0] ?? "0x";
      expect(size(concat([...batch, next])) + 96 * (batch.length + 1)).toBeGreaterThan(MAX_BATCH_BYTES);
    });
  });

  it("gives a call that is too long a transaction of its own", () => {
    const calls = [call(10), call(200), call(10), call(10)];
    expect(toBatches(calls, 250)).toEqual([calls.slice(0, 1), calls.slice(1, 2), calls.slice(2)]);
  });

  it("makes no batch longer than the contract takes, and none of nothing", () => {
    expect(toBatches(Array.from({ length: 2 * MAX_BATCH_CALLS + 1 }, () => "0x" as Hex)).map((b) => b.length)).toEqual([
      512, 512, 1,
    ]);
    expect(toBatches([])).toEqual([]);
  });
});

describe("decodeBatchRefusal", () => {
  const refusal = (index: bigint, reason: Hex) =>
    encodeErrorResult({ abi: stationRegistryAbi, errorName: "BatchCallRefused", args: [index, reason] });

  it("names the call and the reason", () => {
    const reason = encodeErrorResult({ abi: stationRegistryAbi, errorName: "InvalidMaxPower", args: [2n, 0] });
    expect(decodeBatchRefusal(refusal(7n, reason))).toEqual({
      index: 7,
      reason: { name: "InvalidMaxPower", args: [2n, 0] },
    });
    expect(decodeBatchRefusal(refusal(0n, "0x"))).toEqual({ index: 0, reason: undefined });
  });

  it("says nothing about other errors", () => {
    const size = encodeErrorResult({ abi: stationRegistryAbi, errorName: "InvalidBatchSize", args: [0n, 512n] });
    expect(decodeBatchRefusal(size)).toBeUndefined();
    expect(decodeBatchRefusal("0x")).toBeUndefined();
  });
});
