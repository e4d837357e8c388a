import type { FeatureCollection } from "geojson";
import type { ExpressionSpecification, StyleSpecification } from "maplibre-gl";
import type { Palette } from "./palette.ts";

export const nothing: FeatureCollection = { type: "FeatureCollection", features: [] };

/** Stations nearer to each other than this are one cluster, pixels; beyond this zoom each stands alone. */
const CLUSTER_RADIUS = 46;
const CLUSTER_MAX_ZOOM = 13;

/** A country's borders are drawn finely from this zoom on. */
export const FINE_FROM_ZOOM = 6.5;

const count = (availability: string): ["+", ExpressionSpecification] => [
  "+",
  ["case", ["==", ["get", "availability"], availability], 1, 0],
];

/** How clusters add up their stations: drawn as a ring by marks.ts. */
const clusterProperties = { free: count("free"), occupied: count("occupied") };

const clusterImage: ExpressionSpecification = [
  "concat",
  "cluster ",
  ["to-string", ["get", "free"]],
  " ",
  ["to-string", ["get", "occupied"]],
  " ",
  ["to-string", ["-", ["get", "point_count"], ["+", ["get", "free"], ["get", "occupied"]]]],
];

/** Everything that the map draws. Letters come from the reader's own fonts: no glyphs are asked for anywhere. */
export function createStyle(palette: Palette): StyleSpecification {
  const font = ["system-ui"];
  return {
    version: 8,
    sources: {
      countries: { type: "geojson", data: nothing, attribution: "Natural Earth", tolerance: 0.2 },
      places: { type: "geojson", data: nothing },
      stations: {
        type: "geojson",
        data: nothing,
        cluster: true,
        clusterRadius: CLUSTER_RADIUS,
        clusterMaxZoom: CLUSTER_MAX_ZOOM,
        clusterProperties,
      },
      here: { type: "geojson", data: nothing },
    },
    layers: [
      { id: "water", type: "background", paint: { "background-color": palette.water } },
      { id: "land", type: "fill", source: "countries", paint: { "fill-color": palette.land } },
      {
        id: "borders",
        type: "line",
        source: "countries",
        paint: { "line-color": palette.border, "line-width": ["interpolate", ["linear"], ["zoom"], 2, 0.5, 8, 1.5] },
      },
      {
        id: "places",
        type: "symbol",
        source: "places",
        // Further out, the city with the most stations would stand where one looks for the largest.
        minzoom: 8,
        layout: {
          "text-field": ["get", "name"],
          "text-font": font,
          "text-size": ["interpolate", ["linear"], ["zoom"], 8, 12, 12, 15],
          "text-anchor": "top",
          "text-offset": [0, 1.6],
          "text-max-width": 9,
          "symbol-sort-key": ["-", ["get", "stations"]],
        },
        paint: { "text-color": palette.text, "text-halo-color": palette.halo, "text-halo-width": 1.5 },
      },
      {
        id: "here",
        type: "circle",
        source: "here",
        paint: {
          "circle-radius": 8,
          "circle-color": palette.accent,
          "circle-stroke-color": palette.raised,
          "circle-stroke-width": 3,
        },
      },
      {
        id: "stations",
        type: "symbol",
        source: "stations",
        filter: ["!", ["has", "point_count"]],
        layout: {
          "icon-image": ["concat", "station ", ["get", "availability"], ["case", ["get", "chosen"], " chosen", ""]],
          "icon-allow-overlap": true,
          "symbol-sort-key": ["case", ["get", "chosen"], 1, 0],
          "text-field": ["step", ["zoom"], "", 12, ["get", "name"]],
          "text-font": font,
          "text-size": 12,
          "text-anchor": "top",
          "text-offset": [0, 1.4],
          "text-max-width": 12,
          "text-optional": true,
        },
        paint: { "text-color": palette.text, "text-halo-color": palette.halo, "text-halo-width": 1.5 },
      },
      {
        id: "clusters",
        type: "symbol",
        source: "stations",
        filter: ["has", "point_count"],
        layout: { "icon-image": clusterImage, "icon-allow-overlap": true },
      },
    ],
  };
}
