/** The contracts' enums by the names that the schema gives them, in the order of contracts/types/. */

const EVSE_KINDS = ["AC", "DC", "Swap"];

const STOP_REASONS = [
  "None",
  "EmergencyStop",
  "EVDisconnected",
  "HardReset",
  "Local",
  "Other",
  "PowerLoss",
  "Reboot",
  "Remote",
  "SoftReset",
  "UnlockCommand",
  "DeAuthorized",
  "EnergyLimitReached",
  "TimeLimitReached",
  "Fault",
  "Refused",
  "NoShow",
];

/** `EvseKind` of contracts/types/Station.sol; the ABI decoder refuses any other value. */
export function evseKind(code: i32): string {
  return EVSE_KINDS[code];
}

/** `StopReason` of contracts/types/Statement.sol, of a final statement. */
export function stopReason(code: i32): string {
  return STOP_REASONS[code];
}
