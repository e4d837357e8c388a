import type { ConnectorType } from "@openjoule/sdk";
import type { Availability } from "./availability.ts";
import { type ConnectorFamily, familiesOf } from "./connectors.ts";

/** What of an EVSE decides in which line it stands. */
export interface GroupedEvse {
  readonly maxPowerW: number;
  readonly connectors: readonly ConnectorType[];
  readonly availability: Availability;
  /** Ids of the tariffs offered there. */
  readonly tariffIds: readonly string[];
}

/** EVSEs that are the same to a driver: `22 kW · Type 2 · 1/8 free`. */
export interface EvseGroup<Evse extends GroupedEvse = GroupedEvse> {
  readonly key: string;
  readonly maxPowerW: number;
  readonly connectors: readonly ConnectorFamily[];
  readonly tariffIds: readonly string[];
  readonly free: number;
  readonly evses: readonly Evse[];
}

/** Puts alike EVSEs together, the most powerful first. */
export function groupEvses<Evse extends GroupedEvse>(evses: readonly Evse[]): EvseGroup<Evse>[] {
  const keyOf = ({ maxPowerW, connectors, tariffIds }: Evse) =>
    [maxPowerW, ...familiesOf(connectors), ...tariffIds].join(" ");
  return [...Map.groupBy(evses, keyOf)]
    .map(([key, members]) => ({
      key,
      maxPowerW: members[0]?.maxPowerW ?? 0,
      connectors: familiesOf(members[0]?.connectors ?? []),
      tariffIds: members[0]?.tariffIds ?? [],
      free: members.filter(({ availability }) => availability === "free").length,
      evses: members,
    }))
    .sort((a, b) => b.maxPowerW - a.maxPowerW || a.key.localeCompare(b.key));
}
