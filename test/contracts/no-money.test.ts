import { chargingSessionsAbi, oracleRegistryAbi, stationRegistryAbi } from "@openjoule/sdk";
import { expect, it } from "vitest";

/** Names of the functions that take native money with the call. */
const payable = (abi: readonly { type: string; name?: string; stateMutability?: string }[]) =>
  abi.filter((entry) => entry.stateMutability === "payable").map((entry) => entry.name ?? entry.type);

it("StationRegistry takes no money, which `batch` would count once a call", () => {
  expect(payable(stationRegistryAbi)).toEqual([]);
});

it("only a deposit takes native money", () => {
  expect(payable(chargingSessionsAbi)).toEqual(["depositNative"]);
  expect(payable(oracleRegistryAbi)).toEqual([]);
});
