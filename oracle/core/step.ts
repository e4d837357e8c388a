import { type Statement, StopReason } from "@openjoule/sdk";
import { costOf, limitAtOf } from "./limits.ts";
import type { MeterContext } from "./meter.ts";
import type { Effect, Policy, SessionState } from "./types.ts";

/** What signed meter records and batteries hash to; no statement of this release has any. */
const NO_EVIDENCE = `0x${"0".repeat(64)}` as const;
/** A stop waits in the outbox for a device that is away. */
export const STOP_KEPT_SECONDS = 86_400;

/** One decision in the making: the state so far and what it asks for. Never leaves `decide`. */
export type Step = { state: SessionState; readonly effects: Effect[]; readonly now: number; readonly policy: Policy };

export function update(step: Step, change: Partial<SessionState>): void {
  step.state = { ...step.state, ...change };
}

/** Remarks on something odd: in the session's list once, for the evidence each time. */
export function flag(step: Step, ...reasons: string[]): void {
  for (const reason of new Set(reasons)) {
    step.effects.push({ type: "flag", reason });
    if (!step.state.flags.includes(reason)) update(step, { flags: [...step.state.flags, reason] });
  }
}

export function meterContext({ state, now, policy }: Step): MeterContext {
  return {
    now,
    openedAt: state.opening.session.openedAt,
    limitAt: limitAtOf(state),
    powerCapW: state.opening.offer.powerCapW,
    pricing: state.opening.pricing,
    idleBelowW: policy.idleBelowW,
    connectorStatus: state.connectorStatus,
  };
}

/** Has what the meter shows signed, if it is more than the last statement said or the last word. */
export function makeStatement(step: Step, stopReason: StopReason): void {
  const periods = step.state.meter?.periods ?? [];
  const last = periods.at(-1);
  const stated = { periods: periods.length, seconds: last?.seconds ?? 0, energyWh: last?.energyWh ?? 0 };
  const before = step.state.stated;
  const isSame =
    stated.periods === before.periods && stated.seconds === before.seconds && stated.energyWh === before.energyWh;
  if (isSame && stopReason === StopReason.None) return;
  const sequence = step.state.sequence + 1;
  const statement: Statement = { sequence, stopReason, waived: 0n, evidence: NO_EVIDENCE, periods };
  update(step, { sequence, stated });
  step.effects.push({ type: "sign", statement, cost: costOf(step.state, periods) });
}

/** The last word on a session. What was still to be said to the device about it is dropped, except the stop. */
export function finish(step: Step, reason: StopReason): void {
  if (step.state.final !== null) return;
  makeStatement(step, reason);
  const { sequence, start } = step.state;
  update(step, {
    final: { sequence, reason, at: step.now },
    start: { ...start, retryAt: null },
    earlyStop: null,
  });
  dropCommands(step);
  if (step.state.stop === null) sendStop(step);
}

/** Nothing more is asked of the device than, perhaps, to stop. */
export function dropCommands(step: Step): void {
  step.effects.push({ type: "cancel", command: "remoteStart" }, { type: "cancel", command: "trigger" });
}

/** Wants delivery to end and says so to the device at once; the first reason stands. */
export function requestStop(step: Step, reason: StopReason): void {
  if (step.state.stop !== null) return;
  update(step, { stop: { reason, at: step.now } });
  sendStop(step);
}

/** Tells the device to stop, if a transaction may still deliver. It is said again when the answer, or the end, does not come. */
export function sendStop(step: Step): void {
  const { transaction } = step.state;
  if (transaction === null || transaction.stopped) return;
  const attempt = step.state.stopAttempts + 1;
  update(step, { stopAttempts: attempt, stopRetryAt: null });
  step.effects.push({
    type: "command",
    command: { type: "remoteStop", attempt, transactionId: transaction.id },
    expiresAt: step.now + STOP_KEPT_SECONDS,
  });
}

/** Whether the device may have begun to deliver without our knowing. */
export function mayHaveStarted(state: SessionState): boolean {
  const { answer } = state.start;
  return state.transaction === null && (answer === "accepted" || answer === "unknown");
}
