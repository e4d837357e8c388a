import { describe, expect, it } from "vitest";
import type { FoundStation } from "#features/stations";
import { boxOf, isInBox, placeFeatures, stationFeatures } from "./features.ts";

const found = (stationId: bigint, longitude: number, latitude: number, city?: string): FoundStation => ({
  station: {
    stationId,
    longitude,
    latitude,
    name: `S${stationId}`,
    address: undefined,
    city,
    postalCode: undefined,
    evses: [],
  },
  availability: "free",
  groups: [],
  distance: undefined,
  tariffs: [],
});

const stations = [found(1n, 2, 48, "Paris"), found(2n, 2.2, 48.4, "Paris"), found(3n, 5, 43)];

describe("what the map draws", () => {
  it("marks the chosen station", () => {
    const { features } = stationFeatures(stations, 2n);
    expect(features.map(({ properties }) => properties.chosen)).toEqual([false, true, false]);
    expect(features[0]?.geometry.coordinates).toEqual([2, 48]);
  });

  it("names a city once, in the midst of its stations", () => {
    const { features } = placeFeatures(stations);
    expect(features).toHaveLength(1);
    expect(features[0]?.properties).toEqual({ name: "Paris", stations: 2 });
    expect(features[0]?.geometry.coordinates[0]).toBeCloseTo(2.1);
  });

  it("encloses all, and knows what is in sight", () => {
    expect(boxOf(stations.map(({ station }) => station))).toEqual([2, 43, 5, 48.4]);
    expect(boxOf([])).toBeUndefined();
    expect(stations.map((one) => isInBox(one, [1, 47, 3, 49]))).toEqual([true, true, false]);
  });
});
