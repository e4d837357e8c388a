import type { Feature, FeatureCollection, Point } from "geojson";
import type { FoundStation, Place } from "#features/stations";

/** What the map draws of a station. */
export interface StationProperties {
  readonly id: string;
  readonly name: string;
  readonly availability: FoundStation["availability"];
  readonly chosen: boolean;
}

const point = <Properties>(
  longitude: number,
  latitude: number,
  properties: Properties,
): Feature<Point, Properties> => ({
  type: "Feature",
  geometry: { type: "Point", coordinates: [longitude, latitude] },
  properties,
});

/** Stations as points. */
export function stationFeatures(
  found: readonly FoundStation[],
  chosen: bigint | undefined,
): FeatureCollection<Point, StationProperties> {
  return {
    type: "FeatureCollection",
    features: found.map(({ station, availability }) =>
      point(station.longitude, station.latitude, {
        id: String(station.stationId),
        name: station.name ?? "",
        availability,
        chosen: station.stationId === chosen,
      }),
    ),
  };
}

/** Names to find one's way by, as the basemap has none: each city that has stations, in their midst. */
export function placeFeatures(
  found: readonly FoundStation[],
): FeatureCollection<Point, { name: string; stations: number }> {
  const cities = Map.groupBy(
    found.map(({ station }) => station).filter(({ city }) => city !== undefined),
    ({ city, latitude, longitude }) => `${city} ${Math.round(latitude)} ${Math.round(longitude)}`,
  );
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    type: "FeatureCollection",
    features: [...cities.values()].map((stations) =>
      point(mean(stations.map((one) => one.longitude)), mean(stations.map((one) => one.latitude)), {
        name: stations[0]?.city ?? "",
        stations: stations.length,
      }),
    ),
  };
}

/** West, south, east, north, degrees. */
export type Box = readonly [number, number, number, number];

/** The least box around places; undefined for none. */
export function boxOf(places: readonly Place[]): Box | undefined {
  if (places.length === 0) return undefined;
  let box: [number, number, number, number] = [180, 90, -180, -90];
  for (const { longitude, latitude } of places) {
    box = [
      Math.min(box[0], longitude),
      Math.min(box[1], latitude),
      Math.max(box[2], longitude),
      Math.max(box[3], latitude),
    ];
  }
  return box;
}

export const isInBox = ({ station }: FoundStation, [west, south, east, north]: Box): boolean =>
  station.longitude >= west && station.longitude <= east && station.latitude >= south && station.latitude <= north;
