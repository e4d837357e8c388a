import type { CommandAnswer, CommandRefusal, StationCommand } from "../bus/station-commands.ts";
import { type DeviceCommand, type DeviceCommandResult, deviceCommandSchema, type ReportKind } from "../bus/types.ts";
import { decodeJson, encodeJson } from "../store/json.ts";
import type { CommandRow } from "../store/schema.ts";
import type { EngineContext } from "./context.ts";

/** What an owner may ask of a station's hardware; starting and stopping are the sessions'. */
export type StationRequest = StationCommand | Exclude<DeviceCommand, StationCommand | SessionCommand>;
type SessionCommand = Extract<DeviceCommand, { type: "remoteStart" | "remoteStop" }>;

/** What a result says beside its outcome. */
export type CommandAnswered = { refusal?: CommandRefusal; answer?: CommandAnswer };

export type ReportView = {
  kind: ReportKind;
  /** In the device's words. */
  status: string;
  requestId: number | null;
  detail: string | null;
  timestampSeconds: number | null;
  receivedAtMs: number;
};

export type CommandView = {
  commandId: string;
  deviceId: string;
  type: string;
  /** `waiting`: not sent yet, or the device is away; `expired`: it did not come in time. */
  state: "waiting" | DeviceCommandResult["outcome"] | "expired";
  detail: string | null;
  refusal: CommandRefusal | null;
  answer: CommandAnswer | null;
  createdAtMs: number;
  /** How the work that it asked for went on, the oldest first. */
  history: ReportView[];
};

/** A command names a device that may not connect here. */
export class UnknownDeviceError extends Error {
  constructor(deviceId: string) {
    super(`device "${deviceId}" is not known here, expected one of the configured devices`);
    this.name = "UnknownDeviceError";
  }
}

export type Stations = {
  /**
   * Takes a command for a device, to be sent once it is connected, until `expiresInSeconds` have passed. The same command id
   * twice is one command.
   * @throws UnknownDeviceError, ZodError
   */
  request(command: StationRequest, expiresInSeconds: number): Promise<void>;
  /** What became of a command. */
  command(commandId: string): Promise<CommandView | undefined>;
  /** What a device has reported of itself, the newest first. */
  reports(deviceId: string, range: { kind?: ReportKind; limit: number }): Promise<ReportView[]>;
};

/** Commands to stations that belong to no session, and what the stations tell of themselves. */
export function createStations(context: EngineContext, wake: () => void): Stations {
  const { store, nowMs } = context;

  return {
    async request(given, expiresInSeconds) {
      const command = deviceCommandSchema.parse(given);
      const { commandId, deviceId, type } = command;
      await store.transaction(async (transaction) => {
        const device = await transaction
          .selectFrom("devices")
          .select("device_id")
          .where("device_id", "=", deviceId)
          .executeTakeFirst();
        if (device === undefined) throw new UnknownDeviceError(deviceId);
        await transaction
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
          .execute();
      });
      wake();
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

/** A command as it is kept once it has been told: without what opens something (security whitepaper: AuthorizationKey). */
export function withoutSecrets(command: DeviceCommand): DeviceCommand {
  if (command.type !== "changeConfiguration" || command.key.toLowerCase() !== "authorizationkey") return command;
  return { ...command, value: "***" };
}
