import type { FeatureCollection } from "geojson";
import { feature } from "topojson-client";
import type { Topology } from "topojson-specification";
import fineUrl from "world-atlas/countries-10m.json?url";
import coarseUrl from "world-atlas/countries-50m.json?url";

/** Countries of Natural Earth (npm world-atlas, served with the app): coarse for the world, fine from a region on. */
export type Detail = "coarse" | "fine";

const urls: Record<Detail, string> = { coarse: coarseUrl, fine: fineUrl };

/** Loads the countries as GeoJSON. Throws when they cannot be loaded: the map is then without land. */
export async function loadCountries(detail: Detail, signal: AbortSignal): Promise<FeatureCollection> {
  const response = await fetch(urls[detail], { signal });
  if (!response.ok) throw new Error(`${urls[detail]} answers ${response.status}`);
  const atlas = (await response.json()) as Topology;
  const { countries } = atlas.objects;
  if (countries === undefined) throw new Error(`${urls[detail]} has no countries`);
  return feature(atlas, countries) as FeatureCollection;
}
