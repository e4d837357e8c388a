import { readFileSync } from "node:fs";
import type { ConnectorType } from "@openjoule/sdk";
import type { RegularHours } from "./opening-hours.ts";

/** A charging point of the sample. Its kind follows from its connectors. */
export interface SampleEvse {
  /** eMI3, canonical: `FRABCE123`. */
  readonly id: string;
  readonly powerW: number;
  readonly connectors: readonly ConnectorType[];
}

/** A real station, cleaned: what stations.json holds, one a line. */
export interface SampleStation {
  /** Its id in the published data. */
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly postalCode: string;
  readonly city: string;
  /** WGS 84, degrees with six decimals at most. */
  readonly latitude: number;
  readonly longitude: number;
  /** The name on the sign. */
  readonly operator: string;
  readonly hours: "24/7" | readonly RegularHours[];
  /** OCPI 2.2.1 §8.4.16 ParkingType; left out where the data does not say. */
  readonly parking?: "ON_STREET" | "PARKING_LOT";
  /** OCPI 2.2.1 §8.4.9 Facility, as the name tells. */
  readonly facilities?: readonly string[];
  /** For people with reduced mobility: a place of their own, one they can use, none; left out where unknown. */
  readonly accessibility?: "reserved" | "accessible" | "notAccessible";
  /** On the local network a charge point of its own stands behind it. */
  readonly live?: true;
  readonly evses: readonly SampleEvse[];
}

export interface StationSample {
  /** Said wherever the stations are shown (LICENCE-DATA.md). */
  readonly attribution: string;
  readonly stations: readonly SampleStation[];
}

/** The sample as it was committed; see LICENCE-DATA.md. */
export function readSample(): StationSample {
  return JSON.parse(readFileSync(new URL("stations.json", import.meta.url), "utf8")) as StationSample;
}
