import { type Address, getAddress, numberToHex } from "viem";
import { OpenJouleError } from "./errors.ts";
import type { CurrencyId } from "./types.ts";

/** Stands for the chain's native currency (ERC-7528). */
export const NATIVE_CURRENCY_ADDRESS = "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE" satisfies Address;

/** The ledger's id of the native currency. */
export const NATIVE_CURRENCY: CurrencyId = BigInt(NATIVE_CURRENCY_ADDRESS);

/** The ledger's id of an ERC-20, or of the native currency by its ERC-7528 address. */
export function currencyId(token: Address): CurrencyId {
  return BigInt(token);
}

/** Whether the id is that of an ERC-20: above zero, within 160 bits, and not the native currency. */
export function isTokenCurrency(id: CurrencyId): boolean {
  return id > 0n && id < 1n << 160n && id !== NATIVE_CURRENCY;
}

/** The ERC-20 behind a ledger id. Throws `NotAToken` for the native currency and for ids that are no address. */
export function currencyToken(id: CurrencyId): Address {
  if (!isTokenCurrency(id)) {
    throw new OpenJouleError({ name: "NotAToken", field: "currency", value: id, expected: "the id of an ERC-20" });
  }
  return getAddress(numberToHex(id, { size: 20 }));
}
