import { StopReason } from "@openjoule/sdk";
import { limitsOf, settleByOf } from "./limits.ts";
import { sendStart } from "./starting.ts";
import { finish, mayHaveStarted, requestStop, type Step, sendStop, update } from "./step.ts";
import { stopWithoutStart } from "./stopping.ts";
import type { Policy, SessionState } from "./types.ts";

/** After this many, a device that goes on after the session's end is left alone. */
const STOPS_AFTER_END = 20;

/** What is to be done from a certain time on. */
export type Duty = { at: number; run: (step: Step) => void };

/** What time brings to a session, the most pressing first. When nothing is left, nothing happens without an event. */
export function dutiesOf(state: SessionState, policy: Policy): Duty[] {
  if (state.final !== null || state.exit !== null) return afterEnd(state);
  if (state.transaction === null) return state.orphaned ? [] : beforeStart(state, policy);
  return whileDelivering(state, policy);
}

function beforeStart(state: SessionState, policy: Policy): Duty[] {
  const duties: Duty[] = [];
  const { earlyStop, start, stop } = state;
  if (earlyStop !== null) {
    const { message, at } = earlyStop;
    return [{ at: at + policy.replayGraceSeconds, run: (step) => stopWithoutStart(step, message) }];
  }
  duties.push({
    at: giveUpAt(state, policy),
    run: (step) => finish(step, step.state.stop?.reason ?? notStartedReason(step.state)),
  });
  if (start.retryAt !== null && stop === null) duties.push({ at: start.retryAt, run: sendStart });
  return duties;
}

/** When a session that has not begun ends without energy, so that the driver is refunded. */
function giveUpAt(state: SessionState, policy: Policy): number {
  const wanted = state.stop?.at ?? state.start.deadline;
  if (!mayHaveStarted(state)) return wanted;
  // A device that was asked and then lost may be delivering: it has until the settlement's last moment to tell.
  if (!state.connected) return settleByOf(state, policy);
  const cameBack = state.connectionSince > state.opening.session.openedAt;
  return cameBack ? Math.max(wanted, state.connectionSince + policy.replayGraceSeconds) : wanted;
}

function notStartedReason(state: SessionState): StopReason {
  const nothingPlugged = state.connectorStatus === "available" && state.start.answer === "accepted";
  return nothingPlugged ? StopReason.NoShow : StopReason.Refused;
}

function whileDelivering(state: SessionState, policy: Policy): Duty[] {
  const duties: Duty[] = [
    {
      at: settleByOf(state, policy),
      run: (step) => finish(step, state.connected ? (state.stop?.reason ?? StopReason.Other) : StopReason.PowerLoss),
    },
  ];
  // "Available" alone never ends a session at once: the stop may be on its way (habit 10).
  const cableOut =
    state.connectorStatus === "available" && state.connectorStatusSince > (state.transaction?.startedAt ?? 0);
  const unexplainedSince = state.stop?.at ?? (cableOut ? state.connectorStatusSince : null);
  if (state.connected && unexplainedSince !== null) {
    const quietSince = Math.max(unexplainedSince, state.connectionSince, state.meter?.grewAt ?? 0);
    duties.push({
      at: quietSince + policy.stopGraceSeconds,
      run: (step) => finish(step, state.stop?.reason ?? StopReason.EVDisconnected),
    });
  }
  if (state.stop !== null) {
    if (state.stopRetryAt !== null) duties.push({ at: state.stopRetryAt, run: sendStop });
    return duties;
  }
  if (state.meter === null) return duties;

  const limits = limitsOf(state, state.meter, policy);
  duties.push({ at: limits.durationAt, run: (step) => requestStop(step, StopReason.TimeLimitReached) });
  if (limits.budgetAt !== null) {
    duties.push({ at: limits.budgetAt, run: (step) => requestStop(step, StopReason.EnergyLimitReached) });
  }
  if (state.connected && !state.triggerRefused) {
    const wanted = Math.min(
      state.heardAt + policy.meterSilenceSeconds,
      limits.budgetAtFullPower ?? Number.POSITIVE_INFINITY,
    );
    const earliest = Math.max(state.heardAt, state.triggeredAt ?? 0) + policy.triggerSpacingSeconds;
    duties.push({ at: Math.max(wanted, earliest), run: sendTrigger });
  }
  return duties;
}

/** A device that delivers on after the end is told to stop, for a while. */
function afterEnd(state: SessionState): Duty[] {
  const { transaction, stopRetryAt, stopAttempts } = state;
  if (transaction === null || transaction.stopped || stopRetryAt === null) return [];
  if (stopAttempts >= STOPS_AFTER_END) return [];
  return [{ at: stopRetryAt, run: sendStop }];
}

function sendTrigger(step: Step): void {
  update(step, { triggeredAt: step.now });
  const expiresAt = step.now + step.policy.triggerSpacingSeconds;
  step.effects.push({ type: "command", command: { type: "trigger" }, expiresAt });
}
