import {
  createOffer,
  type EvseListing,
  isEvseId,
  type ListedTariff,
  type Offer,
  parseEvseId,
  queryStation,
  queryStationsOfEvse,
  type StationListing,
  splitEvseKey,
} from "@openjoule/sdk";

/** An EVSE that a driver came to, with what it offers. */
export interface FoundEvse {
  readonly station: StationListing;
  readonly evse: EvseListing;
  /** Empty when it is out of service, retired, or its tariffs are not published. */
  readonly offers: readonly { readonly offer: Offer; readonly tariff: ListedTariff }[];
}

/** The key in an address: decimal, or hex as the subgraph writes ids. */
export function readEvseKey(text: string): bigint | undefined {
  return /^(\d{1,78}|0x[0-9a-fA-F]{1,64})$/.test(text) ? BigInt(text) : undefined;
}

/**
 * The EVSEs that an address means: one by its key; by an EVSE id usually one, but nobody keeps two stations from claiming
 * the same. Throws what the subgraph's client throws.
 */
export async function findEvses(subgraphUrl: string, text: string, signal: AbortSignal): Promise<readonly FoundEvse[]> {
  const key = readEvseKey(text);
  if (key !== undefined) {
    const { stationId, index } = splitEvseKey(key);
    const { value } = await queryStation(subgraphUrl, stationId, { signal });
    const evse = value?.evses.find((listed) => listed.index === index);
    return value === undefined || evse === undefined ? [] : [{ station: value, evse, offers: offersOf(value, evse) }];
  }
  if (!isEvseId(text)) return [];
  const { value } = await queryStationsOfEvse(subgraphUrl, text, { signal });
  const { display } = parseEvseId(text);
  return value.flatMap((station) =>
    station.evses
      .filter(({ evseId, status }) => evseId === display && status !== "Retired")
      .map((evse) => ({ station, evse, offers: offersOf(station, evse) })),
  );
}

function offersOf(station: StationListing, evse: EvseListing): FoundEvse["offers"] {
  const mask = station.config.evses[evse.index]?.tariffMask ?? 0;
  if (!station.config.evses[evse.index]?.inService) return [];
  const offered = station.config.tariffIds.filter((_, index) => mask & (1 << index));
  return station.tariffs
    .filter(({ id }) => offered.includes(id))
    .map((tariff) => ({ tariff, offer: createOffer(station, evse.index, tariff) }));
}
