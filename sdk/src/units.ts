import { OpenJouleError } from "./errors.ts";

/**
 * Exact texts of amounts, without floats and neutral in language: a point for decimals, no grouping. Anything that
 * speaks a language gives such a text to `Intl.NumberFormat.format`, which takes decimal strings exactly.
 */

/** Most decimals of a currency: ERC-20's `decimals()` is a uint8. */
const MAX_DECIMALS = 255;

export interface DecimalOptions {
  /** Digits behind the point that stay even when they are zeros; more are shown when they matter. */
  readonly minimumFractionDigits?: number;
}

/**
 * An integer count of 10^-decimals as a decimal text, exact: `formatDecimal(1_050_000n, 6)` is `"1.05"`.
 * Throws `InvalidDecimals`.
 */
export function formatDecimal(value: bigint, decimals: number, options: DecimalOptions = {}): string {
  requireDecimals(decimals);
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits
    .slice(digits.length - decimals)
    .replace(/0+$/, "")
    .padEnd(options.minimumFractionDigits ?? 0, "0");
  return `${value < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/**
 * Reads a decimal text into an integer count of 10^-decimals, exact: `parseDecimal("1.05", 6)` is `1_050_000n`.
 * Throws `InvalidDecimal` for anything but digits with at most one point, `TooManyDecimals` rather than round.
 */
export function parseDecimal(text: string, decimals: number): bigint {
  requireDecimals(decimals);
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw invalid("InvalidDecimal", "text", text, "digits with at most one point, like 12.50");
  const [, sign, whole = "", fraction = ""] = match;
  const significant = fraction.replace(/0+$/, "");
  if (significant.length > decimals) {
    throw invalid("TooManyDecimals", "text", text, `at most ${decimals} digits behind the point`);
  }
  const value = BigInt(whole + significant.padEnd(decimals, "0"));
  return sign === "-" ? -value : value;
}

/** How a currency is written. */
export interface CurrencyFormat {
  /** Base units of one are 10^decimals. */
  readonly decimals: number;
  /** `tEUR`, `USDC`, `ETH` … */
  readonly symbol: string;
}

/** Digits behind the point that people expect of money. */
const MONEY_FRACTION_DIGITS = 2;

/** An amount in base units with its symbol, exact: `formatMoney(1_500_000n, { decimals: 6, symbol: "tEUR" })` is `"1.50 tEUR"`. */
export function formatMoney(amount: bigint, currency: CurrencyFormat): string {
  const minimumFractionDigits = Math.min(MONEY_FRACTION_DIGITS, currency.decimals);
  return `${formatDecimal(amount, currency.decimals, { minimumFractionDigits })} ${currency.symbol}`;
}

/**
 * Base units of an amount that a person typed, with or without the symbol: `parseMoney("1.50 tEUR", …)` is `1_500_000n`.
 * Throws `InvalidDecimal`, `TooManyDecimals`, and `NegativeAmount`.
 */
export function parseMoney(text: string, currency: CurrencyFormat): bigint {
  const trimmed = text.trim();
  const number = trimmed.endsWith(currency.symbol) ? trimmed.slice(0, -currency.symbol.length).trimEnd() : trimmed;
  const amount = parseDecimal(number, currency.decimals);
  if (amount < 0n) throw invalid("NegativeAmount", "text", text, "zero or more");
  return amount;
}

const THOUSAND_DECIMALS = 3;

/** Energy in kWh, exact: `1234` Wh is `"1.234"`. Throws `InvalidInteger`. */
export function kilowattHours(energyWh: number | bigint): string {
  return formatDecimal(integer("energyWh", energyWh), THOUSAND_DECIMALS);
}

/** Wh of an energy written in kWh: `"1.234"` is `1234`. Throws `InvalidDecimal`, `TooManyDecimals`. */
export function parseKilowattHours(text: string): bigint {
  return parseDecimal(text, THOUSAND_DECIMALS);
}

/** Power in kW, exact: `150500` W is `"150.5"`. Throws `InvalidInteger`. */
export function kilowatts(powerW: number | bigint): string {
  return formatDecimal(integer("powerW", powerW), THOUSAND_DECIMALS);
}

/** `"950 Wh"` below 1 kWh, `"1.234 kWh"` from there on. The symbols are SI's and the same in every language. */
export function formatEnergy(energyWh: number | bigint): string {
  const wh = integer("energyWh", energyWh);
  return wh > -1000n && wh < 1000n ? `${wh} Wh` : `${kilowattHours(wh)} kWh`;
}

/** `"950 W"` below 1 kW, `"150.5 kW"` from there on. */
export function formatPower(powerW: number | bigint): string {
  const w = integer("powerW", powerW);
  return w > -1000n && w < 1000n ? `${w} W` : `${kilowatts(w)} kW`;
}

/** A length of time in parts, for a text in any language. */
export interface DurationParts {
  readonly days: number;
  /** 0 to 23 */
  readonly hours: number;
  /** 0 to 59 */
  readonly minutes: number;
  /** 0 to 59 */
  readonly seconds: number;
}

/** Splits seconds into days, hours, minutes and seconds. Throws `InvalidInteger`, `NegativeAmount`. */
export function durationParts(seconds: number): DurationParts {
  integer("seconds", seconds);
  if (seconds < 0) throw invalid("NegativeAmount", "seconds", seconds, "zero or more");
  return {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor(seconds / 3600) % 24,
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  };
}

function integer(field: string, value: number | bigint): bigint {
  if (typeof value === "bigint") return value;
  if (!Number.isSafeInteger(value)) throw invalid("InvalidInteger", field, value, "an integer");
  return BigInt(value);
}

function requireDecimals(decimals: number): void {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > MAX_DECIMALS) {
    throw invalid("InvalidDecimals", "decimals", decimals, `an integer from 0 to ${MAX_DECIMALS}`);
  }
}

function invalid(name: string, field: string, value: unknown, expected: string): OpenJouleError {
  return new OpenJouleError({ name, field, value, expected });
}
