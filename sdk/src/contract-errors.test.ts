import { encodeErrorResult } from "viem";
import { expect, it } from "vitest";
import { decodeContractError } from "./contract-errors.ts";
import { chargingSessionsAbi, oracleRegistryAbi, stationRegistryAbi } from "./generated/index.ts";

it("reads the errors of every contract", () => {
  const busy = encodeErrorResult({ abi: chargingSessionsAbi, errorName: "EvseBusy", args: [7n] });
  expect(decodeContractError(busy)).toEqual({ name: "EvseBusy", args: [7n] });
  const notOwner = `0x${"0a".repeat(20)}` as const;
  const station = encodeErrorResult({ abi: stationRegistryAbi, errorName: "NotStationOwner", args: [1n, notOwner] });
  expect(decodeContractError(station)?.name).toBe("NotStationOwner");
  const oracle = encodeErrorResult({ abi: oracleRegistryAbi, errorName: "UnbondingNotOver", args: [99] });
  expect(decodeContractError(oracle)).toEqual({ name: "UnbondingNotOver", args: [99] });
});

it("reads Solidity's own and tokens' errors", () => {
  const panic = `0x4e487b71${"11".padStart(64, "0")}` as const;
  expect(decodeContractError(panic)).toEqual({ name: "Panic", args: [0x11n] });
});

it("says nothing about other data", () => {
  for (const data of ["0x", "0x12", "0xdeadbeef", "0xdeadbeef00"] as const)
    expect(decodeContractError(data)).toBeUndefined();
});
