import type { ListedTariff, StationIndex, StationSummary } from "@openjoule/sdk";
import type { Hardware } from "#data";
import { type Availability, bestAvailability, evseState } from "./availability.ts";
import { distanceMetres, type Place } from "./distance.ts";
import { evseFilter, type FilteredEvse, type StationFilters, textFilter } from "./filters.ts";
import { type EvseGroup, groupEvses } from "./groups.ts";

/** A station that was found, ready to show. */
export interface FoundStation {
  readonly station: StationSummary;
  readonly availability: Availability;
  readonly groups: readonly EvseGroup<FilteredEvse>[];
  /** From the reader, metres; undefined while nobody knows where that is. */
  readonly distance: number | undefined;
  /** The tariffs of its groups; without those that nobody knows. */
  readonly tariffs: readonly ListedTariff[];
}

export interface Search {
  readonly filters: StationFilters;
  readonly hardware: Hardware | undefined;
  readonly from: Place | undefined;
}

/**
 * The stations with at least one EVSE that passes the filters, nearest first, else by name. A station's availability is
 * that of the EVSEs that pass: a free Type 2 is of no use to who asked for CCS.
 */
export function findStations(index: StationIndex, { filters, hardware, from }: Search): FoundStation[] {
  const ofText = textFilter(filters.text);
  const ofEvse = evseFilter(filters);
  const found = index.stations.filter(ofText).flatMap((station): FoundStation[] => {
    const evses = station.evses.map((evse) => ({ ...evse, availability: evseState(evse, hardware).availability }));
    const passing = evses.filter(ofEvse);
    if (passing.length === 0) return [];
    return [
      {
        station,
        availability: bestAvailability(passing),
        groups: groupEvses(passing),
        distance: from && distanceMetres(from, station),
        tariffs: tariffsOf(passing, index.tariffs),
      },
    ];
  });
  const nameOf = ({ station }: FoundStation) => station.name ?? station.city ?? "";
  return found.sort(
    (a, b) => (a.distance ?? 0) - (b.distance ?? 0) || nameOf(a).localeCompare(nameOf(b)) || compareIds(a, b),
  );
}

function tariffsOf(evses: readonly FilteredEvse[], tariffs: StationIndex["tariffs"]): ListedTariff[] {
  const ids = new Set(evses.flatMap(({ tariffIds }) => tariffIds));
  return [...ids].flatMap((id) => tariffs.get(id) ?? []);
}

const compareIds = (a: FoundStation, b: FoundStation) => (a.station.stationId < b.station.stationId ? -1 : 1);
