import type { CommandView, ReportView, StationSource } from "../api/types.ts";
import { type CommandAnswer, type CommandRefusal, stationCommandSchema } from "../bus/station-commands.ts";
import type { DeviceCommand, ReportKind } from "../bus/types.ts";
import { decodeJson, encodeJson } from "../store/json.ts";
import type { CommandRow } from "../store/schema.ts";
import type { EngineContext } from "./context.ts";

/** What a result says beside its outcome. */
export type CommandAnswered = { refusal?: CommandRefusal; answer?: CommandAnswer };

/** Commands to stations that belong to no session, and what the stations tell of themselves. */
export function createStations(context: EngineContext, wake: () => void): StationSource {
  const { store, nowMs } = context;

  return {
    async request(given, expiresInSeconds) {
      const command = stationCommandSchema.parse(given);
      const { commandId, deviceId, type } = command;
      const outcome = await store.transaction(async (transaction) => {
        const device = await transaction
          .selectFrom("devices")
          .select("device_id")
          .where("device_id", "=", deviceId)
          .executeTakeFirst();
        if (device === undefined) return "unknownDevice";
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto("commands")
          .values({
            command_id: commandId,
            device_id: deviceId,
            session_id: null,
            kind: type,
            payload: encodeJson(command),
            state: "pending",
            attempts: 0,
            due_at_ms: nowMs(),
            expires_at_ms: nowMs() + expiresInSeconds * 1_000,
            created_at_ms: nowMs(),
            updated_at_ms: nowMs(),
          })
          .onConflict((conflict) => conflict.column("command_id").doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows === 1n) return "accepted";
        const known = await transaction
          .selectFrom("commands")
          .select(["device_id", "kind"])
          .where("command_id", "=", commandId)
          .executeTakeFirstOrThrow();
        return known.device_id === deviceId && known.kind === type ? "already" : "idTaken";
      });
      if (outcome === "accepted") wake();
      return outcome;
    },
    async command(commandId) {
      const row = await store.db
        .selectFrom("commands")
        .selectAll()
        .where("command_id", "=", commandId)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const history = await reportsOf(context).where("command_id", "=", commandId).orderBy("number").execute();
      return viewCommand(row, history.map(viewReport));
    },
    async reports(deviceId, { kind, limit }) {
      let query = reportsOf(context).where("device_id", "=", deviceId).orderBy("number", "desc").limit(limit);
      if (kind !== undefined) query = query.where("kind", "=", kind);
      return (await query.execute()).map(viewReport);
    },
  };
}

function reportsOf({ store }: EngineContext) {
  return store.db
    .selectFrom("device_reports")
    .select(["kind", "status", "request_id", "detail", "timestamp_seconds", "received_at_ms"]);
}

type ReportRow = Awaited<ReturnType<ReturnType<typeof reportsOf>["execute"]>>[number];

function viewReport(row: ReportRow): ReportView {
  return {
    kind: row.kind as ReportKind,
    status: row.status,
    requestId: row.request_id,
    detail: row.detail,
    timestampSeconds: row.timestamp_seconds,
    receivedAtMs: row.received_at_ms,
  };
}

function viewCommand(row: CommandRow, history: ReportView[]): CommandView {
  const { refusal = null, answer = null } = row.answer === null ? {} : decodeJson<CommandAnswered>(row.answer);
  const state = row.state === "pending" ? "waiting" : (row.outcome as CommandView["state"]);
  return {
    commandId: row.command_id,
    deviceId: row.device_id,
    type: row.kind,
    state,
    detail: row.detail,
    refusal,
    answer,
    createdAtMs: row.created_at_ms,
    history,
  };
}

/** A command as it is kept once it has been told: without what opens something, a key or a login to a file server. */
export function withoutSecrets(command: DeviceCommand): DeviceCommand {
  if (command.type === "changeConfiguration" && command.key.toLowerCase() === "authorizationkey")
    return { ...command, value: "***" };
  if (!("location" in command)) return command;
  const location = new URL(command.location);
  if (location.password === "") return command;
  location.password = "***";
  return { ...command, location: location.href };
}
