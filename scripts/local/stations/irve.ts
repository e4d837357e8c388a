import { type ConnectorType, isEvseId, parseEvseId } from "@openjoule/sdk";
import { parseOpeningHours } from "./opening-hours.ts";
import type { SampleEvse, SampleStation } from "./station.ts";

/** A row of France's static charging-point data: one charging point (schema IRVE statique 2.3). */
export type IrveRow = Readonly<Record<string, string>>;

/** Why a station is left out of the sample. */
export class UnusableStationError extends Error {}

const refuse = (reason: string): never => {
  throw new UnusableStationError(reason);
};

/** Booleans as they are written in the wild. */
const isTrue = (text: string | undefined) => /^(true|1|vrai|oui)$/i.test(text ?? "");

/**
 * One station from the rows of its charging points, cleaned; whoever reads a whole country's data says what is wrong with
 * each row, this only takes what is beyond doubt.
 * @throws UnusableStationError
 */
export function toStation(rows: readonly IrveRow[]): SampleStation {
  const [first] = rows;
  if (first === undefined) return refuse("no rows");
  if (!/^FR[A-Z0-9]{4,33}$/.test(first.id_station_itinerance ?? "")) refuse("station id");
  if (first.condition_acces !== "Accès libre") refuse("not open to everybody");
  if (isTrue(first.station_deux_roues)) refuse("for two-wheelers");
  if (Number(first.nbre_pdc) !== rows.length) refuse("number of charging points");
  for (const field of ["coordonneesXY", "nom_station", "adresse_station", "horaires"]) {
    if (rows.some((row) => row[field] !== first[field])) refuse(`charging points differ in ${field}`);
  }
  const hours = parseOpeningHours(first.horaires ?? "") ?? refuse("opening hours");
  const operator = withSpaces(first.nom_enseigne ?? "");
  const name = toTitle(withSpaces(first.nom_station ?? ""));
  if (![operator, name].every(isReadable) || !isName(name) || name === operator) refuse("name");
  const parking = parkings[first.implantation_station ?? ""];
  const accessibility = accessibilities[first.accessibilite_pmr ?? ""];
  const facilities = facilitiesOf(`${operator} ${name}`);
  return {
    id: first.id_station_itinerance ?? "",
    name,
    ...addressOf(first.adresse_station ?? ""),
    ...coordinatesOf(first.coordonneesXY ?? ""),
    operator,
    hours,
    ...(parking && { parking }),
    ...(facilities.length > 0 && { facilities }),
    ...(accessibility && { accessibility }),
    evses: rows.map(toEvse).sort((a, b) => a.id.localeCompare(b.id)),
  };
}

const parkings: Readonly<Record<string, NonNullable<SampleStation["parking"]>>> = {
  Voirie: "ON_STREET",
  "Parking public": "PARKING_LOT",
  "Parking privé à usage public": "PARKING_LOT",
};

const accessibilities: Readonly<Record<string, NonNullable<SampleStation["accessibility"]>>> = {
  "Réservé PMR": "reserved",
  "Accessible mais non réservé PMR": "accessible",
  "Non accessible": "notAccessible",
};

const facilityWords: readonly [RegExp, string][] = [
  [
    /supermarch|hyperm|carrefour|leclerc|auchan|lidl|intermarch|monoprix|syst[eè]me u|super u|casino|aldi/i,
    "SUPERMARKET",
  ],
  [/h[oô]tel|ibis|campanile|kyriad|novotel/i, "HOTEL"],
  [/restaurant|mcdonald|burger king|kfc|buffalo grill|courtepaille/i, "RESTAURANT"],
  [/centre commercial|galerie|shopping/i, "MALL"],
  [/\bgare\b/i, "TRAIN_STATION"],
  [/a[eé]roport/i, "AIRPORT"],
  [/piscine|stade|gymnase|golf/i, "SPORT"],
  [/mus[eé]e/i, "MUSEUM"],
];

const facilitiesOf = (text: string) => facilityWords.flatMap(([word, facility]) => (word.test(text) ? [facility] : []));

function toEvse(row: IrveRow): SampleEvse {
  const id = row.id_pdc_itinerance ?? "";
  if (!isEvseId(id) || id === row.id_station_itinerance) refuse("charging point id");
  const powerW = Math.round(Number(row.puissance_nominale) * 1000);
  const types = {
    IEC_62196_T2: row.prise_type_2,
    IEC_62196_T2_COMBO: row.prise_type_combo_ccs,
    CHADEMO: row.prise_type_chademo,
    DOMESTIC_E: row.prise_type_ef,
  };
  const connectors = (Object.keys(types) as (keyof typeof types)[]).filter((type) => isTrue(types[type]));
  if (connectors.length === 0 || isTrue(row.prise_type_autre)) refuse("connectors");
  const [least, greatest] = isDirectCurrent(connectors) ? [20_000, 400_000] : [3_000, 44_000];
  if (!(powerW >= least && powerW <= greatest)) refuse("power");
  return { id: parseEvseId(id).canonical, powerW, connectors };
}

/** Whether a charging point with these connectors gives direct current. */
export function isDirectCurrent(connectors: readonly ConnectorType[]): boolean {
  return connectors.includes("IEC_62196_T2_COMBO") || connectors.includes("CHADEMO");
}

/** `12 rue de la Paix, 75002 PARIS (75) Île-de-France FRANCE` or `12 rue de la Paix, Paris 75002 France` in its parts. */
function addressOf(text: string): Pick<SampleStation, "address" | "postalCode" | "city"> {
  const plain = withSpaces(text).replace(/\s*(\(\d[\dAB]\d?\).*|,?\s*France)$/i, "");
  const {
    address = "",
    postalCode = "",
    city = "",
  } = (addressForms.map((form) => form.exec(plain)).find((match) => match !== null)?.groups as Record<
    string,
    string
  >) ?? {};
  if (!isReadable(address) || !isReadable(city)) refuse("address");
  return { address: toTitle(address), postalCode, city: toTitle(city) };
}

const addressForms = [
  /^(?<address>.{4,100}?)[\s,]+(?<postalCode>\d{5})[\s,]+(?<city>[^\d,]{2,40})$/u,
  /^(?<address>.{4,100}?), (?<city>[^\d,]{2,40}) (?<postalCode>\d{5})$/u,
];

/** `[longitude, latitude]`, within metropolitan France. */
function coordinatesOf(text: string): Pick<SampleStation, "latitude" | "longitude"> {
  const [longitude = Number.NaN, latitude = Number.NaN] = text
    .replace(/[[\]\s]/g, "")
    .split(",")
    .map(Number);
  const inside = latitude > 41.3 && latitude < 51.2 && longitude > -5.3 && longitude < 9.7;
  // Two decimals are a kilometre: a place that somebody guessed.
  if (!inside || !/\.\d{3}/.test(text.split(",")[1] ?? "")) refuse("coordinates");
  const round = (degrees: number) => Number(degrees.toFixed(6));
  return { latitude: round(latitude), longitude: round(longitude) };
}

/** Text that a person wrote and no encoding has spoilt. */
const isReadable = (text: string) =>
  text.length >= 2 &&
  text.length <= 100 &&
  /\p{L}{2}/u.test(text) &&
  !/[ÃÂ¸\uFFFD[\]{}<>_@;|*]|â€|Ç[^aeiou]|\?\?|https?:/.test(text);

/** No identifier behind a slash, no postal address, no leftover of somebody's trial. */
const isName = (text: string) => !/\/|\d{5}|^\d+ |\btests?\b/i.test(text);

/** All in capitals. Apostrophes and accents are mostly lost then, so the sample prefers what is not. */
export function isShouted(text: string): boolean {
  const letters = text.replace(/\P{L}/gu, "");
  return letters.length > 3 && letters === letters.toUpperCase();
}

const withSpaces = (text: string) => text.normalize("NFC").replace(/\s+/g, " ").replace(/ ,/g, ",").trim();

const smallWords = /^(à|au|aux|d|de|des|du|en|et|l|la|le|les|lès|sous|sur)$/i;

/** Words in capitals as they are written. */
function toTitle(text: string): string {
  if (!isShouted(text)) return text;
  return text.replace(/\p{L}+/gu, (word, at: number) => {
    if (at > 0 && smallWords.test(word)) return word.toLowerCase();
    return word.charAt(0) + word.slice(1).toLowerCase();
  });
}
