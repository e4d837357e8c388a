import type { Hex } from "viem";
import type { CoreBus, DeviceCommand, DeviceCommandResult } from "../bus/types.ts";
import { createLoop, type Loop } from "../chain/loop.ts";
import { decodeJson, encodeJson } from "../store/json.ts";
import type { CommandRow, JsonText } from "../store/schema.ts";
import type { StoreTransaction } from "../store/store.ts";
import type { Changes, EngineContext } from "./context.ts";
import { moveSession } from "./move.ts";
import { type CommandAnswered, withoutSecrets } from "./stations.ts";

export type CommandLoopOptions = {
  context: EngineContext;
  bus: CoreBus;
  commit<T>(body: (transaction: StoreTransaction, changes: Changes) => Promise<T>): Promise<T>;
};

export type CommandLoop = Loop & {
  /** A device is there again: what waits for it is due now. */
  deviceConnected(deviceId: string): Promise<void>;
};

/** A device that is away is tried again after this long, and at once when it connects. */
const OFFLINE_RETRY_MS = 30_000;
/** Commands taken from the table in one turn. */
const BATCH = 200;

type Outcome = "accepted" | "rejected" | "timeout" | "expired";

/**
 * Sends what the commands table holds. A command is sent at least once; the answer, or that none came, goes to its session, which
 * decides whether to ask again. Killed between sending and writing down, it is sent once more: a device refuses a second start.
 */
export function createCommandLoop({ context, bus, commit }: CommandLoopOptions): CommandLoop {
  const { store, logger, metrics, nowMs } = context;
  const underWay = new Map<string, Promise<void>>();

  async function send(row: CommandRow): Promise<void> {
    const expired = row.expires_at_ms <= nowMs();
    const command = decodeJson<DeviceCommand>(row.payload);
    const result: DeviceCommandResult | undefined = expired ? undefined : await bus.send(command);
    metrics.commands.inc({ kind: row.kind, outcome: result?.outcome ?? "expired" });
    await commit(async (transaction, changes) => {
      const current = await transaction
        .selectFrom("commands")
        .select(["state", "due_at_ms"])
        .where("command_id", "=", row.command_id)
        .executeTakeFirst();
      // Cancelled while it was under way.
      if (current?.state !== "pending") return;
      const waits = result?.outcome === "offline";
      await transaction
        .updateTable("commands")
        .set({
          state: waits ? "pending" : expired ? "failed" : "done",
          attempts: row.attempts + (expired ? 0 : 1),
          // Unless the device has connected in the meantime.
          due_at_ms: waits ? Math.min(nowMs() + OFFLINE_RETRY_MS, row.expires_at_ms) : current.due_at_ms,
          outcome: result?.outcome ?? "expired",
          detail: result?.detail ?? null,
          answer: answeredOf(result),
          payload: waits ? row.payload : encodeJson(withoutSecrets(command)),
          updated_at_ms: nowMs(),
        })
        .where("command_id", "=", row.command_id)
        .execute();
      const outcome: Outcome | "offline" = result?.outcome ?? "expired";
      if (outcome === "offline" || row.session_id === null) return;
      const kind = row.kind as "remoteStart" | "remoteStop" | "trigger";
      await moveSession(context, transaction, changes, row.session_id as Hex, {
        type: "commandResult",
        command: kind,
        outcome,
      });
    });
    const { device_id: deviceId, session_id: sessionId, kind } = row;
    logger.info({ deviceId, sessionId, kind, outcome: result?.outcome ?? "expired" }, "command to a device");
  }

  const loop = createLoop({
    pollMs: 1_000,
    async turn() {
      const rows = await store.db
        .selectFrom("commands")
        .selectAll()
        .where("state", "=", "pending")
        // Those under way wait for their devices, perhaps many for long: they take no place of others.
        .where("command_id", "not in", [...underWay.keys()])
        .where((where) => where.or([where("due_at_ms", "<=", nowMs()), where("expires_at_ms", "<=", nowMs())]))
        .orderBy("due_at_ms")
        .limit(BATCH)
        .execute();
      // What stops or protects goes first; the gateway keeps that order per device too.
      for (const row of rows.toSorted((a, b) => urgency(a.kind) - urgency(b.kind))) {
        const sending = send(row)
          .catch((error: unknown) => {
            metrics.failures.inc({ worker: "commands" });
            logger.error({ err: error, commandId: row.command_id }, "command failed, to be repeated");
          })
          .finally(() => underWay.delete(row.command_id));
        underWay.set(row.command_id, sending);
      }
      return rows.length === BATCH;
    },
    onError(error, delayMs) {
      metrics.failures.inc({ worker: "commands" });
      logger.error({ err: error, delayMs }, "reading commands failed, to be repeated");
    },
  });

  return {
    ...loop,
    async deviceConnected(deviceId) {
      await store.db
        .updateTable("commands")
        .set({ due_at_ms: nowMs() })
        .where("device_id", "=", deviceId)
        .where("state", "=", "pending")
        .execute();
      loop.wake();
    },
    async close() {
      await loop.close();
      await Promise.all(underWay.values());
    },
  };
}

function answeredOf(result: DeviceCommandResult | undefined): JsonText | null {
  const { refusal, answer } = result ?? {};
  if (refusal === undefined && answer === undefined) return null;
  const answered: CommandAnswered = { ...(refusal && { refusal }), ...(answer && { answer }) };
  return encodeJson(answered);
}

function urgency(kind: string): number {
  return kind === "remoteStop" ? 0 : kind === "remoteStart" ? 1 : 2;
}
