export {
  type Availability,
  availabilities,
  bestAvailability,
  type EvseCondition,
  type EvseState,
  evseState,
} from "./availability.ts";
export { CommitteeCard } from "./CommitteeCard.tsx";
export { familiesOf } from "./connectors.ts";
export type { Place } from "./distance.ts";
export { FilterBar } from "./FilterBar.tsx";
export { type EvseGroup, groupEvses } from "./groups.ts";
export { HardwareNotice } from "./HardwareNotice.tsx";
export { payHref, stationHref } from "./hrefs.ts";
export { useGroupLabel } from "./labels.ts";
export { currencyFormat } from "./money.ts";
export { PriceLine } from "./PriceLine.tsx";
export { type Position, usePosition } from "./position.ts";
export { StationCard } from "./StationCard.tsx";
export { StationList } from "./StationList.tsx";
export { StationsPage } from "./StationsPage.tsx";
export { StatusMark, statusPaths } from "./StatusMark.tsx";
export type { FoundStation } from "./search.ts";
export { TariffWords } from "./TariffWords.tsx";
export { type StationSearch, useStationSearch } from "./use-station-search.ts";
export { AvailabilityBadge, AvailabilityText, ConditionText, ConnectorNames, GroupLine, GroupName } from "./words.tsx";
