import { greatestEnergyWh, type Period, PeriodKind, statementBounds, sumPeriods } from "@openjoule/sdk";

/** A stretch of time with what was delivered in it; `kind` null is time that nobody is billed for. */
export type Segment = { start: number; seconds: number; energyWh: number; kind: PeriodKind | null };

/**
 * Adds a segment at the end of a session's periods, so that the result extends what has been signed: the last period grows
 * while its kind goes on without a gap, else a new one follows.
 *
 * A statement has at most 256 periods (contracts/libraries/Periods.sol). The last place is kept for charging; once it is taken,
 * energy and charging time are added to it and idle time is not billed any more.
 */
export function appendSegment(periods: readonly Period[], segment: Segment): Period[] {
  const { start, seconds, energyWh, kind } = segment;
  if (kind === null || (seconds === 0 && energyWh === 0)) return [...periods];
  const last = periods.at(-1);
  if (last === undefined) return [{ kind, start, seconds: Math.max(seconds, 1), energyWh }];
  // Energy of no time at all belongs to the stretch just ended.
  if (seconds === 0) return grow(periods, last, 0, energyWh);
  if (last.kind === kind && last.start + last.seconds === start) return grow(periods, last, seconds, energyWh);

  const left = statementBounds.maxPeriods - periods.length;
  if (left > 1 || (left === 1 && kind === PeriodKind.Charging)) return [...periods, { kind, start, seconds, energyWh }];
  return grow(periods, last, last.kind === kind ? seconds : 0, energyWh);
}

/**
 * Takes from the last period what the contract would refuse as more than the cable delivers: Σ Wh ≤ power cap × Σ seconds × 1.05
 * + 10 Wh. Periods that kept to it before the last segment need no more than that segment's energy taken off.
 */
export function keepToPowerCap(periods: readonly Period[], powerCapW: number): { periods: Period[]; cutWh: number } {
  const { energyWh, chargingSeconds, idleSeconds } = sumPeriods(periods);
  const cutWh = energyWh - Number(greatestEnergyWh(powerCapW, chargingSeconds + idleSeconds));
  const last = periods.at(-1);
  if (cutWh <= 0 || last === undefined) return { periods: [...periods], cutWh: 0 };
  return { periods: grow(periods, last, 0, -cutWh), cutWh };
}

/** End of the last period, or `otherwise` when there is none. */
export function endOf(periods: readonly Period[], otherwise: number): number {
  const last = periods.at(-1);
  return last === undefined ? otherwise : last.start + last.seconds;
}

function grow(periods: readonly Period[], last: Period, seconds: number, energyWh: number): Period[] {
  return [...periods.slice(0, -1), { ...last, seconds: last.seconds + seconds, energyWh: last.energyWh + energyWh }];
}
