import { type Period, PeriodKind, sessionCost } from "@openjoule/sdk";
import { bookSegment } from "./booking.ts";
import type { Segment } from "./periods.ts";
import type { Meter, Policy, SessionState } from "./types.ts";

/** Base units that bound the cost: deposit and top-ups. */
export function lockedOf(state: SessionState): bigint {
  return state.topUps.reduce((sum, { amount }) => sum + amount, state.opening.session.deposit);
}

/** When the duration the driver agreed to is over. */
export function limitAtOf(state: SessionState): number {
  return state.opening.session.openedAt + state.opening.session.maxSeconds;
}

/** Cost of periods by the one cost rule, within what is locked. */
export function costOf(state: SessionState, periods: readonly Period[]): bigint {
  return sessionCost({ pricing: state.opening.pricing, periods, waived: 0n, locked: lockedOf(state) }).total;
}

/**
 * By when a session must be settled at the latest: a margin before anyone may `close` it, which would leave unpaid what was
 * delivered since the last checkpoint.
 */
export function settleByOf(state: SessionState, policy: Policy): number {
  const { settlementWindowSeconds } = state.opening.terms;
  const since = Math.min(state.stop?.at ?? Number.POSITIVE_INFINITY, limitAtOf(state));
  return (
    since + settlementWindowSeconds - Math.min(policy.settleMarginSeconds, Math.floor(settlementWindowSeconds / 4))
  );
}

/** When to stop for a reason that time brings: budget or duration. */
export type Limits = {
  /** The cost would pass what is locked. Null: it never does. */
  budgetAt: number | null;
  /** The same if the device began to deliver all it can: ask for a reading then. */
  budgetAtFullPower: number | null;
  durationAt: number;
};

/** Power is expected to rise by this much between two readings. */
const RAMP = 1.1;

/**
 * Delivery is stopped early by the time a stop takes, so that the cost stays within what is locked. Between readings the last
 * power is taken to go on; before the first one all that the EVSE can deliver.
 */
export function limitsOf(state: SessionState, meter: Meter, policy: Policy): Limits {
  const durationAt = limitAtOf(state) - policy.stopLatencySeconds;
  const known =
    meter.powerW === null && meter.meanPowerW === null ? null : Math.max(meter.powerW ?? 0, meter.meanPowerW ?? 0);
  const powerCapW = state.opening.offer.powerCapW;
  const expectedW = known === null ? powerCapW : Math.min(powerCapW, Math.ceil(known * RAMP));
  const early = (seconds: number | null) =>
    seconds === null ? null : meter.readAt + seconds - policy.stopLatencySeconds;
  return {
    budgetAt: early(secondsUntilSpent(state, meter, expectedW, expectedW < policy.idleBelowW)),
    budgetAtFullPower: early(secondsUntilSpent(state, meter, powerCapW, false)),
    durationAt,
  };
}

/** Above what any cable delivers: an expectation is not cut by what the meter may say. */
const WITHOUT_CAP_W = 0xffff_ffff;

/** Seconds after the last reading for which the cost stays within what is locked; null when it always does. */
function secondsUntilSpent(state: SessionState, meter: Meter, powerW: number, idle: boolean): number | null {
  const locked = lockedOf(state);
  // The minimum is due however little is delivered: stopping early would not save it.
  const pricing = { ...state.opening.pricing, minimum: 0n };
  const spentAfter = (seconds: number) => {
    const next: Segment = {
      kind: idle ? PeriodKind.Idle : PeriodKind.Charging,
      start: meter.readAt,
      seconds,
      energyWh: Math.ceil((powerW * seconds) / 3_600),
    };
    const { periods } = bookSegment(meter.periods, next, { pricing, powerCapW: WITHOUT_CAP_W });
    return sessionCost({ pricing, periods, waived: 0n, locked: locked + 1n }).total > locked;
  };
  let low = 0;
  let high = Math.max(1, limitAtOf(state) - meter.readAt);
  if (!spentAfter(high)) return null;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (spentAfter(middle)) high = middle;
    else low = middle + 1;
  }
  return Math.max(0, low - 1);
}
