import type { AsOf, StationIndex } from "@openjoule/sdk";
import type { UseQueryResult } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { useSearchParams } from "wouter";
import { type HardwareResult, useHardware, useStationIndex } from "#data";
import type { ConnectorFamily } from "./connectors.ts";
import { familiesOf } from "./connectors.ts";
import { hasFilters, noFilters, readFilters, type StationFilters, writeFilters } from "./filters.ts";
import { usePosition } from "./position.ts";
import { type FoundStation, findStations } from "./search.ts";

export interface StationSearch {
  readonly index: UseQueryResult<AsOf<StationIndex>>;
  readonly hardware: HardwareResult;
  /** Undefined until the stations are there. */
  readonly found: readonly FoundStation[] | undefined;
  /** Connectors that some station has. */
  readonly connectors: readonly ConnectorFamily[];
  readonly filters: StationFilters;
  readonly setFilters: (filters: StationFilters) => void;
  readonly hasFilters: boolean;
  readonly clear: () => void;
}

/** Stations by the filters of the address, as the map and the list both show them. */
export function useStationSearch(): StationSearch {
  const [query, setQuery] = useSearchParams();
  const filters = useMemo(() => readFilters(query), [query]);
  const index = useStationIndex();
  const stations = index.data?.value;
  const hardware = useHardware();
  const position = usePosition();
  const from = position.status === "here" ? position.place : undefined;

  const sought = useDeferredValue(filters);
  const found = useMemo(
    () => stations && findStations(stations, { filters: sought, hardware: hardware.hardware, from }),
    [stations, sought, hardware.hardware, from],
  );
  const connectors = useMemo(
    () => familiesOf(stations?.stations.flatMap(({ evses }) => evses.flatMap((evse) => evse.connectors)) ?? []),
    [stations],
  );
  // A filter is no page of its own: "back" leaves the list.
  const setFilters = (next: StationFilters) => setQuery((now) => writeFilters(next, now), { replace: true });
  return {
    index,
    hardware,
    found,
    connectors,
    filters,
    setFilters,
    hasFilters: hasFilters(filters),
    clear: () => setFilters(noFilters),
  };
}
