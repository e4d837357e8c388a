import type { CurrencyFormat } from "@openjoule/sdk";

/** How a currency is written; a token that nobody has listed is counted in its base units, under its own address. */
export function currencyFormat(given: {
  readonly token: string | undefined;
  readonly symbol: string | undefined;
  readonly decimals: number | undefined;
}): CurrencyFormat {
  const { token, symbol, decimals } = given;
  if (symbol !== undefined && decimals !== undefined) return { symbol, decimals };
  if (token === undefined) return { symbol: "ETH", decimals: 18 };
  return { symbol: `${token.slice(0, 6)}…${token.slice(-4)}`, decimals: decimals ?? 0 };
}
