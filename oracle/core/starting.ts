import { StopReason } from "@openjoule/sdk";
import { startMeter } from "./meter.ts";
import { idTokenOf } from "./phase.ts";
import { finish, flag, meterContext, type Step, sendStop, update } from "./step.ts";
import { stopDelivery } from "./stopping.ts";
import type { Policy, SessionEvent, SessionState } from "./types.ts";

type EventOf<T extends SessionEvent["type"]> = Extract<SessionEvent, { type: T }>;

/** The state of a session just opened. */
export function initialState(event: EventOf<"opened">, startTimeoutSeconds: number): SessionState {
  const { opening, now } = event;
  const { connectionSeconds } = opening.terms;
  return {
    opening,
    clock: now,
    binding: event.binding,
    topUps: [],
    orphaned: false,
    exit: null,
    connected: event.connected,
    connectionSince: 0,
    connectorStatus: event.connectorStatus,
    connectorStatusSince: 0,
    start: {
      attempts: 0,
      answer: "none",
      retryAt: now,
      deadline: opening.session.openedAt + (connectionSeconds > 0 ? connectionSeconds : startTimeoutSeconds),
    },
    transaction: null,
    earlyStop: null,
    meter: null,
    heardAt: now,
    triggeredAt: null,
    triggerRefused: false,
    stop: null,
    stopAttempts: 0,
    stopRetryAt: null,
    sequence: 0,
    stated: { periods: 0, seconds: 0, energyWh: 0 },
    final: null,
    signed: false,
    flags: [],
  };
}

/** A session no device of ours can deliver is refused at once; a reorg may also give one back that it had taken away. */
export function onOpened(step: Step, isNew: boolean): void {
  if (!isNew) {
    if (!step.state.orphaned) return;
    update(step, { orphaned: false });
    flag(step, "reinstated");
    const { final, signed, exit, transaction, start } = step.state;
    if (exit !== null) return;
    if (final !== null && signed) step.effects.push({ type: "settle" });
    if (final === null && transaction === null) update(step, { start: { ...start, retryAt: step.now } });
    return;
  }
  if (step.state.binding === null) {
    flag(step, "evseNotBound");
    finish(step, StopReason.Refused);
  }
}

/** Asks the device to start (OCPP 1.6 §5.11). */
export function sendStart(step: Step): void {
  const { start, opening } = step.state;
  const attempts = start.attempts + 1;
  const answer = start.answer === "accepted" || start.answer === "unknown" ? start.answer : "waiting";
  update(step, { start: { ...start, attempts, answer, retryAt: null } });
  step.effects.push({
    type: "command",
    command: { type: "remoteStart", attempt: attempts, idToken: idTokenOf(opening.sessionId) },
    expiresAt: start.deadline,
  });
}

/** What the device said to a start. An answer that never came may still lead to delivery, and so does one refused after that. */
export function onStartResult(step: Step, outcome: EventOf<"commandResult">["outcome"]): void {
  const { state, now, policy } = step;
  if (state.transaction !== null || state.final !== null || outcome === "expired") return;
  const { start } = state;
  if (outcome === "accepted") {
    update(step, { start: { ...start, answer: "accepted", retryAt: null } });
    return;
  }
  const isOpen = start.answer === "accepted" || start.answer === "unknown" || outcome === "timeout";
  const answer = start.answer === "accepted" ? "accepted" : isOpen ? "unknown" : "rejected";
  const again = start.attempts < policy.startAttempts || mayYetTakeStart(state, now, policy);
  update(step, { start: { ...start, answer, retryAt: again ? now + policy.startRetrySeconds : null } });
  if (!again && answer === "rejected") finish(step, StopReason.Refused);
}

/**
 * Some devices take no start before the cable is in, or while the vehicle before has not left: they are asked until the connection
 * time is over, and as often as any other after the cable came.
 */
function mayYetTakeStart(state: SessionState, now: number, policy: Policy): boolean {
  switch (state.connectorStatus) {
    case null:
    case "faulted":
    case "unavailable":
      return false;
    case "preparing":
      return now < state.connectorStatusSince + policy.startRetrySeconds * policy.startAttempts;
    default:
      return true;
  }
}

/**
 * Delivery has begun at the device, perhaps long ago (offline). A start for a session that has ended, or beside one that runs, is
 * not authorized and is told to stop.
 */
export function onStarted(step: Step, event: EventOf<"started">): void {
  const { transaction, final, exit, earlyStop, orphaned } = step.state;
  if (transaction !== null) {
    if (transaction.id === event.transactionId) {
      step.effects.push({ type: "authorize", status: "accepted" });
      return;
    }
    flag(step, "secondStart");
    refuseStart(step, event.transactionId, "concurrentTx");
    return;
  }
  if (final !== null || exit !== null || orphaned) {
    flag(step, orphaned ? "startWhileOrphaned" : "startAfterEnd");
    refuseStart(step, event.transactionId, "invalid");
    return;
  }

  const started = startMeter(
    { registerWh: event.meterStartWh, deviceTime: event.timestampSeconds },
    meterContext(step),
  );
  update(step, {
    transaction: { id: event.transactionId, startedAt: started.meter.readAt, stopped: false },
    meter: started.meter,
    heardAt: step.now,
    start: { ...step.state.start, answer: "accepted", retryAt: null },
    earlyStop: null,
  });
  flag(step, ...started.flags);
  step.effects.push({ type: "cancel", command: "remoteStart" }, { type: "authorize", status: "accepted" });
  if (earlyStop !== null) stopDelivery(step, earlyStop.message);
  else if (step.state.stop !== null) sendStop(step);
}

function refuseStart(step: Step, transactionId: string, status: "invalid" | "concurrentTx"): void {
  const attempt = step.state.stopAttempts + 1;
  update(step, { stopAttempts: attempt });
  step.effects.push(
    { type: "authorize", status },
    { type: "command", command: { type: "remoteStop", attempt, transactionId }, expiresAt: step.now + 86_400 },
  );
}
