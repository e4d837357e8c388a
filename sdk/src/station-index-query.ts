import { type Hex, numberToHex } from "viem";
import type { ConnectorType } from "./connectors.ts";
import { type GraphqlOptions, graphqlRequest } from "./graphql.ts";
import {
  type AsOf,
  asOf,
  knownConnectors,
  type ListedTariff,
  type MetaRow,
  type TariffRow,
  type Text,
  tariffFields,
  toListedTariff,
} from "./query-rows.ts";
import type { EvseListing } from "./station-query.ts";
import type { EvseKey, StationId, TariffId } from "./types.ts";

/** What a map or a list shows of a station: enough to find and compare, not enough to pay. */
export interface StationSummary {
  readonly stationId: StationId;
  /** Degrees, north and east are positive (WGS 84). */
  readonly latitude: number;
  readonly longitude: number;
  readonly name: string | undefined;
  readonly address: string | undefined;
  readonly city: string | undefined;
  readonly postalCode: string | undefined;
  /** Without the retired ones. */
  readonly evses: readonly EvseSummary[];
}

export interface EvseSummary {
  readonly key: EvseKey;
  /** As people read it: `FR*ABC*E123`. */
  readonly evseId: string;
  readonly status: Exclude<EvseListing["status"], "Retired">;
  readonly maxPowerW: number;
  /** Without the codes that this release has no name for. */
  readonly connectors: readonly ConnectorType[];
  /** Those offered there, in the station's order. */
  readonly tariffIds: readonly TariffId[];
}

export interface StationIndex {
  readonly stations: readonly StationSummary[];
  /** Each tariff once, by its id. */
  readonly tariffs: ReadonlyMap<TariffId, ListedTariff>;
}

export const stationIndexQuery = `query StationIndex($first: Int!, $after: Bytes!) {
  stations(first: $first, orderBy: id, where: { id_gt: $after }) {
    tokenId latitudeE7 longitudeE7 name address city postalCode tariffIds
    evses(first: 64, orderBy: index, where: { status_not: Retired }) { key evseId status maxPowerW connectors tariffMask }
  }
  _meta { block { timestamp } }
}`;

export const tariffsQuery = `query Tariffs($ids: [ID!]!) {
  tariffs(first: 1000, where: { id_in: $ids }) { ${tariffFields} }
}`;

interface SummaryRow extends Text<"tokenId"> {
  readonly latitudeE7: number;
  readonly longitudeE7: number;
  readonly name: string | null;
  readonly address: string | null;
  readonly city: string | null;
  readonly postalCode: string | null;
  readonly tariffIds: readonly Hex[];
  readonly evses: readonly (Text<"key" | "evseId" | "maxPowerW"> & {
    readonly status: EvseSummary["status"];
    readonly connectors: readonly string[];
    readonly tariffMask: number;
  })[];
}

const PAGE = 1000;
const DEGREE = 1e7;

/** Every station with its EVSEs' status, and the tariffs they name. Throws what `graphqlRequest` throws. */
export async function queryStationIndex(url: string, options?: GraphqlOptions): Promise<AsOf<StationIndex>> {
  const rows: SummaryRow[] = [];
  // Every id is 32 bytes long, so all of them come after the empty one.
  let after: Hex | undefined = "0x";
  // What was read first is the oldest.
  let oldest = Number.POSITIVE_INFINITY;
  while (after !== undefined) {
    type Data = MetaRow & { readonly stations: readonly SummaryRow[] };
    const data: Data = await graphqlRequest<Data>(url, stationIndexQuery, { first: PAGE, after }, options);
    rows.push(...data.stations);
    oldest = Math.min(oldest, asOf(data));
    const last = data.stations.length === PAGE ? data.stations.at(-1) : undefined;
    after = last && numberToHex(BigInt(last.tokenId), { size: 32 });
  }
  const tariffs = await queryTariffs(url, new Set(rows.flatMap(({ tariffIds }) => tariffIds)), options);
  return { value: { stations: rows.map(toSummary), tariffs }, asOf: oldest };
}

/** Published tariffs by their ids, without those that the subgraph does not know. Throws what `graphqlRequest` throws. */
export async function queryTariffs(
  url: string,
  tariffIds: Iterable<TariffId>,
  options?: GraphqlOptions,
): Promise<Map<TariffId, ListedTariff>> {
  const ids = [...tariffIds];
  const tariffs = new Map<TariffId, ListedTariff>();
  for (let from = 0; from < ids.length; from += PAGE) {
    const variables = { ids: ids.slice(from, from + PAGE) };
    const data = await graphqlRequest<{ tariffs: TariffRow[] }>(url, tariffsQuery, variables, options);
    for (const row of data.tariffs) tariffs.set(row.id, toListedTariff(row));
  }
  return tariffs;
}

function toSummary(row: SummaryRow): StationSummary {
  return {
    stationId: BigInt(row.tokenId),
    latitude: row.latitudeE7 / DEGREE,
    longitude: row.longitudeE7 / DEGREE,
    name: row.name ?? undefined,
    address: row.address ?? undefined,
    city: row.city ?? undefined,
    postalCode: row.postalCode ?? undefined,
    evses: row.evses.map((evse) => ({
      key: BigInt(evse.key),
      evseId: evse.evseId,
      status: evse.status,
      maxPowerW: Number(evse.maxPowerW),
      connectors: knownConnectors(evse.connectors),
      tariffIds: row.tariffIds.filter((_, index) => evse.tariffMask & (1 << index)),
    })),
  };
}
