import { OpenJouleError } from "./errors.ts";

/**
 * Why a session ended. Values 1 to 11 are OCPP 1.6 §7.20 `Reason` in its order, 12 and 13 OCPP 2.0.1's limits, then our
 * own: the charge point failed, refused to start, or nothing was plugged in. `None` marks a statement that is not final.
 */
export const StopReason = {
  None: 0,
  EmergencyStop: 1,
  EVDisconnected: 2,
  HardReset: 3,
  Local: 4,
  Other: 5,
  PowerLoss: 6,
  Reboot: 7,
  Remote: 8,
  SoftReset: 9,
  UnlockCommand: 10,
  DeAuthorized: 11,
  EnergyLimitReached: 12,
  TimeLimitReached: 13,
  Fault: 14,
  Refused: 15,
  NoShow: 16,
} as const;
export type StopReason = (typeof StopReason)[keyof typeof StopReason];
export type StopReasonName = keyof typeof StopReason;

const names = Object.keys(StopReason) as StopReasonName[];

/** The name of a stop reason's code. Throws `UnknownStopReason` for a code that is none. */
export function stopReasonName(code: number): StopReasonName {
  const name = names[code];
  if (name === undefined) {
    throw new OpenJouleError({
      name: "UnknownStopReason",
      field: "stopReason",
      value: code,
      expected: `0 to ${names.length - 1}`,
    });
  }
  return name;
}

/** Narrows a number read from the chain. Throws `UnknownStopReason` for a code that is none. */
export function toStopReason(code: number): StopReason {
  return StopReason[stopReasonName(code)];
}
