import { sumPeriods } from "./cost.ts";
import { type Problem, throwProblem } from "./errors.ts";
import { StopReason } from "./stop-reason.ts";
import { type Period, PeriodKind, type Statement } from "./types.ts";

/**
 * The bounds that ChargingSessions checks, under the same names (IChargingSessions, libraries/Periods.sol), so that
 * nothing is signed that the chain would refuse. Each check returns the first problem, or undefined.
 */

/** Bounds fixed in libraries/Periods.sol. */
export const statementBounds = {
  maxPeriods: 256,
  /** The chain's clock may lag behind the meter's by this much. */
  clockSkewSeconds: 60,
  /** A meter may read more than power cap × time by this much … */
  powerTolerancePercent: 5,
  /** … and this much. */
  energyToleranceWh: 10,
} as const;

const UINT32_MAX = 0xffff_ffff;
const UINT40_MAX = 0xff_ffff_ffff;
const UINT128_MAX = (1n << 128n) - 1n;

export type StatementProblemName =
  | "FieldOutOfRange"
  | "SequenceZero"
  | "NoPeriods"
  | "TooManyPeriods"
  | "PeriodMalformed"
  | "PeriodStartsBefore"
  | "StatementFromFuture"
  | "EnergyAbovePowerCap"
  | "IsFinal"
  | "NotFinal"
  | "CheckpointNotNewer"
  | "CheckpointShrinks";

export type StatementProblem = Problem<StatementProblemName>;

/** What bounds a statement, from the session and the offer. */
export interface StatementContext {
  /** UTC seconds. */
  readonly openedAt: number;
  readonly powerCapW: number;
  /** The latest block's timestamp, UTC seconds. */
  readonly now: number;
}

/** Most energy that a statement may claim, Wh: power cap × time × 1.05 + 10 Wh, rounded down. */
export function greatestEnergyWh(powerCapW: number, seconds: number): bigint {
  const { powerTolerancePercent, energyToleranceWh } = statementBounds;
  const percent = BigInt(100 + powerTolerancePercent);
  return (BigInt(powerCapW) * BigInt(seconds) * percent) / 360_000n + BigInt(energyToleranceWh);
}

/** What `checkpoint` and `settle` both check. */
export function statementProblem(statement: Statement, context: StatementContext): StatementProblem | undefined {
  const { sequence, waived, periods } = statement;
  if (sequence === 0) return problem("SequenceZero", "sequence", sequence, "1 or more");
  if (!isUint(sequence, UINT32_MAX)) return problem("FieldOutOfRange", "sequence", sequence, "a uint32");
  if (waived < 0n || waived > UINT128_MAX) return problem("FieldOutOfRange", "waived", waived, "a uint128");
  if (periods.length > statementBounds.maxPeriods) {
    return problem("TooManyPeriods", "periods.length", periods.length, `at most ${statementBounds.maxPeriods}`);
  }
  return periodsProblem(periods, context);
}

/** The same for a final statement: the argument of `settle`. */
export function finalStatementProblem(statement: Statement, context: StatementContext): StatementProblem | undefined {
  if (statement.stopReason === StopReason.None) {
    return problem("NotFinal", "stopReason", statement.stopReason, "a stop reason");
  }
  return statementProblem(statement, context);
}

/** What is recorded of a session's last checkpoint; zeros without one. */
export interface StoredCheckpoint {
  readonly checkpointSequence: number;
  readonly checkpointEnergyWh: bigint;
}

/** The same for a statement that is not final: the argument of `checkpoint`. */
export function checkpointProblem(
  statement: Statement,
  context: StatementContext,
  stored: StoredCheckpoint,
): StatementProblem | undefined {
  const { sequence, stopReason, periods } = statement;
  if (stopReason !== StopReason.None) return problem("IsFinal", "stopReason", stopReason, "none");
  if (periods.length === 0) return problem("NoPeriods", "periods", periods, "at least one period");
  if (sequence <= stored.checkpointSequence) {
    return problem("CheckpointNotNewer", "sequence", sequence, `above ${stored.checkpointSequence}`);
  }
  const found = statementProblem(statement, context);
  if (found !== undefined) return found;
  const { energyWh } = sumPeriods(periods);
  if (BigInt(energyWh) < stored.checkpointEnergyWh) {
    return problem("CheckpointShrinks", "energyWh", energyWh, `at least ${stored.checkpointEnergyWh}`);
  }
  return undefined;
}

/** Throws what `statementProblem` returns, as an `OpenJouleError`. */
export function assertStatement(statement: Statement, context: StatementContext): void {
  throwProblem(statementProblem(statement, context));
}

function periodsProblem(periods: readonly Period[], context: StatementContext): StatementProblem | undefined {
  if (periods.length === 0) return undefined;
  let end = context.openedAt;
  for (const [index, period] of periods.entries()) {
    const malformed = periodProblem(period, `periods[${index}]`);
    if (malformed !== undefined) return malformed;
    if (period.start < end) {
      return problem("PeriodStartsBefore", `periods[${index}].start`, period.start, `at least ${end}`);
    }
    end = period.start + period.seconds;
  }
  const latest = context.now + statementBounds.clockSkewSeconds;
  if (end > latest) return problem("StatementFromFuture", "end", end, `at most ${latest}`);

  const { energyWh, chargingSeconds, idleSeconds } = sumPeriods(periods);
  const greatest = greatestEnergyWh(context.powerCapW, chargingSeconds + idleSeconds);
  if (BigInt(energyWh) > greatest) return problem("EnergyAbovePowerCap", "energyWh", energyWh, `at most ${greatest}`);
  return undefined;
}

function periodProblem(period: Period, path: string): StatementProblem | undefined {
  if (period.kind !== PeriodKind.Charging && period.kind !== PeriodKind.Idle) {
    return problem("PeriodMalformed", `${path}.kind`, period.kind, "0 (charging) or 1 (idle)");
  }
  if (!isUint(period.seconds, UINT32_MAX) || period.seconds === 0) {
    return problem("PeriodMalformed", `${path}.seconds`, period.seconds, `an integer from 1 to ${UINT32_MAX}`);
  }
  if (!isUint(period.energyWh, UINT32_MAX)) {
    return problem("PeriodMalformed", `${path}.energyWh`, period.energyWh, `an integer from 0 to ${UINT32_MAX}`);
  }
  if (!isUint(period.start, UINT40_MAX)) {
    return problem("PeriodMalformed", `${path}.start`, period.start, `an integer from 0 to ${UINT40_MAX}`);
  }
  return undefined;
}

function isUint(value: number, greatest: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= greatest;
}

function problem(name: StatementProblemName, field: string, value: unknown, expected: string): StatementProblem {
  return { name, field, value, expected };
}
