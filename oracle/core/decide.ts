import { StopReason } from "@openjoule/sdk";
import { dutiesOf } from "./duties.ts";
import { initialState, onOpened, onStarted, onStartResult } from "./starting.ts";
import { dropCommands, flag, requestStop, type Step, update } from "./step.ts";
import { onMetered, onStopped } from "./stopping.ts";
import type { Decision, Policy, SessionEvent, SessionState } from "./types.ts";

/** More than any chain of duties that follow one another; an endless one is a defect. */
const MOST_DUTIES = 16;

/** An event for a session that has not been opened: the shell opens sessions first. */
export class SessionNotOpenedError extends Error {
  constructor(event: SessionEvent) {
    super(`event "${event.type}" came before "opened"`);
    this.name = "SessionNotOpenedError";
  }
}

/**
 * The session logic: what follows from an event, and what is due by now. Pure: no I/O, clock or randomness, and the state given
 * is not changed. Any order and number of repetitions of events gives one final statement; each statement extends the one before.
 *
 * @param state Undefined before "opened".
 * @throws SessionNotOpenedError when the first event is another one.
 */
export function decide(state: SessionState | undefined, event: SessionEvent, policy: Policy): Decision {
  if (state === undefined && event.type !== "opened") throw new SessionNotOpenedError(event);
  const isNew = state === undefined;
  const before = state ?? initialState(event as Extract<SessionEvent, { type: "opened" }>, policy.startTimeoutSeconds);
  const now = Math.max(event.now, before.clock);
  const step: Step = { state: { ...before, clock: now }, effects: [], now, policy };

  apply(step, event, isNew);
  runDuties(step);
  return { state: step.state, effects: step.effects };
}

/** When the session must be looked at again although nothing happens, UTC seconds; null for never. */
export function nextDueAt(state: SessionState, policy: Policy): number | null {
  const at = Math.min(...dutiesOf(state, policy).map((duty) => duty.at));
  return Number.isFinite(at) ? at : null;
}

function runDuties(step: Step): void {
  for (let run = 0; run < MOST_DUTIES; run += 1) {
    const due = dutiesOf(step.state, step.policy).find(({ at }) => at <= step.now);
    if (due === undefined) return;
    due.run(step);
  }
}

function apply(step: Step, event: SessionEvent, isNew: boolean): void {
  const { state } = step;
  switch (event.type) {
    case "opened":
      onOpened(step, isNew);
      break;
    case "started":
      onStarted(step, event);
      break;
    case "metered":
      onMetered(step, event.samples);
      break;
    case "stopped":
      onStopped(step, event.message);
      break;
    case "connected":
      update(step, { connected: true, connectionSince: step.now });
      break;
    case "disconnected":
      if (state.connected) update(step, { connected: false, connectionSince: step.now });
      break;
    case "status":
      onStatus(step, event.status);
      break;
    case "commandResult":
      onCommandResult(step, event);
      break;
    case "stopRequested":
      if (state.final === null && state.exit === null) requestStop(step, StopReason.Remote);
      break;
    case "quorum":
      onQuorum(step, event.sequence);
      break;
    case "toppedUp":
      if (state.topUps.some(({ eventId }) => eventId === event.eventId)) return;
      update(step, { topUps: [...state.topUps, { eventId: event.eventId, amount: event.amount }] });
      break;
    case "settled":
    case "closed":
      onExit(step, { type: event.type, eventId: event.eventId });
      break;
    case "removed":
      onRemoved(step, event);
      break;
    case "tick":
      break;
  }
}

function onStatus(step: Step, status: NonNullable<SessionState["connectorStatus"]>): void {
  const { connectorStatus, transaction, final, exit, start } = step.state;
  if (status !== connectorStatus) {
    update(step, { connectorStatus: status, connectorStatusSince: step.now });
    // The cable came: a start that was refused without it is asked for again now.
    if (status === "preparing" && start.retryAt !== null) update(step, { start: { ...start, retryAt: step.now } });
  }
  const delivering = transaction !== null && !transaction.stopped && final === null && exit === null;
  if (status === "faulted" && delivering) {
    flag(step, "faulted");
    requestStop(step, StopReason.Fault);
  }
}

function onCommandResult(step: Step, event: Extract<SessionEvent, { type: "commandResult" }>): void {
  switch (event.command) {
    case "remoteStart":
      onStartResult(step, event.outcome);
      break;
    case "remoteStop":
      // Accepted is not yet stopped: it is asked again until the transaction has ended.
      update(step, { stopRetryAt: step.now + step.policy.stopRetrySeconds });
      break;
    case "trigger":
      if (event.outcome === "rejected") update(step, { triggerRefused: true });
      return;
  }
}

function onQuorum(step: Step, sequence: number): void {
  const { final, signed, orphaned, exit } = step.state;
  if (final === null || final.sequence !== sequence || signed) return;
  update(step, { signed: true });
  if (!orphaned && exit === null) step.effects.push({ type: "settle" });
}

/** The session has left the chain, by us or without us: nothing more is paid. */
function onExit(step: Step, exit: NonNullable<SessionState["exit"]>): void {
  if (step.state.exit !== null) return;
  if (step.state.final === null) {
    flag(step, "endedWithoutUs");
    requestStop(step, StopReason.Other);
  }
  update(step, { exit });
  dropCommands(step);
}

function onRemoved(step: Step, event: Extract<SessionEvent, { type: "removed" }>): void {
  const { state } = step;
  switch (event.removedType) {
    case "sessionOpened":
      update(step, { orphaned: true });
      flag(step, "orphaned");
      dropCommands(step);
      if (state.final === null && state.exit === null && state.transaction !== null)
        requestStop(step, StopReason.Other);
      break;
    case "toppedUp":
      update(step, { topUps: state.topUps.filter(({ eventId }) => eventId !== event.removedEventId) });
      break;
    case "settled":
    case "closed":
      if (state.exit?.eventId !== event.removedEventId) return;
      update(step, { exit: null });
      if (state.final !== null && state.signed && !state.orphaned) step.effects.push({ type: "settle" });
      break;
    case "other":
      break;
  }
}
