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

  // Rendered bit by bit: all of the list at once would keep the device from answering its owner.
  const known = useDeferredValue(stations);
  const seen = useDeferredValue(hardware.hardware);
  const sought = useDeferredValue(filters);
  const found = useMemo(
    () => known && findStations(known, { filters: sought, hardware: seen, from }),
    [known, sought, seen, from],
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
