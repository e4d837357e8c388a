import { type EvseKey, parseEvseId, type StationId } from "@openjoule/sdk";

/** What a page's address names. */
export type Subject =
  | { readonly by: "station"; readonly stationId: StationId }
  | { readonly by: "evseKey"; readonly evse: EvseKey }
  /** As people read it. */
  | { readonly by: "evseId"; readonly evseId: string }
  | { readonly by: "nothing" };

/** Reads the `:id` of `/stations/:id`: a station's id, decimal or hex. */
export function readStationId(text: string): Subject {
  const stationId = readUint256(text);
  return stationId === undefined ? { by: "nothing" } : { by: "station", stationId };
}

/** Reads the `:id` of `/evse/:id`, what the QR code on a charger says: an EVSE id in any of its forms, or its key. */
export function readEvse(text: string): Subject {
  const evse = readUint256(text);
  if (evse !== undefined) return { by: "evseKey", evse };
  try {
    return { by: "evseId", evseId: parseEvseId(text).display };
  } catch {
    return { by: "nothing" };
  }
}

function readUint256(text: string): bigint | undefined {
  if (!/^(0x[0-9a-f]{1,64}|\d{1,78})$/i.test(text)) return undefined;
  const number = BigInt(text);
  return number < 1n << 256n ? number : undefined;
}
