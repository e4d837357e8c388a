/**
 * Makes stations.json from France's static charging-point data, a CSV file of transport.data.gouv.fr, packed or not:
 *
 *     node scripts/bootstrap.mjs run scripts/local/stations/sample.ts <irve-statique.csv[.gz]>
 *
 * Nothing needs it at run time: the result is committed. The same file gives the same sample.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { parseCsv } from "./csv.ts";
import { type IrveRow, isDirectCurrent, isShouted, toStation, UnusableStationError } from "./irve.ts";
import type { SampleStation, StationSample } from "./station.ts";

/** How many stations of which places, within so many km. */
const places = [
  { name: "Paris", at: [48.8566, 2.3522], count: 50, withinKm: 25, apartKm: 1.2 },
  { name: "Lyon", at: [45.764, 4.8357], count: 27, withinKm: 30, apartKm: 1.2 },
  { name: "Marseille", at: [43.2965, 5.3698], count: 25, withinKm: 40, apartKm: 1.2 },
  { name: "Lille", at: [50.6292, 3.0573], count: 25, withinKm: 30, apartKm: 1.2 },
  { name: "Bordeaux", at: [44.8378, -0.5792], count: 25, withinKm: 45, apartKm: 1.2 },
  { name: "Nantes", at: [47.2184, -1.5536], count: 25, withinKm: 45, apartKm: 1.2 },
] as const;
const countryside = { count: 37, fromCitiesKm: 60, apartKm: 80 };

const MOST_EVSES = 12;
/** The share of stations with direct current that each place should have: a map of only 22 kW teaches nothing. */
const DC_SHARE = 0.45;
/** Stations of one sign within one place. */
const MOST_OF_ONE_SIGN = 6;

/** The stations that get a charge point of their own: the greatest power of each, W. */
const livePowers: readonly [place: string, powerW: number][] = [
  ["Paris", 22_000],
  ["Paris", 50_000],
  ["Paris", 150_000],
  ["Paris", 300_000],
  ["Lyon", 22_000],
  ["Lyon", 300_000],
  ["Marseille", 22_000],
  ["Marseille", 200_000],
  ["Lille", 50_000],
  ["Lille", 120_000],
  ["Bordeaux", 150_000],
  ["Nantes", 50_000],
];
const MOST_LIVE_EVSES = 5;

type Point = readonly [latitude: number, longitude: number];

/** Distance on the sphere, km. */
function distanceKm([latitude, longitude]: Point, station: SampleStation): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const sin2 = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2;
  const cosines = Math.cos(radians(latitude)) * Math.cos(radians(station.latitude));
  return (
    12_742 * Math.asin(Math.sqrt(sin2(station.latitude - latitude) + cosines * sin2(station.longitude - longitude)))
  );
}

const placeOf = ({ latitude, longitude }: SampleStation): Point => [latitude, longitude];

const isFast = ({ evses }: SampleStation) => evses.some(({ connectors }) => isDirectCurrent(connectors));

/** Takes stations in their order while they are apart, not all of one sign, and the share of direct current holds. */
function choose(candidates: readonly SampleStation[], count: number, apartKm: number): SampleStation[] {
  const chosen: SampleStation[] = [];
  const room = { fast: Math.round(count * DC_SHARE), slow: count - Math.round(count * DC_SHARE) };
  const signs = new Map<string, number>();
  for (const station of candidates) {
    const kind = isFast(station) ? "fast" : "slow";
    const ofSign = signs.get(station.operator) ?? 0;
    if (room[kind] === 0 || ofSign >= MOST_OF_ONE_SIGN) continue;
    if (chosen.some((other) => distanceKm(placeOf(other), station) < apartKm)) continue;
    room[kind] -= 1;
    signs.set(station.operator, ofSign + 1);
    chosen.push(station);
  }
  return chosen;
}

/** For each power asked for at a place, the first small station that has it and nothing greater. */
function chooseLive(place: string, candidates: readonly SampleStation[], apartKm: number): SampleStation[] {
  const live: SampleStation[] = [];
  for (const [name, powerW] of livePowers) {
    if (name !== place) continue;
    const fits = ({ evses }: SampleStation) =>
      evses.length <= MOST_LIVE_EVSES && powerW === Math.max(...evses.map((evse) => evse.powerW));
    const isApart = (one: SampleStation) => live.every((other) => distanceKm(placeOf(other), one) >= apartKm);
    const station = candidates.find((one) => fits(one) && isApart(one));
    if (station === undefined) throw new Error(`${place} has no small station of ${powerW} W`);
    live.push(station);
  }
  return live;
}

/** The newest row of each charging point, by station. A point stands in several publications, with other dates. */
function newestByStation(rows: readonly IrveRow[]): Map<string, IrveRow[]> {
  const newest = new Map<string, IrveRow>();
  for (const row of rows) {
    const { id_pdc_itinerance: id = "", date_maj: date = "" } = row;
    // Dates in years to come are typing errors.
    if (!/^20(2[0-5])-\d\d-\d\d$/.test(date)) continue;
    if ((newest.get(id)?.date_maj ?? "") < date) newest.set(id, row);
  }
  return Map.groupBy(newest.values(), (row) => row.id_station_itinerance ?? "");
}

/** An order that is nobody's choice and always the same, behind it what is in capitals. */
function rankOf({ id }: SampleStation, rows: readonly IrveRow[]): string {
  const shouted = rows.some((row) => isShouted(row.nom_station ?? "") || isShouted(row.adresse_station ?? ""));
  return `${shouted ? 1 : 0}${createHash("sha256").update(id).digest("hex")}`;
}

function sample(rows: readonly IrveRow[]): StationSample {
  const reasons = new Map<string, number>();
  const usable: { station: SampleStation; rank: string }[] = [];
  for (const group of newestByStation(rows).values()) {
    try {
      const station = toStation(group);
      if (station.evses.length <= MOST_EVSES) usable.push({ station, rank: rankOf(station, group) });
    } catch (error) {
      if (!(error instanceof UnusableStationError)) throw error;
      reasons.set(error.message, (reasons.get(error.message) ?? 0) + 1);
    }
  }
  console.error("left out:", Object.fromEntries([...reasons].sort((a, b) => b[1] - a[1])));
  const candidates = usable.sort((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ station }) => station);

  const chosen: SampleStation[] = [];
  for (const { name, at, count, withinKm, apartKm } of places) {
    const near = candidates.filter((station) => distanceKm(at, station) <= withinKm);
    const live = chooseLive(name, near, apartKm);
    const ofPlace = choose([...live, ...near], count, apartKm);
    chosen.push(...ofPlace.map((station) => toLine(station, live.includes(station))));
    console.error(name, ofPlace.length);
  }
  const far = candidates.filter((one) => places.every(({ at }) => distanceKm(at, one) > countryside.fromCitiesKm));
  const ofCountryside = choose(far, countryside.count, countryside.apartKm);
  console.error("countryside", ofCountryside.length);
  chosen.push(...ofCountryside.map((station) => toLine(station, false)));
  return { attribution: "QualiCharge, transport.data.gouv.fr (Licence Ouverte 2.0, Etalab)", stations: chosen };
}

const toLine = ({ evses, ...station }: SampleStation, live: boolean): SampleStation => ({
  ...station,
  ...(live && { live }),
  evses,
});

function main(file: string | undefined): void {
  if (file === undefined) throw new Error("name the CSV file");
  const bytes = readFileSync(file);
  const { attribution, stations } = sample(
    parseCsv((file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")),
  );
  // One station a line, so that a newer sample reads as a list of changes.
  const lines = stations.map((station) => JSON.stringify(station)).join(",\n");
  const text = `{"attribution":${JSON.stringify(attribution)},"stations":[\n${lines}\n]}\n`;
  writeFileSync(fileURLToPath(new URL("stations.json", import.meta.url)), text);
  console.error(
    `${stations.length} stations, ${stations.reduce((sum, { evses }) => sum + evses.length, 0)} charging points, ${text.length} bytes`,
  );
}

if (import.meta.main) main(process.argv[2]);
