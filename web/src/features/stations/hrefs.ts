import { type EvseKey, parseKilowattHours } from "@openjoule/sdk";
import { numberToHex } from "viem";

/** A station's page. */
export const stationHref = (stationId: bigint): string => `/stations/${numberToHex(stationId, { size: 32 })}`;

/**
 * Where a session is paid at an EVSE. By its key, as several stations can claim the same EVSE id and the money goes to one
 * of them; `kwh` carries on what the driver wanted.
 */
export const payHref = (evse: EvseKey, energyKwh?: string): string => {
  const query = energyKwh !== undefined && isEnergy(energyKwh) ? `?kwh=${energyKwh}` : "";
  return `/evse/${numberToHex(evse, { size: 32 })}/pay${query}`;
};

function isEnergy(text: string): boolean {
  try {
    return parseKilowattHours(text) > 0n;
  } catch {
    return false;
  }
}
