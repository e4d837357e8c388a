import { OpenJouleError, statementDigest } from "@openjoule/sdk";
import type { Hex } from "viem";
import type { DeviceCommand } from "../bus/types.ts";
import { submitSettle } from "../chain/settle.ts";
import { decide } from "../core/decide.ts";
import { phaseOf } from "../core/phase.ts";
import { STOP_KEPT_SECONDS } from "../core/step.ts";
import type { Decision, Effect, SessionCommand, SessionEvent, SessionState } from "../core/types.ts";
import { EquivocationError, findStatement, reserveStatement } from "../store/equivocation.ts";
import { encodeJson } from "../store/json.ts";
import type { StoreTransaction } from "../store/store.ts";
import type { Changes, EngineContext } from "./context.ts";
import { haltSession, loadSession, type StoredSession, saveSession } from "./session-store.ts";
import { settlementOf } from "./settlement.ts";

/** Omit that keeps a union a union. */
type WithoutNow<E> = E extends unknown ? Omit<E, "now"> : never;
export type EventToMove = WithoutNow<SessionEvent>;

/** What a move asks of its caller: the rest is in the database. */
export type Moved = Decision;
/** `moveSession` within one transaction. */
export type Move = (sessionId: Hex, event: EventToMove) => Promise<Moved | undefined>;

/** What the move found odd. */
export function flagsOf(moved: Moved | undefined): string[] {
  return (moved?.effects ?? []).flatMap((effect) => (effect.type === "flag" ? [effect.reason] : []));
}

/**
 * Moves a session by one event inside the caller's database transaction: the row by compare-and-set, and with it everything the
 * event asks for (statements to sign, commands, settlements) into their outboxes. All of it or nothing.
 *
 * A session that cannot be decided (a tariff this release cannot price, a statement that would equivocate) is halted: it must not
 * hold up the log cursor, the other devices or the reconciler, and nothing more is signed for it.
 *
 * @returns Undefined for a session that this oracle does not serve, or has halted.
 */
export async function moveSession(
  context: EngineContext,
  transaction: StoreTransaction,
  changes: Changes,
  sessionId: Hex,
  event: EventToMove,
): Promise<Moved | undefined> {
  const { policy, metrics } = context;
  const before = await loadSession(transaction, sessionId);
  if (before === undefined ? event.type !== "opened" : before.halted !== null) return undefined;
  const nowMs = context.nowMs();
  let decision: Decision;
  try {
    decision = decide(before?.state, { ...event, now: Math.floor(nowMs / 1_000) } as SessionEvent, policy);
    for (const effect of decision.effects) {
      if (effect.type !== "sign") continue;
      const { statement, cost } = effect;
      const digest = statementDigest(context.domain, sessionId, statement);
      await reserveStatement(transaction, { sessionId, digest, statement, cost, nowMs });
      changes.statements = true;
    }
  } catch (error) {
    if (!isUndecidable(error)) throw error;
    if (before !== undefined) await halt(transaction, before.state, error.message, nowMs, changes);
    metrics.halted.inc({ error: error.name });
    context.logger.error({ err: error, sessionId, event: event.type }, "session halted: a person has to look");
    return undefined;
  }

  const { state, effects } = decision;
  const after = await saveSession(transaction, state, before, policy, nowMs);
  for (const effect of effects) await perform(context, transaction, changes, after, effect, nowMs);
  changes.sessions.set(sessionId, state);

  const phase = phaseOf(state);
  if (before === undefined || phaseOf(before.state) !== phase) {
    metrics.phases.inc({ phase });
    const { traceId } = after;
    context.logger.info(
      { sessionId, traceId, phase, event: event.type, reason: state.final?.reason },
      `session ${phase}`,
    );
  }
  return decision;
}

/**
 * Stops deciding for a session. Nobody will be paid for what its device delivers from here on, so it is told to stop.
 */
export async function halt(
  transaction: StoreTransaction,
  state: SessionState,
  reason: string,
  nowMs: number,
  changes: Changes,
): Promise<void> {
  await haltSession(transaction, state.opening.sessionId, reason, nowMs);
  changes.sessions.set(state.opening.sessionId, state);
  const running = state.transaction;
  if (running === null || running.stopped) return;
  const command = { type: "remoteStop", attempt: state.stopAttempts + 1, transactionId: running.id } as const;
  const expiresAt = Math.floor(nowMs / 1_000) + STOP_KEPT_SECONDS;
  await insertCommand(transaction, state, { command, expiresAt }, nowMs);
  changes.commands = true;
}

/** Errors of the core and the anti-equivocation table: the same input gives them again. Those of the database do not count. */
function isUndecidable(error: unknown): error is Error {
  return (
    error instanceof EquivocationError ||
    error instanceof OpenJouleError ||
    error instanceof RangeError ||
    error instanceof TypeError
  );
}

async function perform(
  context: EngineContext,
  transaction: StoreTransaction,
  changes: Changes,
  { state, traceId }: StoredSession,
  effect: Effect,
  nowMs: number,
): Promise<void> {
  const { sessionId } = state.opening;
  switch (effect.type) {
    case "sign":
    case "authorize":
      break;
    case "command": {
      await insertCommand(transaction, state, effect, nowMs);
      changes.commands = true;
      break;
    }
    case "cancel":
      await transaction
        .updateTable("commands")
        .set({ state: "failed", outcome: "cancelled", updated_at_ms: nowMs })
        .where("session_id", "=", sessionId)
        .where("kind", "=", effect.command)
        .where("state", "=", "pending")
        .execute();
      break;
    case "settle": {
      const row = state.final && (await findStatement(transaction, sessionId, state.final.sequence));
      if (!row) throw new Error(`session ${sessionId} is to be settled, but has no final statement on record`);
      const settlement = await settlementOf(transaction, context.identity, state, row);
      await submitSettle(transaction, context.domain.verifyingContract, settlement, nowMs);
      changes.settlements = true;
      break;
    }
    case "flag":
      context.metrics.flags.inc({ reason: effect.reason });
      context.logger.warn({ sessionId, traceId, flag: effect.reason }, "something odd in a session");
      break;
  }
}

async function insertCommand(
  transaction: StoreTransaction,
  { opening, binding }: SessionState,
  { command, expiresAt }: Omit<Extract<Effect, { type: "command" }>, "type">,
  nowMs: number,
): Promise<void> {
  if (binding === null) return;
  // Part of the id: the attempt where there is one, else the second. The same decision never makes two commands.
  const which = command.type === "trigger" ? Math.floor(nowMs / 1_000) : command.attempt;
  const commandId = `${opening.sessionId}:${command.type}:${which}`;
  const payload = toDeviceCommand(command, { commandId, ...binding });
  await transaction
    .insertInto("commands")
    .values({
      command_id: commandId,
      device_id: binding.deviceId,
      session_id: opening.sessionId,
      kind: command.type,
      payload: encodeJson(payload),
      state: "pending",
      attempts: 0,
      due_at_ms: nowMs,
      expires_at_ms: expiresAt * 1_000,
      created_at_ms: nowMs,
      updated_at_ms: nowMs,
    })
    .onConflict((conflict) => conflict.column("command_id").doNothing())
    .execute();
}

function toDeviceCommand(
  command: SessionCommand,
  { commandId, deviceId, connectorId }: { commandId: string; deviceId: string; connectorId: number },
): DeviceCommand {
  const base = { commandId, deviceId };
  switch (command.type) {
    case "remoteStart":
      return { ...base, type: "remoteStart", connectorId, idToken: command.idToken };
    case "remoteStop":
      return { ...base, type: "remoteStop", transactionId: command.transactionId };
    case "trigger":
      return { ...base, type: "trigger", message: "meterValues", connectorId };
  }
}
