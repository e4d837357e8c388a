import { type Hex, hexToBytes, stringToHex, zeroHash } from "viem";
import { OpenJouleError } from "./errors.ts";
import type { EvseKey, StationId } from "./types.ts";

/**
 * EVSE ids after eMI3 and ISO 15118-2 Annex H: country (ISO 3166-1 alpha-2), operator (3 letters or digits), `E`, outlet
 * (letters and digits), with `*` between the parts as an optional separator.
 */
export interface EvseId {
  /** Without separators, upper case, as on the chain: `FRABCE123`. 7 to 32 characters. */
  readonly canonical: string;
  /** As people read it: `FR*ABC*E123`. Separators within the outlet are not kept. */
  readonly display: string;
  /** `FR` */
  readonly country: string;
  /** `ABC` */
  readonly operator: string;
  /** Behind the `E`: `123` */
  readonly outlet: string;
}

/** Length of a canonical id, characters: eMI3's least, and what one word of the chain holds. */
export const EVSE_ID_LENGTH = { least: 7, greatest: 32 } as const;

const parts = /^([A-Z]{2})\*?([A-Z0-9]{3})\*?(.)\*?(.*)$/;
const outletPattern = /^[A-Z0-9]+(\*[A-Z0-9]+)*$/;
const SHAPE = "country*operator*Eoutlet, like FR*ABC*E123";

/**
 * Reads an EVSE id with or without separators, in either case.
 * Throws `InvalidEvseId` and says which part is wrong.
 */
export function parseEvseId(text: string): EvseId {
  // Before upper-casing, which turns some letters of other alphabets into ASCII.
  if (/[^A-Za-z0-9*]/.test(text)) throw invalid(text, `only letters, digits and * (${SHAPE})`);
  const upper = text.toUpperCase();
  const match = parts.exec(upper);
  if (match === null) {
    if (!/^[A-Z]{2}/.test(upper)) throw invalid(text, `a country of two letters first (${SHAPE})`);
    if (!/^[A-Z]{2}\*?[A-Z0-9]{3}/.test(upper)) {
      throw invalid(text, `an operator of three letters or digits behind the country (${SHAPE})`);
    }
    throw invalid(text, `E and an outlet behind the operator (${SHAPE})`);
  }
  const [, country = "", operator = "", type, outlet = ""] = match;
  if (type !== "E") throw invalid(text, `E behind the operator, which marks an EVSE (${SHAPE})`);
  if (!outletPattern.test(outlet)) {
    throw invalid(text, `an outlet of letters and digits, with single * only between them (${SHAPE})`);
  }
  return create(text, country, operator, outlet.replaceAll("*", ""));
}

/** Whether `parseEvseId` accepts it. */
export function isEvseId(text: string): boolean {
  try {
    parseEvseId(text);
    return true;
  } catch {
    return false;
  }
}

/** The bytes32 of an EVSE id: canonical ASCII, left-aligned. Takes what `parseEvseId` takes and throws what it throws. */
export function encodeEvseId(id: string | EvseId): Hex {
  const { canonical } = typeof id === "string" ? parseEvseId(id) : id;
  return stringToHex(canonical, { size: 32 });
}

/**
 * Reads the bytes32 of an EVSE id as the registry stores it. Zero, which is a retired EVSE, gives `undefined`.
 * Throws `InvalidEvseId` for bytes that are no canonical id.
 */
export function decodeEvseId(bytes: Hex): EvseId | undefined {
  if (bytes === zeroHash) return undefined;
  if (!/^0x[0-9a-fA-F]{64}$/.test(bytes)) throw invalid(bytes, "32 bytes in hex");
  const text = String.fromCharCode(...hexToBytes(bytes)).replace(/\0+$/, "");
  if (!/^[A-Z]{2}[A-Z0-9]{3}E[A-Z0-9]+$/.test(text)) {
    throw invalid(bytes, "a canonical id in ASCII, left-aligned, zeros only behind it");
  }
  return create(bytes, text.slice(0, 2), text.slice(2, 5), text.slice(6));
}

/** Bits of an EVSE key that hold the EVSE's index. */
const INDEX_BITS = 16n;
const INDEX_MASK = (1n << INDEX_BITS) - 1n;
const UINT256_MAX = (1n << 256n) - 1n;

/**
 * The key of a station's EVSE: the index in the low 16 bits of the station id, which are zero.
 * Throws `InvalidStationId` or `InvalidEvseIndex`.
 */
export function evseKey(stationId: StationId, index: number): EvseKey {
  if (stationId <= 0n || stationId > UINT256_MAX || (stationId & INDEX_MASK) !== 0n) {
    throw new OpenJouleError({
      name: "InvalidStationId",
      field: "stationId",
      value: stationId,
      expected: "a uint256 above zero whose low 16 bits are zero",
    });
  }
  if (!Number.isInteger(index) || index < 0 || index > Number(INDEX_MASK)) {
    throw new OpenJouleError({
      name: "InvalidEvseIndex",
      field: "index",
      value: index,
      expected: `an integer from 0 to ${INDEX_MASK}`,
    });
  }
  return stationId | BigInt(index);
}

/** Station id and index of an EVSE key. */
export function splitEvseKey(key: EvseKey): { readonly stationId: StationId; readonly index: number } {
  return { stationId: (key >> INDEX_BITS) << INDEX_BITS, index: Number(key & INDEX_MASK) };
}

function create(given: string, country: string, operator: string, outlet: string): EvseId {
  const canonical = `${country}${operator}E${outlet}`;
  const { least, greatest } = EVSE_ID_LENGTH;
  if (canonical.length > greatest) {
    throw invalid(given, `${least} to ${greatest} characters without separators, not ${canonical.length}`);
  }
  return { canonical, display: `${country}*${operator}*E${outlet}`, country, operator, outlet };
}

function invalid(value: string, expected: string): OpenJouleError {
  return new OpenJouleError({ name: "InvalidEvseId", field: "evseId", value, expected });
}
