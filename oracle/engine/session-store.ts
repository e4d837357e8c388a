import { randomBytes } from "node:crypto";
import { sumPeriods } from "@openjoule/sdk";
import type { Hex } from "viem";
import { nextDueAt } from "../core/decide.ts";
import { phaseOf } from "../core/phase.ts";
import type { Policy, SessionState } from "../core/types.ts";
import { decodeJson, encodeJson } from "../store/json.ts";
import type { SessionRow } from "../store/schema.ts";
import type { StoreHandle, StoreTransaction } from "../store/store.ts";
import { retryDelayMs } from "./each-alone.ts";

/** A session as it stands in the database. */
export type StoredSession = {
  state: SessionState;
  version: number;
  traceId: string;
  updatedAtMs: number;
  /** Why nothing more is decided for it. */
  halted: string | null;
};

/** Another writer moved the session first: two oracles share one database. */
export class SessionMovedError extends Error {
  constructor(sessionId: string, version: number) {
    super(`session ${sessionId} is no longer at version ${version}: does another oracle use this store?`);
    this.name = "SessionMovedError";
  }
}

export async function loadSession(db: StoreHandle, sessionId: string): Promise<StoredSession | undefined> {
  const row = await db.selectFrom("sessions").selectAll().where("session_id", "=", sessionId).executeTakeFirst();
  return row === undefined ? undefined : toStored(row);
}

/** Sessions that a device's messages may concern, the newest first. */
export async function activeSessions(
  db: StoreHandle,
  deviceId: string,
  connectorId: number | null,
): Promise<SessionState[]> {
  const rows = await db
    .selectFrom("sessions")
    .select(["state", "connector_id"])
    .where("device_id", "=", deviceId)
    .where("active", "=", 1)
    .execute();
  return rows
    .filter((row) => connectorId === null || row.connector_id === connectorId)
    .map((row) => decodeJson<SessionState>(row.state))
    .sort((a, b) => b.opening.session.openedAt - a.opening.session.openedAt);
}

/** Writes a new session, or moves one by compare-and-set. @throws SessionMovedError */
export async function saveSession(
  transaction: StoreTransaction,
  state: SessionState,
  before: StoredSession | undefined,
  policy: Policy,
  nowMs: number,
): Promise<StoredSession> {
  const { opening, binding } = state;
  const dueAt = nextDueAt(state, policy);
  const row = {
    phase: phaseOf(state),
    active: isActive(state) ? 1 : 0,
    state: encodeJson(state),
    due_at_ms: dueAt === null ? null : dueAt * 1_000,
    failures: 0,
    // What moves it may have left something behind.
    cleared: 0,
    updated_at_ms: nowMs,
  };
  if (before === undefined) {
    const traceId = randomBytes(8).toString("hex");
    await transaction
      .insertInto("sessions")
      .values({
        ...row,
        session_id: opening.sessionId,
        evse_key: opening.offer.evse.toString(),
        device_id: binding?.deviceId ?? null,
        connector_id: binding?.connectorId ?? null,
        version: 1,
        trace_id: traceId,
      })
      .execute();
    return { state, version: 1, traceId, updatedAtMs: nowMs, halted: null };
  }
  const version = before.version + 1;
  const result = await transaction
    .updateTable("sessions")
    .set({ ...row, version })
    .where("session_id", "=", opening.sessionId)
    .where("version", "=", before.version)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) throw new SessionMovedError(opening.sessionId, before.version);
  return { state, version, traceId: before.traceId, updatedAtMs: nowMs, halted: null };
}

/** Stops deciding for a session: its statements stay as they are, and what is on the chain takes its course. */
export async function haltSession(
  transaction: StoreTransaction,
  sessionId: string,
  reason: string,
  nowMs: number,
): Promise<void> {
  await transaction
    .updateTable("sessions")
    .set({ halted: reason, active: 0, due_at_ms: null, updated_at_ms: nowMs })
    .where("session_id", "=", sessionId)
    .execute();
}

/** Sessions that time has something for, the longest due first. */
export async function dueSessions(db: StoreHandle, nowMs: number, limit: number): Promise<Hex[]> {
  const rows = await db
    .selectFrom("sessions")
    .select("session_id")
    .where("due_at_ms", "<=", nowMs)
    .orderBy("due_at_ms")
    .limit(limit)
    .execute();
  return rows.map((row) => row.session_id as Hex);
}

/** Looks at a session later that could not be looked at now. Returns in how many milliseconds. */
export async function putOffSession(db: StoreHandle, sessionId: Hex, nowMs: number): Promise<number> {
  const row = await db.selectFrom("sessions").select("failures").where("session_id", "=", sessionId).executeTakeFirst();
  const failures = row?.failures ?? 0;
  const delayMs = retryDelayMs(failures);
  await db
    .updateTable("sessions")
    .set({ failures: failures + 1, due_at_ms: nowMs + delayMs })
    .where("session_id", "=", sessionId)
    // Unless something else has moved it meanwhile.
    .where("due_at_ms", "<=", nowMs)
    .execute();
  return delayMs;
}

/** Energy of a session so far, Wh. */
export function energyWhOf(state: SessionState): number {
  return sumPeriods(state.meter?.periods ?? []).energyWh;
}

function isActive(state: SessionState): boolean {
  const running = state.transaction !== null && !state.transaction.stopped;
  return running || (state.final === null && state.exit === null);
}

function toStored(row: SessionRow): StoredSession {
  return {
    state: decodeJson<SessionState>(row.state),
    version: row.version,
    traceId: row.trace_id,
    updatedAtMs: row.updated_at_ms,
    halted: row.halted,
  };
}
