import { type Hex, hexToBytes } from "viem";
import { OpenJouleError } from "./errors.ts";

/**
 * One byte for each connector type. A code never changes its meaning; new ones are added behind the last. Names are those
 * of OCPI 2.2.1 §8.4.5 `ConnectorType` (IEC 62196 and others), with OCPI 2.3's two newer ones and, as the last
 * code of that group, the slot of a battery-swap station, which OCPI does not name.
 */
export const connectorCodes = {
  IEC_62196_T1: 1,
  IEC_62196_T1_COMBO: 2,
  IEC_62196_T2: 3,
  IEC_62196_T2_COMBO: 4,
  IEC_62196_T3A: 5,
  IEC_62196_T3C: 6,
  CHADEMO: 7,
  CHAOJI: 8,
  GBT_AC: 9,
  GBT_DC: 10,
  TESLA_R: 11,
  TESLA_S: 12,
  /** NACS (OCPI 2.3). */
  SAE_J3400: 13,
  /** Megawatt charging (OCPI 2.3). */
  MCS: 14,
  BATTERY_SLOT: 15,
  IEC_60309_2_single_16: 16,
  IEC_60309_2_three_16: 17,
  IEC_60309_2_three_32: 18,
  IEC_60309_2_three_64: 19,
  DOMESTIC_A: 20,
  DOMESTIC_B: 21,
  DOMESTIC_C: 22,
  DOMESTIC_D: 23,
  DOMESTIC_E: 24,
  DOMESTIC_F: 25,
  DOMESTIC_G: 26,
  DOMESTIC_H: 27,
  DOMESTIC_I: 28,
  DOMESTIC_J: 29,
  DOMESTIC_K: 30,
  DOMESTIC_L: 31,
  DOMESTIC_M: 32,
  DOMESTIC_N: 33,
  DOMESTIC_O: 34,
  NEMA_5_20: 35,
  NEMA_6_30: 36,
  NEMA_6_50: 37,
  NEMA_10_30: 38,
  NEMA_10_50: 39,
  NEMA_14_30: 40,
  NEMA_14_50: 41,
  PANTOGRAPH_BOTTOM_UP: 42,
  PANTOGRAPH_TOP_DOWN: 43,
} as const;

/** Name of a connector type as OCPI writes it. */
export type ConnectorType = keyof typeof connectorCodes;

/** Connectors that one EVSE can list. */
export const MAX_CONNECTORS = 8;

const names = new Map<number, ConnectorType>(
  Object.entries(connectorCodes).map(([name, code]) => [code, name as ConnectorType]),
);

/** The bytes8 of an EVSE's connectors, one byte each from the left. Throws `InvalidConnectors` unless there are 1 to 8 known ones. */
export function encodeConnectors(connectors: readonly ConnectorType[]): Hex {
  if (connectors.length === 0 || connectors.length > MAX_CONNECTORS) {
    throw invalid(connectors, `1 to ${MAX_CONNECTORS} connectors`);
  }
  const bytes = connectors.map((name) => {
    const code = Object.hasOwn(connectorCodes, name) ? connectorCodes[name] : undefined;
    if (code === undefined) throw invalid(name, "an OCPI ConnectorType");
    return code.toString(16).padStart(2, "0");
  });
  return `0x${bytes.join("").padEnd(2 * MAX_CONNECTORS, "0")}`;
}

/** A connector that was registered with a code newer than this package: the registry takes more codes than have names. */
export type UnknownConnector = `UNKNOWN_${number}`;

/** Reads the bytes8 of an EVSE's connectors. Throws `InvalidConnectors` for another length and for gaps. */
export function decodeConnectors(bytes: Hex): (ConnectorType | UnknownConnector)[] {
  if (!/^0x[0-9a-fA-F]{16}$/.test(bytes)) throw invalid(bytes, `${MAX_CONNECTORS} bytes in hex`);
  const codes = [...hexToBytes(bytes)];
  while (codes.at(-1) === 0) codes.pop();
  if (codes.includes(0)) throw invalid(bytes, "codes from the left, zeros only behind them");
  return codes.map((code) => names.get(code) ?? (`UNKNOWN_${code}` as const));
}

function invalid(value: unknown, expected: string): OpenJouleError {
  return new OpenJouleError({ name: "InvalidConnectors", field: "connectors", value, expected });
}
