import type { EvseListing, ListedTariff, StationListing } from "@openjoule/sdk";
import type { Hardware } from "#data";
import { type EvseState, evseState } from "#features/stations";

/** An EVSE with all that its line on the sheet says. */
export interface SheetEvse extends EvseListing, EvseState {
  readonly tariffIds: readonly string[];
}

/** The station's EVSEs without the retired ones, as they are now. */
export function sheetEvses(station: StationListing, hardware: Hardware | undefined): SheetEvse[] {
  return station.evses
    .filter(({ status }) => status !== "Retired")
    .map((evse) => ({ ...evse, ...evseState(evse, hardware), tariffIds: tariffIdsOf(station, evse.index) }));
}

/** Bit i of an EVSE's mask offers the station's i-th tariff. */
function tariffIdsOf({ config }: StationListing, index: number): string[] {
  const mask = config.evses[index]?.tariffMask ?? 0;
  return config.tariffIds.filter((_, position) => mask & (1 << position));
}

/** The station's tariffs of these ids; those that nobody knows are left out. */
export function tariffsOf(station: StationListing, ids: readonly string[]): ListedTariff[] {
  return ids.flatMap((id) => station.tariffs.find((tariff) => tariff.id === id) ?? []);
}
