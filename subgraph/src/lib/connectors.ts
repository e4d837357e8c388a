import { Bytes } from "@graphprotocol/graph-ts";

/** Names of connector codes from 1 on, as in sdk/src/connectors.ts (OCPI 2.2.1 §8.4.5; a test compares the two). */
const NAMES = [
  "IEC_62196_T1",
  "IEC_62196_T1_COMBO",
  "IEC_62196_T2",
  "IEC_62196_T2_COMBO",
  "IEC_62196_T3A",
  "IEC_62196_T3C",
  "CHADEMO",
  "CHAOJI",
  "GBT_AC",
  "GBT_DC",
  "TESLA_R",
  "TESLA_S",
  "SAE_J3400",
  "MCS",
  "BATTERY_SLOT",
  "IEC_60309_2_single_16",
  "IEC_60309_2_three_16",
  "IEC_60309_2_three_32",
  "IEC_60309_2_three_64",
  "DOMESTIC_A",
  "DOMESTIC_B",
  "DOMESTIC_C",
  "DOMESTIC_D",
  "DOMESTIC_E",
  "DOMESTIC_F",
  "DOMESTIC_G",
  "DOMESTIC_H",
  "DOMESTIC_I",
  "DOMESTIC_J",
  "DOMESTIC_K",
  "DOMESTIC_L",
  "DOMESTIC_M",
  "DOMESTIC_N",
  "DOMESTIC_O",
  "NEMA_5_20",
  "NEMA_6_30",
  "NEMA_6_50",
  "NEMA_10_30",
  "NEMA_10_50",
  "NEMA_14_30",
  "NEMA_14_50",
  "PANTOGRAPH_BOTTOM_UP",
  "PANTOGRAPH_TOP_DOWN",
];

/** Names of the connectors in 8 bytes, one code each; zero is none. A code that has no name yet gives `UNKNOWN_<code>`. */
export function decodeConnectors(raw: Bytes): string[] {
  const names = new Array<string>();
  for (let i = 0; i < raw.length; i++) {
    const code = <i32>raw[i];
    if (code == 0) continue;
    names.push(code <= NAMES.length ? NAMES[code - 1] : "UNKNOWN_" + code.toString());
  }
  return names;
}
