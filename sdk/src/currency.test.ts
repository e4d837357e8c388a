import { expect, it } from "vitest";
import { currencyId, currencyToken, NATIVE_CURRENCY } from "./currency.ts";

it("gives currencies their ledger ids", () => {
  const token = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
  expect(currencyToken(currencyId(token))).toBe(token);
  for (const id of [NATIVE_CURRENCY, 0n, 1n << 160n]) expect(() => currencyToken(id)).toThrow("NotAToken");
});
