import "maplibre-gl/dist/maplibre-gl.css";
import { useLingui } from "@lingui/react/macro";
import {
  AttributionControl,
  type GeoJSONSource,
  MapLibreMap,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { useEffect, useEffectEvent, useRef } from "react";
import type { FoundStation, Place } from "#features/stations";
import { type Detail, loadCountries } from "./basemap.ts";
import { type Box, boxOf, placeFeatures, stationFeatures } from "./features.ts";
import { drawMark } from "./marks.ts";
import { onThemeChange, readPalette } from "./palette.ts";
import styles from "./StationMap.module.css";
import { createStyle, FINE_FROM_ZOOM, nothing } from "./style.ts";

setWorkerUrl(workerUrl);

export interface StationMapProps {
  readonly found: readonly FoundStation[];
  readonly chosen: bigint | undefined;
  readonly here: Place | undefined;
  /** What to show at first, before anybody moves the map. */
  readonly all: readonly Place[];
  /** When it changes, the map goes to what was found. */
  readonly text: string;
  readonly onChoose: (stationId: bigint | undefined) => void;
  /** What is in sight, after each movement. */
  readonly onMove: (box: Box) => void;
  /** The map cannot be drawn here: no WebGL, say. */
  readonly onFail: (error: unknown) => void;
}

/** Zoom at which one sees a neighbourhood. */
const NEAR_ZOOM = 12;
const fit = { padding: 48, maxZoom: NEAR_ZOOM };
const SETTLED_MS = 500;

/** The map itself. Everything on it is in the list too; a keyboard pans with the arrows and zooms with + and −. */
export function StationMap(props: StationMapProps) {
  const { found, chosen, here, text } = props;
  const { t } = useLingui();
  const element = useRef<HTMLDivElement>(null);
  const map = useRef<MapLibreMap>(undefined);
  const label = t`Map of the stations. The list has the same stations.`;

  const fill = useEffectEvent(() => {
    const { current } = map;
    if (current === undefined) return;
    put(current, "stations", stationFeatures(found, chosen));
    put(current, "places", placeFeatures(found));
    put(current, "here", here ? point(here) : nothing);
  });
  const create = useEffectEvent((container: HTMLDivElement) => {
    const { onChoose, onMove, onFail, all } = props;
    try {
      return createMap({ container, box: boxOf(all), onChoose, onMove, onStyle: fill });
    } catch (error) {
      onFail(error);
      return undefined;
    }
  });

  useEffect(() => {
    const container = element.current;
    const created = container === null ? undefined : create(container);
    map.current = created?.map;
    return () => {
      created?.remove();
      map.current = undefined;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: an effect event reads them
  useEffect(() => fill(), [found, chosen, here]);

  useEffect(() => {
    if (here) map.current?.flyTo({ center: [here.longitude, here.latitude], zoom: NEAR_ZOOM });
  }, [here]);

  const goToFound = useEffectEvent(() => {
    const box = boxOf(found.map(({ station }) => station));
    if (box) map.current?.fitBounds([...box] as [number, number, number, number], fit);
  });
  useEffect(() => {
    // Not at every letter: who types "Lyon" does not want to see what has an L.
    const timer = text.trim() === "" ? undefined : setTimeout(goToFound, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text]);

  useEffect(() => {
    map.current?.getCanvas().setAttribute("aria-label", label);
  }, [label]);

  return <div ref={element} className={styles.map} />;
}

interface MapOptions {
  readonly container: HTMLDivElement;
  readonly box: Box | undefined;
  readonly onChoose: StationMapProps["onChoose"];
  readonly onMove: StationMapProps["onMove"];
  /** The sources are there, empty: at first and after each change of theme. */
  readonly onStyle: () => void;
}

function createMap({ container, box, onChoose, onMove, onStyle }: MapOptions) {
  let palette = readPalette();
  const map = new MapLibreMap({
    container,
    style: createStyle(palette),
    ...(box && { bounds: [...box] as [number, number, number, number] }),
    fitBoundsOptions: fit,
    maxZoom: 17,
    minZoom: 1,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ maxWidth: 90 }), "bottom-left");
  map.addControl(
    new AttributionControl({ compact: false, customAttribution: "QualiCharge, Licence Ouverte 2.0" }),
    "bottom-right",
  );

  const ended = new AbortController();
  const countries = createCountries(map, ended.signal);
  map.setMissingStyleImageResolver((name) => {
    const mark = drawMark(name, palette);
    if (mark !== undefined && !map.hasImage(name)) map.addImage(name, mark.data, { pixelRatio: mark.pixelRatio });
  });
  map.on("style.load", () => {
    countries.put();
    onStyle();
  });
  const tell = () => {
    const bounds = map.getBounds();
    onMove([bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]);
  };
  map.on("load", tell);
  map.on("moveend", () => {
    tell();
    countries.look();
  });
  listenToClicks(map, onChoose);
  const endTheme = onThemeChange(() => {
    palette = readPalette();
    map.setStyle(createStyle(palette), { diff: false });
  });
  return {
    map,
    remove() {
      ended.abort();
      endTheme();
      map.remove();
    },
  };
}

/** The countries, coarse at first, fine once somebody looks closer. A failure leaves the map without land. */
function createCountries(map: MapLibreMap, signal: AbortSignal) {
  let loaded: { detail: Detail; data: Awaited<ReturnType<typeof loadCountries>> } | undefined;
  let loading: Detail | undefined;
  const draw = () => loaded && put(map, "countries", loaded.data);
  const load = async (detail: Detail) => {
    loading = detail;
    try {
      loaded = { detail, data: await loadCountries(detail, signal) };
      draw();
    } catch (error) {
      if (signal.aborted) return;
      loading = undefined;
      console.warn("the basemap cannot be loaded", error);
    }
  };
  const look = () => {
    const wanted: Detail = map.getZoom() >= FINE_FROM_ZOOM ? "fine" : "coarse";
    if (loading === wanted || loaded?.detail === "fine") return;
    void load(wanted);
  };
  void load("coarse").then(look);
  return { put: draw, look };
}

function listenToClicks(map: MapLibreMap, onChoose: StationMapProps["onChoose"]): void {
  map.on("click", async ({ point }) => {
    const [hit] = map.queryRenderedFeatures(point, { layers: ["stations", "clusters"] });
    if (hit === undefined) return onChoose(undefined);
    if (hit.properties.point_count === undefined) return onChoose(BigInt(hit.properties.id));
    const source = map.getSource<GeoJSONSource>("stations");
    const zoom = await source?.getClusterExpansionZoom(hit.properties.cluster_id);
    if (zoom === undefined || hit.geometry.type !== "Point") return;
    map.easeTo({ center: hit.geometry.coordinates as [number, number], zoom: Math.min(zoom + 0.3, 16) });
  });
  for (const layer of ["stations", "clusters"]) {
    map.on("mouseenter", layer, () => {
      map.getCanvas().style.cursor = "pointer";
    });
    map.on("mouseleave", layer, () => {
      map.getCanvas().style.cursor = "";
    });
  }
}

function put(map: MapLibreMap, source: string, data: Parameters<GeoJSONSource["setData"]>[0]): void {
  map.getSource<GeoJSONSource>(source)?.setData(data);
}

const point = ({ longitude, latitude }: Place) => ({
  type: "Feature" as const,
  geometry: { type: "Point" as const, coordinates: [longitude, latitude] },
  properties: {},
});
