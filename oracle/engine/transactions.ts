/** Which session a device's transaction messages belong to. */
import type { Hex } from "viem";
import type { AuthorizationStatus, DeviceEventOf } from "../bus/types.ts";
import { idTokenOf, isLive, phaseOf } from "../core/phase.ts";
import type { SessionState } from "../core/types.ts";
import { decodeJson } from "../store/json.ts";
import type { StoreHandle, StoreTransaction } from "../store/store.ts";
import type { Handled } from "./device-events.ts";
import { flagsOf, type Move } from "./move.ts";
import { activeSessions } from "./session-store.ts";

export type Found = { sessionId: Hex; flags: string[] };

/** A stop's clock may be this much before the opening and still be of that session. */
const CLOCK_TOLERANCE_SECONDS = 60;

/** A token is good for the one session it stands for, at its device. */
export async function authorizationOf(
  db: StoreHandle,
  deviceId: string,
  idToken: string,
): Promise<AuthorizationStatus> {
  const own = await sessionByToken(db, deviceId, null, idToken);
  return own !== undefined && isLive(phaseOf(own)) ? "accepted" : "invalid";
}

/**
 * A start: the same one gets the same transaction id (habit 1), one of a session begins it, any other gets an id of its own and
 * no authorization.
 */
export async function handleStart(
  event: DeviceEventOf<"transactionStarted">,
  transaction: StoreTransaction,
  nowMs: number,
  move: Move,
): Promise<Handled> {
  const { deviceId, connectorId, idToken, meterStartWh, timestampSeconds } = event;
  const session = await sessionByToken(transaction, deviceId, connectorId, idToken);
  const transactionId =
    repeatedId(session, event) ?? (await transactionIdOf(transaction, event, session ?? null, nowMs));
  if (session === undefined) {
    const reply = { type: "transaction", transactionId, status: "invalid" } as const;
    return { reply, sessionId: null, flags: ["unknownToken"], quarantined: true, isWorthKeeping: true };
  }

  const { sessionId } = session.opening;
  const moved = await move(sessionId, { type: "started", transactionId, meterStartWh, timestampSeconds });
  const status = moved?.effects.find((effect) => effect.type === "authorize")?.status ?? "invalid";
  const reply = { type: "transaction", transactionId, status } as const;
  return { reply, sessionId, flags: flagsOf(moved), quarantined: false, isWorthKeeping: true };
}

/** By transaction id; a message with no id or an unknown one by what its connector is delivering. */
export async function sessionOfMeterValues(
  db: StoreHandle,
  event: DeviceEventOf<"meterValues">,
): Promise<Found | null> {
  const { deviceId, connectorId, transactionId } = event;
  const byId = await sessionByTransaction(db, deviceId, transactionId);
  if (byId !== undefined) return byId === null ? null : { sessionId: byId, flags: [] };
  if (connectorId === null) return null;
  const delivering = (await activeSessions(db, deviceId, connectorId)).find(isDelivering);
  if (delivering === undefined) return null;
  const flags = transactionId === null ? [] : ["unknownTransactionId"];
  return { sessionId: delivering.opening.sessionId, flags };
}

/** By transaction id; else by token; else the one session of the device that was open at that time (habit 4). */
export async function sessionOfStop(
  db: StoreHandle,
  event: DeviceEventOf<"transactionStopped">,
): Promise<Found | null> {
  const { deviceId, transactionId, idToken, timestampSeconds } = event;
  const byId = await sessionByTransaction(db, deviceId, transactionId);
  if (byId !== undefined) return byId === null ? null : { sessionId: byId, flags: [] };

  const sessions = await activeSessions(db, deviceId, null);
  const byToken = sessions.filter((session) => idToken !== null && isTokenOf(session, idToken));
  const byTime = sessions.filter(
    (session) =>
      // A tag of the owner's may end our session, but with an unknown id too it is more likely a transaction of its own.
      idToken === null &&
      (isDelivering(session) || session.start.attempts > 0) &&
      session.final === null &&
      (timestampSeconds === null ||
        timestampSeconds >= session.opening.session.openedAt - CLOCK_TOLERANCE_SECONDS ||
        session.meter?.trustClock === false),
  );
  const [match, ...others] = byToken.length > 0 ? byToken : byTime;
  if (match === undefined || others.length > 0) return null;
  return { sessionId: match.opening.sessionId, flags: ["matchedByTime"] };
}

export async function markStopped(transaction: StoreTransaction, sessionId: Hex, nowMs: number): Promise<void> {
  await transaction
    .updateTable("device_transactions")
    .set({ stopped_at_ms: nowMs })
    .where("session_id", "=", sessionId)
    .where("stopped_at_ms", "is", null)
    .execute();
}

/** Undefined: no such transaction. Null: one that belongs to no session. */
async function sessionByTransaction(
  db: StoreHandle,
  deviceId: string,
  transactionId: string | null,
): Promise<Hex | null | undefined> {
  if (transactionId === null) return undefined;
  const row = await db
    .selectFrom("device_transactions")
    .select("session_id")
    .where("device_id", "=", deviceId)
    .where("transaction_id", "=", transactionId)
    .orderBy("number", "desc")
    .executeTakeFirst();
  return row === undefined ? undefined : (row.session_id as Hex | null);
}

/** The running transaction's id, when a start without a time of its own is that start again. */
function repeatedId(session: SessionState | undefined, event: DeviceEventOf<"transactionStarted">): string | undefined {
  const { transaction, meter } = session ?? {};
  if (!transaction || event.timestampSeconds !== null) return undefined;
  return meter?.startRegisterWh === event.meterStartWh ? transaction.id : undefined;
}

/** The id of a start: what it was given before, the device's own (OCPP 2.x), or a new one. */
async function transactionIdOf(
  transaction: StoreTransaction,
  event: DeviceEventOf<"transactionStarted">,
  session: SessionState | null,
  nowMs: number,
): Promise<string> {
  const { deviceId, eventId, connectorId } = event;
  const known = await transaction
    .selectFrom("device_transactions")
    .select("transaction_id")
    .where("device_id", "=", deviceId)
    .where("start_key", "=", eventId)
    .executeTakeFirst();
  if (known !== undefined) return known.transaction_id;

  const { number } = await transaction
    .insertInto("device_transactions")
    .values({
      device_id: deviceId,
      transaction_id: event.transactionId ?? "",
      start_key: eventId,
      connector_id: connectorId,
      // A second one beside a running transaction is not the session's.
      session_id: session !== null && session.transaction === null ? session.opening.sessionId : null,
      started_at_ms: nowMs,
    })
    .returning("number")
    .executeTakeFirstOrThrow();
  if (event.transactionId !== null) return event.transactionId;
  await transaction
    .updateTable("device_transactions")
    .set({ transaction_id: String(number) })
    .where("number", "=", number)
    .execute();
  return String(number);
}

/** The session that a token stands for, at its device and connector, even when it has ended. */
async function sessionByToken(
  db: StoreHandle,
  deviceId: string,
  connectorId: number | null,
  idToken: string | null,
): Promise<SessionState | undefined> {
  const token = idToken?.trim().toLowerCase() ?? "";
  if (!/^[0-9a-f]{20}$/.test(token)) return undefined;
  // The token is the beginning of the session's id: a range of the primary key.
  const row = await db
    .selectFrom("sessions")
    .select(["state", "connector_id"])
    .where("session_id", ">=", `0x${token}`)
    .where("session_id", "<", `0x${token}g`)
    .where("device_id", "=", deviceId)
    .executeTakeFirst();
  if (row === undefined || (connectorId !== null && row.connector_id !== connectorId)) return undefined;
  return decodeJson<SessionState>(row.state);
}

/** Devices change the case of tokens (OCPP 1.6 §7.28: case-insensitive). */
function isTokenOf({ opening }: SessionState, idToken: string): boolean {
  return idToken.trim().toUpperCase() === idTokenOf(opening.sessionId);
}

function isDelivering({ transaction }: SessionState): boolean {
  return transaction !== null && !transaction.stopped;
}
