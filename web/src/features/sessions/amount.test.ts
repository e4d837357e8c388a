import { expect, test } from "vitest";
import { readAmount } from "./amount.ts";

const tEUR = { decimals: 6, symbol: "tEUR" };

test.each([
  ["5", { amount: 5_000_000n, problem: undefined }],
  ["0,000001", { amount: 1n, problem: undefined }],
  ["10", { amount: 10_000_000n, problem: undefined }],
  ["10.000001", { amount: undefined, problem: "tooMuch" }],
  ["0", { amount: undefined, problem: "notANumber" }],
  ["", { amount: undefined, problem: "notANumber" }],
  ["-1", { amount: undefined, problem: "notANumber" }],
  ["0.0000001", { amount: undefined, problem: "notANumber" }],
])("reads %s", (text, reading) => {
  expect(readAmount(text, tEUR, 10_000_000n)).toEqual(reading);
});
