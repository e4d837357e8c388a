import type { Hex } from "viem";
import type { EvseView } from "../api/types.ts";
import type { ConnectorStatus } from "../bus/types.ts";
import type { SessionState } from "../core/types.ts";
import { decodeJson } from "../store/json.ts";
import type { StoreHandle } from "../store/store.ts";

export type EvseViewOptions = {
  db: StoreHandle;
  /** Whether the device holds a socket now: the one thing here that no database knows. */
  isConnected: (deviceId: string) => boolean;
};

/** The EVSE's hardware as the HTTP interface shows it; null when no device here is this EVSE. */
export async function viewEvse(options: EvseViewOptions, evse: bigint): Promise<EvseView | null> {
  const rows = await connectors(options.db).where("evse_key", "=", evse.toString()).execute();
  const [view] = await toViews(options, rows);
  return view ?? null;
}

/** A page of all EVSEs that devices here are, in the order of their keys' decimal text. */
export async function viewEvses(
  options: EvseViewOptions,
  { after, limit }: { after: bigint | null; limit: number },
): Promise<EvseView[]> {
  let query = connectors(options.db).orderBy("evse_key").limit(limit);
  if (after !== null) query = query.where("evse_key", ">", after.toString());
  return toViews(options, await query.execute());
}

const connectors = (db: StoreHandle) =>
  db.selectFrom("device_connectors").select(["device_id", "evse_key", "status", "error_code", "status_at_ms"]);
type ConnectorRow = Awaited<ReturnType<ReturnType<typeof connectors>["execute"]>>[number];

async function toViews({ db, isConnected }: EvseViewOptions, rows: readonly ConnectorRow[]): Promise<EvseView[]> {
  if (rows.length === 0) return [];
  const keys = rows.map((row) => row.evse_key);
  const running = await runningSessions(db, keys);
  return rows.map((row) => {
    const session = running.get(row.evse_key);
    return {
      evse: BigInt(row.evse_key),
      connected: isConnected(row.device_id),
      status: row.status as ConnectorStatus | null,
      errorCode: row.error_code,
      sinceSeconds: row.status_at_ms === null ? null : Math.floor(row.status_at_ms / 1_000),
      sessionId: (session?.opening.sessionId ?? null) as Hex | null,
      powerCapW: session?.opening.offer.powerCapW ?? null,
      powerW: session?.meter?.powerW ?? null,
    };
  });
}

/** The newest session of each EVSE that has not ended. */
async function runningSessions(db: StoreHandle, keys: readonly string[]): Promise<Map<string, SessionState>> {
  const rows = await db
    .selectFrom("sessions")
    .select(["evse_key", "state"])
    .where("evse_key", "in", keys)
    .where("active", "=", 1)
    .execute();
  const newest = new Map<string, SessionState>();
  for (const row of rows) {
    const state = decodeJson<SessionState>(row.state);
    // Settled, and only its transaction has not been heard to stop: the EVSE is no longer this session's.
    if (state.exit !== null) continue;
    const other = newest.get(row.evse_key);
    if (other === undefined || other.opening.session.counter < state.opening.session.counter) {
      newest.set(row.evse_key, state);
    }
  }
  return newest;
}
