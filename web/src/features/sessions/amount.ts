import { type CurrencyFormat, OpenJouleError, parseMoney } from "@openjoule/sdk";

export type AmountReading =
  | { readonly amount: bigint; readonly problem: undefined }
  | { readonly amount: undefined; readonly problem: "notANumber" | "tooMuch" };

/** Reads the amount to withdraw: above zero, at most what is there; a comma counts as the decimal point. */
export function readAmount(text: string, currency: CurrencyFormat, available: bigint): AmountReading {
  try {
    const amount = parseMoney(text.replace(",", "."), currency);
    if (amount === 0n) return { amount: undefined, problem: "notANumber" };
    return amount > available ? { amount: undefined, problem: "tooMuch" } : { amount, problem: undefined };
  } catch (error) {
    if (!(error instanceof OpenJouleError)) throw error;
    return { amount: undefined, problem: "notANumber" };
  }
}
