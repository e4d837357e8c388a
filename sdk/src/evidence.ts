import { type Hex, hashStruct, zeroHash } from "viem";
import { type Problem, throwProblem } from "./errors.ts";

/** A battery as a swap station read it when it took it or gave it. */
export interface Battery {
  /** The maker's number of it, 1 to 64 characters of printable ASCII. */
  readonly id: string;
  /** Basis points of its usable energy: 10,000 is full. */
  readonly stateOfChargeBps: number;
  /** Basis points of the usable energy that it had when new. */
  readonly stateOfHealthBps: number;
}

/** What one swap moved, as the driver sees it: at most 16 batteries either way. */
export interface Batteries {
  /** Given by the station to the driver. */
  readonly given: readonly Battery[];
  /** Taken by the station from the driver. */
  readonly taken: readonly Battery[];
}

/** The two things that a statement can commit to beside its periods, each a hash or zero. */
export interface Evidence {
  /** keccak256 of the meter's signed records. */
  readonly meterRecords: Hex;
  /** `batteriesHash` of a swap. */
  readonly batteries: Hex;
}

/** EIP-712 types of what a statement's `evidence` is the hash of (contracts/types/Statement.sol). */
export const evidenceTypes = {
  Evidence: [
    { name: "meterRecords", type: "bytes32" },
    { name: "batteries", type: "bytes32" },
  ],
} as const;

export const batteriesTypes = {
  Batteries: [
    { name: "taken", type: "Battery[]" },
    { name: "given", type: "Battery[]" },
  ],
  Battery: [
    { name: "id", type: "string" },
    { name: "stateOfChargeBps", type: "uint16" },
    { name: "stateOfHealthBps", type: "uint16" },
  ],
} as const;

export const MAX_BATTERIES = 16;
const FULL_BPS = 10_000;
const BATTERY_ID = /^[\x21-\x7e]{1,64}$/;

/** A statement's `evidence`: zero when there is neither records nor batteries. */
export function evidenceHash({ meterRecords, batteries }: Evidence): Hex {
  if (BigInt(meterRecords) === 0n && BigInt(batteries) === 0n) return zeroHash;
  return hashStruct({ data: { meterRecords, batteries }, primaryType: "Evidence", types: evidenceTypes });
}

/**
 * EIP-712 struct hash of the batteries that a swap moved, in the order given.
 *
 * @throws OpenJouleError `BatteryMalformed`, `BatteryTwice`, `NoBatteries` or `TooManyBatteries`
 */
export function batteriesHash(batteries: Batteries): Hex {
  throwProblem(batteriesProblem(batteries));
  const plain = ({ id, stateOfChargeBps, stateOfHealthBps }: Battery) => ({ id, stateOfChargeBps, stateOfHealthBps });
  const { taken, given } = batteries;
  return hashStruct({
    data: { taken: taken.map(plain), given: given.map(plain) },
    primaryType: "Batteries",
    types: batteriesTypes,
  });
}

/** What is wrong with the batteries of a swap; undefined when nothing. A battery may be taken and given again, not twice. */
export function batteriesProblem(batteries: Batteries): Problem | undefined {
  if (batteries.taken.length + batteries.given.length === 0) {
    return { name: "NoBatteries", field: "given", value: batteries.given, expected: "a battery, given or taken" };
  }
  return listProblem("taken", batteries.taken) ?? listProblem("given", batteries.given);
}

function listProblem(list: keyof Batteries, batteries: readonly Battery[]): Problem | undefined {
  if (batteries.length > MAX_BATTERIES) {
    const expected = `at most ${MAX_BATTERIES}`;
    return { name: "TooManyBatteries", field: `${list}.length`, value: batteries.length, expected };
  }
  const seen = new Set<string>();
  for (const [index, battery] of batteries.entries()) {
    const at = `${list}[${index}]`;
    const problem = batteryProblem(at, battery);
    if (problem !== undefined) return problem;
    if (seen.has(battery.id)) {
      return { name: "BatteryTwice", field: `${at}.id`, value: battery.id, expected: "each battery once in a list" };
    }
    seen.add(battery.id);
  }
  return undefined;
}

function batteryProblem(at: string, battery: Battery): Problem | undefined {
  const name = "BatteryMalformed";
  if (!BATTERY_ID.test(battery.id)) {
    const expected = "1 to 64 printable ASCII characters without spaces";
    return { name, field: `${at}.id`, value: battery.id, expected };
  }
  for (const field of ["stateOfChargeBps", "stateOfHealthBps"] as const) {
    const value = battery[field];
    if (Number.isInteger(value) && value >= 0 && value <= FULL_BPS) continue;
    return { name, field: `${at}.${field}`, value, expected: `a whole number of basis points, 0 to ${FULL_BPS}` };
  }
  return undefined;
}
