/** What devices report of themselves, and the commands whose progress that is. */
import type { DeviceEventOf, ReportKind } from "../bus/types.ts";
import { decodeJson } from "../store/json.ts";
import type { StoreHandle, StoreTransaction } from "../store/store.ts";

/** The commands that a device works on after it has answered them, and tells how far it is. */
const jobsOf: { readonly [K in ReportKind]?: readonly string[] } = {
  firmware: ["updateFirmware", "signedUpdateFirmware"],
  diagnostics: ["getDiagnostics"],
  log: ["getLog"],
};

export async function keepReport(transaction: StoreTransaction, event: DeviceEventOf<"reported">): Promise<void> {
  const { deviceId, kind, status, requestId, detail, timestampSeconds, receivedAtMs } = event;
  await transaction
    .insertInto("device_reports")
    .values({
      device_id: deviceId,
      kind,
      status,
      request_id: requestId,
      detail,
      timestamp_seconds: timestampSeconds,
      command_id: await commandOf(transaction, event),
      received_at_ms: receivedAtMs,
    })
    .execute();
}

/**
 * By its request id; without one (OCPP 1.6 without the security extension) the newest job of that kind: a charge point has one at a
 * time. One that is still pending counts, because a device may report before its answer is written down.
 */
async function commandOf(db: StoreHandle, event: DeviceEventOf<"reported">): Promise<string | null> {
  const { deviceId, kind, status, requestId } = event;
  const jobs = jobsOf[kind];
  // Idle: it works on nothing.
  if (jobs === undefined || status === "Idle") return null;
  const rows = await db
    .selectFrom("commands")
    .select(["command_id", "payload"])
    .where("device_id", "=", deviceId)
    .where("kind", "in", jobs)
    .where((where) => where.or([where("state", "=", "pending"), where("outcome", "in", ["accepted", "timeout"])]))
    .orderBy("created_at_ms", "desc")
    .orderBy("command_id")
    .limit(20)
    .execute();
  const match = rows.find(({ payload }) => {
    if (requestId === null) return true;
    return decodeJson<{ requestId?: number }>(payload).requestId === requestId;
  });
  return match?.command_id ?? null;
}
