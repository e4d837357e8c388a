import type { DeviceEvent, DeviceEventReply } from "../bus/types.ts";
import { decodeJson, encodeJson } from "../store/json.ts";
import type { StoreTransaction } from "../store/store.ts";
import { createConnections } from "./connections.ts";
import type { Changes, EngineContext } from "./context.ts";
import { type EventToMove, flagsOf, type Move, type Moved, moveSession } from "./move.ts";
import { keepReport } from "./reports.ts";
import { activeSessions } from "./session-store.ts";
import {
  authorizationOf,
  type Found,
  handleStart,
  markStopped,
  sessionOfMeterValues,
  sessionOfStop,
} from "./transactions.ts";

export type DeviceEventOptions = { context: EngineContext; heartbeatSeconds: number };

/** What became of one message: its answer, the session it concerned, what was odd, whether nobody knows what it belongs to. */
export type Handled = {
  reply: DeviceEventReply;
  sessionId: string | null;
  flags: string[];
  quarantined: boolean;
  /** False for what changed nothing and would change nothing a second time. */
  isWorthKeeping: boolean;
};

const TAKEN: DeviceEventReply = { type: "taken" };

/**
 * Takes events of devices: in one database transaction the inbox row, the session, what it asks for, and the message as evidence.
 * An event that was taken before gets the same answer and changes nothing.
 */
export function createDeviceEventHandler({ context, heartbeatSeconds }: DeviceEventOptions) {
  const { metrics } = context;
  const connections = createConnections(metrics.connectedDevices);

  async function handle(
    event: DeviceEvent,
    transaction: StoreTransaction,
    changes: Changes,
  ): Promise<DeviceEventReply> {
    const known = await transaction
      .selectFrom("inbox")
      .select("reply")
      .where("event_id", "=", event.eventId)
      .executeTakeFirst();
    metrics.deviceEvents.inc({ type: event.type, repeated: known === undefined ? "false" : "true" });
    if (known !== undefined) return decodeJson<DeviceEventReply>(known.reply);

    const handled = await route(event, transaction, changes);
    if (!handled.isWorthKeeping) return handled.reply;
    const { raw, ...payload } = event;
    await transaction
      .insertInto("inbox")
      .values({
        event_id: event.eventId,
        source: "device",
        device_id: event.deviceId,
        received_at_ms: event.receivedAtMs,
        payload: encodeJson(payload),
        reply: encodeJson(handled.reply),
      })
      .execute();
    if (raw !== null && (handled.sessionId !== null || handled.quarantined)) {
      await transaction
        .insertInto("evidence")
        .values({
          event_id: event.eventId,
          device_id: event.deviceId,
          session_id: handled.sessionId,
          flags: encodeJson([...event.flags, ...handled.flags]),
          raw: raw.frame,
          quarantined: handled.quarantined ? 1 : 0,
          received_at_ms: event.receivedAtMs,
        })
        // There already when a device repeats what the inbox has forgotten.
        .onConflict((conflict) => conflict.column("event_id").doNothing())
        .execute();
    }
    if (handled.quarantined) {
      metrics.quarantined.inc();
      const { deviceId, type, eventId } = event;
      context.logger.warn({ deviceId, type, eventId, flags: handled.flags }, "message of a device fits no session");
    }
    return handled.reply;
  }

  async function route(event: DeviceEvent, transaction: StoreTransaction, changes: Changes): Promise<Handled> {
    const { deviceId } = event;
    const move: Move = (sessionId, toMove) => moveSession(context, transaction, changes, sessionId, toMove);
    const moveAll = async (connectorId: number | null, toMove: EventToMove) => {
      for (const { opening } of await activeSessions(transaction, deviceId, connectorId)) {
        await move(opening.sessionId, toMove);
      }
    };
    switch (event.type) {
      case "connected":
        await moveAll(null, { type: "connected" });
        return plain();
      case "disconnected":
        if (!connections.isReplaced(deviceId, event.connectionId)) await moveAll(null, { type: "disconnected" });
        return plain();
      case "booted":
        return plain({ type: "boot", status: "accepted", intervalSeconds: heartbeatSeconds });
      case "heartbeat":
        return plain();
      case "authorize": {
        const status = await authorizationOf(transaction, deviceId, event.idToken);
        return plain({ type: "authorization", status, expiresAtSeconds: null });
      }
      case "status": {
        const { connectorId, status, errorCode, receivedAtMs } = event;
        await transaction
          .updateTable("device_connectors")
          .set((row) => ({
            status,
            error_code: errorCode,
            // Since when: a device that repeats itself (after each reconnection, §4.9) has not changed.
            status_at_ms: row.case().when("status", "=", status).then(row.ref("status_at_ms")).else(receivedAtMs).end(),
          }))
          .where("device_id", "=", deviceId)
          .where("connector_id", "=", connectorId)
          .execute();
        // Connector 0 is the charge point as a whole: its fault is everybody's, its other states are nobody's.
        if (connectorId > 0) await moveAll(connectorId, { type: "status", status });
        else if (status === "faulted") await moveAll(null, { type: "status", status });
        return plain();
      }
      case "reported":
        await keepReport(transaction, event);
        return plain();
      case "transactionStarted":
        return handleStart(event, transaction, context.nowMs(), move);
      case "meterValues": {
        const found = await sessionOfMeterValues(transaction, event);
        if (found === null) return { ...plain(), isWorthKeeping: false };
        return ofSession(found, await move(found.sessionId, { type: "metered", samples: event.samples }));
      }
      case "transactionStopped": {
        const found = await sessionOfStop(transaction, event);
        if (found === null) return { ...plain(), flags: ["unknownTransaction"], quarantined: true };
        const { transactionId, meterStopWh, timestampSeconds, reason, samples } = event;
        const message = { transactionId, meterStopWh, timestampSeconds, reason, samples };
        const moved = await move(found.sessionId, { type: "stopped", message });
        await markStopped(transaction, found.sessionId, event.receivedAtMs);
        return ofSession(found, moved);
      }
    }
  }

  return {
    isConnected: connections.has,
    /** Resolves when the event is durable. */
    async handle(
      event: DeviceEvent,
      run: (
        body: (transaction: StoreTransaction, changes: Changes) => Promise<DeviceEventReply>,
      ) => Promise<DeviceEventReply>,
    ): Promise<DeviceEventReply> {
      // Nothing follows from a heartbeat but its answer: it is not worth a write.
      if (event.type === "heartbeat") {
        metrics.deviceEvents.inc({ type: event.type, repeated: "false" });
        return TAKEN;
      }
      const reply = await run((transaction, changes) => handle(event, transaction, changes));
      if (event.type === "connected") connections.add(event.deviceId, event.connectionId);
      if (event.type === "disconnected") connections.remove(event.deviceId, event.connectionId);
      return reply;
    },
  };
}

function plain(reply: DeviceEventReply = TAKEN): Handled {
  return { reply, sessionId: null, flags: [], quarantined: false, isWorthKeeping: true };
}

function ofSession({ sessionId, flags }: Found, moved: Moved | undefined): Handled {
  return { ...plain(), sessionId, flags: [...flags, ...flagsOf(moved)] };
}
