import { describe, expect, test } from "vitest";
import { parseCsv } from "./csv.ts";
import { type IrveRow, toStation, UnusableStationError } from "./irve.ts";

const row: IrveRow = {
  nom_enseigne: "Power Dot France",
  id_station_itinerance: "FRPD1PXYZ",
  nom_station: "Auchan - Jouy-en-Josas",
  implantation_station: "Parking privé à usage public",
  adresse_station: "48 Av. Jean Jaurès 78350 JOUY-EN-JOSAS (78) Île-de-France FRANCE",
  coordonneesXY: "[2.171234567, 48.765432]",
  nbre_pdc: "1",
  id_pdc_itinerance: "FR*PD1*EACNJOY*1",
  puissance_nominale: "22.08",
  prise_type_ef: "False",
  prise_type_2: "TRUE",
  prise_type_combo_ccs: "false",
  prise_type_chademo: "0",
  prise_type_autre: "False",
  condition_acces: "Accès libre",
  horaires: "Mo-Fr 08:00-19:00",
  accessibilite_pmr: "Réservé PMR",
  station_deux_roues: "False",
};

describe("a station of the national file", () => {
  test("in the network's words", () => {
    expect(toStation([row])).toEqual({
      id: "FRPD1PXYZ",
      name: "Auchan - Jouy-en-Josas",
      address: "48 Av. Jean Jaurès",
      postalCode: "78350",
      city: "Jouy-en-Josas",
      latitude: 48.765432,
      longitude: 2.171235,
      operator: "Power Dot France",
      hours: [1, 2, 3, 4, 5].map((day) => [day, "08:00", "19:00"]),
      parking: "PARKING_LOT",
      facilities: ["SUPERMARKET"],
      accessibility: "reserved",
      evses: [{ id: "FRPD1EACNJOY1", powerW: 22_080, connectors: ["IEC_62196_T2"] }],
    });
  });

  test.each<[reason: string, change: IrveRow]>([
    ["number of charging points", { nbre_pdc: "2" }],
    ["power", { puissance_nominale: "22000" }],
    ["power", { puissance_nominale: "0.0" }],
    ["power", { prise_type_combo_ccs: "true", puissance_nominale: "3" }],
    ["connectors", { prise_type_2: "False" }],
    ["connectors", { prise_type_autre: "1" }],
    ["coordinates", { coordonneesXY: "[48.765432, 2.171234]" }],
    ["coordinates", { coordonneesXY: "[0.0, 0.0]" }],
    ["coordinates", { coordonneesXY: "[2.17, 48.77]" }],
    ["charging point id", { id_pdc_itinerance: "Non concerné" }],
    ["charging point id", { id_pdc_itinerance: "FRPD1PXYZ" }],
    ["station id", { id_station_itinerance: "" }],
    ["name", { nom_station: "Power Dot France/4F2A" }],
    ["name", { nom_station: "HÃ´tel de la Gare" }],
    ["address", { adresse_station: "Zone des Marettes" }],
    ["opening hours", { horaires: "Mo-Su 08:00-08:00" }],
    ["not open to everybody", { condition_acces: "Accès réservé" }],
    ["for two-wheelers", { station_deux_roues: "true" }],
  ])("left out by its %s: %j", (reason, change) => {
    expect(() => toStation([{ ...row, ...change }])).toThrow(new UnusableStationError(reason));
  });

  test("left out when its rows disagree", () => {
    const two = { ...row, nbre_pdc: "2" };
    const other = { ...two, id_pdc_itinerance: "FRPD1EACNJOY2", coordonneesXY: "[2.4, 48.7]" };
    expect(() => toStation([two, other])).toThrow("charging points differ in coordonneesXY");
  });
});

test("CSV: quotes, commas and line ends within, either line end", () => {
  expect(parseCsv('\uFEFFa,b\r\n"x, ""y""\nz",2\r\n,\n')).toEqual([
    { a: 'x, "y"\nz', b: "2" },
    { a: "", b: "" },
  ]);
  expect(() => parseCsv('a,b\n"x"y,2\n')).toThrow("no CSV at character 4");
});
