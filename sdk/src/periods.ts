import { OpenJouleError } from "./errors.ts";
import { type EncodedStatement, type Period, PeriodKind, type Statement } from "./types.ts";

/** Layout of a packed period, lowest bits first (contracts/types/Statement.sol): kind 8, energyWh 32, seconds 32, start 40. */
const ENERGY_SHIFT = 8n;
const SECONDS_SHIFT = 40n;
const START_SHIFT = 72n;
const UINT32_MAX = 0xffff_ffff;
const UINT40_MAX = 0xff_ffff_ffff;

/**
 * Packs a period into the word that the contracts read.
 * Throws `PeriodFieldOutOfRange` for what does not fit; that a period lasts at least a second is the statement's check.
 */
export function packPeriod(period: Period): bigint {
  return (
    BigInt(inRange("kind", period.kind, PeriodKind.Idle)) |
    (BigInt(inRange("energyWh", period.energyWh, UINT32_MAX)) << ENERGY_SHIFT) |
    (BigInt(inRange("seconds", period.seconds, UINT32_MAX)) << SECONDS_SHIFT) |
    (BigInt(inRange("start", period.start, UINT40_MAX)) << START_SHIFT)
  );
}

/** Reads a packed period. Throws `PeriodFieldOutOfRange` for a word that `packPeriod` cannot have written. */
export function unpackPeriod(word: bigint): Period {
  const start = word >> START_SHIFT;
  if (start < 0n || start > BigInt(UINT40_MAX)) throw outOfRange("start", start, UINT40_MAX);
  return {
    kind: inRange("kind", Number(word & 0xffn), PeriodKind.Idle) as PeriodKind,
    start: Number(start),
    seconds: Number((word >> SECONDS_SHIFT) & BigInt(UINT32_MAX)),
    energyWh: Number((word >> ENERGY_SHIFT) & BigInt(UINT32_MAX)),
  };
}

/** A statement as the contracts and EIP-712 take it. */
export function encodeStatement(statement: Statement): EncodedStatement {
  return { ...statement, periods: statement.periods.map(packPeriod) };
}

/** A statement read from a call or an event. */
export function decodeStatement(encoded: EncodedStatement): Statement {
  return { ...encoded, periods: encoded.periods.map(unpackPeriod) };
}

function inRange(field: string, value: number, greatest: number): number {
  if (!Number.isInteger(value) || value < 0 || value > greatest) throw outOfRange(field, value, greatest);
  return value;
}

function outOfRange(field: string, value: number | bigint, greatest: number): OpenJouleError {
  return new OpenJouleError({
    name: "PeriodFieldOutOfRange",
    field,
    value,
    expected: `an integer from 0 to ${greatest}`,
  });
}
