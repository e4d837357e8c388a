import { type Address, type Hex, numberToHex, zeroHash } from "viem";
import type { ConnectorType } from "./connectors.ts";
import { parseEvseId } from "./evse-id.ts";
import { type GraphqlOptions, graphqlRequest } from "./graphql.ts";
import type { StationNow } from "./offer.ts";
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
import { type EvseKey, EvseKind, type StationId, type StationPlace } from "./types.ts";

export type { AsOf, ListedCurrency, ListedTariff } from "./query-rows.ts";

/** What a driver sees of an EVSE, from the subgraph. */
export interface EvseListing {
  readonly key: EvseKey;
  /** Position in the station's configuration. */
  readonly index: number;
  /** As people read it: `FR*ABC*E123`. A retired EVSE keeps its last one. */
  readonly evseId: string;
  readonly status: "Available" | "InSession" | "OutOfService" | "Retired";
  readonly kind: EvseKind;
  readonly maxPowerW: number;
  /** Without the codes that this release has no name for. */
  readonly connectors: readonly ConnectorType[];
}

/** A station as the subgraph has it: with it and `createOffer` a session can be opened without reading anything else. */
export interface StationListing extends StationNow {
  readonly place: StationPlace;
  /** From inline JSON metadata; undefined where it does not say. */
  readonly name: string | undefined;
  readonly address: string | undefined;
  readonly city: string | undefined;
  readonly evses: readonly EvseListing[];
  /** In the order of `config.tariffIds`. */
  readonly tariffs: readonly ListedTariff[];
}

export interface StationsPage {
  /** How many, at most 1000; 100 when left out. */
  readonly first?: number;
  /** The last station of the page before. */
  readonly after?: StationId;
}

const stationFields = `
  tokenId owner { id } ownerEpoch registrant { id } latitudeE7 longitudeE7 metadata name address city
  committeeId tariffIds tariffs(first: 16) { ${tariffFields} }
  evses(first: 64, orderBy: index) {
    key index evseId rawEvseId maxPowerW kind inService status connectors rawConnectors tariffMask meterKeyHash
  }`;

export const stationsQuery = `query Stations($first: Int!, $after: Bytes!) {
  stations(first: $first, orderBy: id, where: { id_gt: $after }) { ${stationFields} }
}`;

export const stationQuery = `query Station($id: ID!) {
  station(id: $id) { ${stationFields} }
  _meta { block { timestamp } }
}`;

export const stationsOfEvseQuery = `query StationsOfEvse($evseId: String!) {
  evses(first: 10, orderBy: id, where: { evseId: $evseId, status_not: Retired }) { station { ${stationFields} } }
  _meta { block { timestamp } }
}`;

interface EvseRow extends Text<"key" | "evseId" | "maxPowerW"> {
  readonly index: number;
  readonly rawEvseId: Hex;
  readonly kind: keyof typeof EvseKind;
  readonly inService: boolean;
  readonly status: EvseListing["status"];
  readonly connectors: readonly string[];
  readonly rawConnectors: Hex;
  readonly tariffMask: number;
  readonly meterKeyHash: Hex | null;
}

interface StationRow extends Text<"tokenId" | "metadata"> {
  readonly owner: { readonly id: Address };
  readonly ownerEpoch: number;
  readonly registrant: { readonly id: Address };
  readonly latitudeE7: number;
  readonly longitudeE7: number;
  readonly name: string | null;
  readonly address: string | null;
  readonly city: string | null;
  readonly committeeId: Hex;
  readonly tariffIds: readonly Hex[];
  readonly tariffs: readonly TariffRow[];
  readonly evses: readonly EvseRow[];
}

/**
 * A page of all stations, in the order of their ids, each with its EVSEs' live status and its tariffs in full. Throws what
 * `graphqlRequest` throws.
 */
export async function queryStations(
  url: string,
  page: StationsPage = {},
  options?: GraphqlOptions,
): Promise<StationListing[]> {
  // Every id is 32 bytes long, so all of them come after the empty one.
  const after = page.after === undefined ? "0x" : numberToHex(page.after, { size: 32 });
  const variables = { first: page.first ?? 100, after };
  const { stations } = await graphqlRequest<{ stations: StationRow[] }>(url, stationsQuery, variables, options);
  return stations.map(toListing);
}

/** One station; its `value` is undefined when the subgraph does not know it. Throws what `graphqlRequest` throws. */
export async function queryStation(
  url: string,
  stationId: StationId,
  options?: GraphqlOptions,
): Promise<AsOf<StationListing | undefined>> {
  type Data = MetaRow & { readonly station: StationRow | null };
  const variables = { id: numberToHex(stationId, { size: 32 }) };
  const data = await graphqlRequest<Data>(url, stationQuery, variables, options);
  return { value: data.station === null ? undefined : toListing(data.station), asOf: asOf(data) };
}

/**
 * The stations that have an EVSE of this id, at most ten. Usually one: but a registry without a keeper lets anybody
 * register any id, so who pays has to see which station it is.
 *
 * @throws InvalidEvseId, and what `graphqlRequest` throws
 */
export async function queryStationsOfEvse(
  url: string,
  evseId: string,
  options?: GraphqlOptions,
): Promise<AsOf<StationListing[]>> {
  type Data = MetaRow & { readonly evses: readonly { readonly station: StationRow }[] };
  const variables = { evseId: parseEvseId(evseId).display };
  const data = await graphqlRequest<Data>(url, stationsOfEvseQuery, variables, options);
  const rows = new Map(data.evses.map(({ station }) => [station.tokenId, station]));
  return { value: [...rows.values()].map(toListing), asOf: asOf(data) };
}

function toListing(row: StationRow): StationListing {
  const tariffs = new Map(row.tariffs.map((tariff) => [tariff.id, tariff]));
  return {
    stationId: BigInt(row.tokenId),
    owner: row.owner.id,
    ownerEpoch: row.ownerEpoch,
    config: {
      registrant: row.registrant.id,
      committeeId: row.committeeId,
      tariffIds: row.tariffIds,
      evses: row.evses.map((evse) => ({
        id: evse.rawEvseId,
        maxPowerW: Number(evse.maxPowerW),
        kind: EvseKind[evse.kind],
        inService: evse.inService,
        tariffMask: evse.tariffMask,
        connectors: evse.rawConnectors,
        meterKeyHash: evse.meterKeyHash ?? zeroHash,
      })),
    },
    place: { latitudeE7: row.latitudeE7, longitudeE7: row.longitudeE7, metadata: row.metadata },
    name: row.name ?? undefined,
    address: row.address ?? undefined,
    city: row.city ?? undefined,
    evses: row.evses.map((evse) => ({
      key: BigInt(evse.key),
      index: evse.index,
      evseId: evse.evseId,
      status: evse.status,
      kind: EvseKind[evse.kind],
      maxPowerW: Number(evse.maxPowerW),
      connectors: knownConnectors(evse.connectors),
    })),
    tariffs: row.tariffIds.flatMap((id) => {
      const tariff = tariffs.get(id);
      return tariff === undefined ? [] : [toListedTariff(tariff)];
    }),
  };
}
