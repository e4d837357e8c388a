import type { CurrencyFormat, ListedCurrency } from "@openjoule/sdk";

/**
 * How amounts of a currency are written. One that is in no list has no decimals that could be trusted: its amounts are in
 * base units, with the beginning of its address.
 */
export function currencyFormat({ token, symbol, decimals }: ListedCurrency): CurrencyFormat {
  if (symbol !== undefined && decimals !== undefined) return { symbol, decimals };
  if (token === undefined) return { symbol: "ETH", decimals: 18 };
  return { symbol: `${token.slice(0, 6)}…${token.slice(-4)}`, decimals: 0 };
}
