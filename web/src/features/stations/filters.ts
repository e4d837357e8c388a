import type { StationSummary } from "@openjoule/sdk";
import type { Availability } from "./availability.ts";
import { type ConnectorFamily, connectorFamilies, connectorFamily } from "./connectors.ts";

/** What a driver looks for; shared as the address's query: `?q=lyon&free=1&power=50&connector=ccs`. */
export interface StationFilters {
  /** Name, address, place, or an EVSE id in any of its forms. */
  readonly text: string;
  readonly freeOnly: boolean;
  /** Least power, kW; 0 for any. */
  readonly powerKw: number;
  readonly connector: ConnectorFamily | undefined;
}

export const noFilters: StationFilters = { text: "", freeOnly: false, powerKw: 0, connector: undefined };

/** Powers that are offered as a choice, kW. */
export const powerChoices = [7, 22, 50, 100, 150] as const;

/** Reads the address's query. What makes no sense in it filters nothing: an old link still shows stations. */
export function readFilters(query: URLSearchParams): StationFilters {
  const power = Number(query.get("power") ?? 0);
  return {
    text: query.get("q") ?? "",
    freeOnly: query.get("free") === "1",
    powerKw: Number.isFinite(power) && power > 0 ? power : 0,
    connector: connectorFamilies.find((family) => family === query.get("connector")),
  };
}

/** The address's query with these filters; whatever else it says stays. */
export function writeFilters(filters: StationFilters, query: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(query);
  const put = (name: string, value: string) => (value === "" ? next.delete(name) : next.set(name, value));
  put("q", filters.text);
  put("free", filters.freeOnly ? "1" : "");
  put("power", filters.powerKw > 0 ? String(filters.powerKw) : "");
  put("connector", filters.connector ?? "");
  return next;
}

export const hasFilters = ({ text, freeOnly, powerKw, connector }: StationFilters): boolean =>
  text.trim() !== "" || freeOnly || powerKw > 0 || connector !== undefined;

/** An EVSE with what the filters ask of it. */
export type FilteredEvse = StationSummary["evses"][number] & { readonly availability: Availability };

/** A predicate for an EVSE: one and the same has to be free, strong enough and of the connector. */
export function evseFilter({ freeOnly, powerKw, connector }: StationFilters): (evse: FilteredEvse) => boolean {
  return (evse) =>
    (!freeOnly || evse.availability === "free") &&
    evse.maxPowerW >= powerKw * 1000 &&
    (connector === undefined || evse.connectors.some((one) => connectorFamily(one) === connector));
}

/** A predicate for a station's words: all words of the text are in it, without regard to case and accents. */
export function textFilter(text: string): (station: StationSummary) => boolean {
  const words = plain(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  const evseId = canonical(text);
  return (station) => {
    const { name, address, city, postalCode, evses } = station;
    const haystack = plain([name, address, city, postalCode].filter(Boolean).join(" "));
    if (words.every((word) => haystack.includes(word))) return true;
    // Shorter ones are in nearly every id.
    return evseId.length >= 4 && evses.some((evse) => canonical(evse.evseId).includes(evseId));
  };
}

/** `Orléans-la-Source` is `orleans la source`. */
const plain = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[-'’.,/]/g, " ");

const canonical = (text: string) => text.toUpperCase().replace(/[^A-Z0-9]/g, "");
