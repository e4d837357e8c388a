import type { EvseKey } from "@openjoule/sdk";
import { type Hex, isHex } from "viem";

/** OCPP 1.6 §7.7 and 2.0.1 ConnectorStatusEnumType, in the words of the oracle's HTTP interface. */
const statuses = [
  "available",
  "preparing",
  "charging",
  "suspendedEvse",
  "suspendedEv",
  "finishing",
  "reserved",
  "unavailable",
  "faulted",
  "occupied",
] as const;

export type HardwareStatus = (typeof statuses)[number];

/** The hardware of one EVSE, as the oracle that talks to it says. */
export interface EvseHardware {
  readonly key: EvseKey;
  /** If not, the rest is what was known last. */
  readonly connected: boolean;
  /** Undefined while it has never said one, and for words that this app does not know. */
  readonly status: HardwareStatus | undefined;
  /** UTC seconds since when it says this status. */
  readonly since: number | undefined;
  /** The session that the oracle serves there now. */
  readonly sessionId: Hex | undefined;
}

/** Every EVSE whose hardware an oracle talks to. */
export type Hardware = ReadonlyMap<EvseKey, EvseHardware>;

const MOST_PAGES = 1000;
const NO_ANSWER_AFTER_MS = 5_000;

/**
 * Reads `GET /evses` of an oracle, page by page.
 *
 * @throws Error when it does not answer within 5 s, refuses, or answers with something else
 */
export async function fetchHardware(oracleUrl: string, signal: AbortSignal): Promise<Hardware> {
  const hardware = new Map<EvseKey, EvseHardware>();
  let after: unknown;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const body = await fetchPage(oracleUrl, after, signal);
    for (const row of body.evses) {
      const evse = readEvse(row);
      if (evse !== undefined) hardware.set(evse.key, evse);
    }
    after = body.next;
    if (typeof after !== "string") break;
  }
  return hardware;
}

async function fetchPage(oracleUrl: string, after: unknown, signal: AbortSignal) {
  const url = `${oracleUrl}/evses${typeof after === "string" ? `?after=${encodeURIComponent(after)}` : ""}`;
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(NO_ANSWER_AFTER_MS)]) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}, expected 200`);
  const body: unknown = await response.json();
  if (!isRecord(body) || !Array.isArray(body.evses)) throw new Error(`${url} answers no list of EVSEs`);
  return { evses: body.evses as unknown[], next: body.next };
}

/** One row; undefined for what is none, so that one bad row hides no other. */
function readEvse(row: unknown): EvseHardware | undefined {
  if (!isRecord(row) || typeof row.evse !== "string" || !/^\d{1,78}$/.test(row.evse)) return undefined;
  return {
    key: BigInt(row.evse),
    connected: row.connected === true,
    status: statuses.find((status) => status === row.status),
    since: typeof row.sinceSeconds === "number" ? row.sinceSeconds : undefined,
    sessionId: isHex(row.sessionId) ? row.sessionId : undefined,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
