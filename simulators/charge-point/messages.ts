import type { ModelState } from "./model.ts";

/** OCPP 1.6 §7.7 ChargePointStatus. */
export type Status =
  | "Available"
  | "Preparing"
  | "Charging"
  | "SuspendedEV"
  | "SuspendedEVSE"
  | "Finishing"
  | "Reserved"
  | "Unavailable"
  | "Faulted";

/** OCPP 1.6 §7.37 Reason, as far as this charge point gives one. */
export type StopReason =
  | "Local"
  | "Remote"
  | "EVDisconnected"
  | "DeAuthorized"
  | "SoftReset"
  | "HardReset"
  | "UnlockCommand"
  | "Other";

export type SampleContext = "Sample.Periodic" | "Transaction.Begin" | "Transaction.End" | "Trigger";

/** What a meter shows at one moment. */
export type Reading = { energyWh: number; powerW: number; socPercent: number | null };

/** @param knowsSoc Only with direct current does the vehicle tell how full it is (ISO 15118-2; IEC 61851-1 has no word for it). */
export function readModel(registerWh: number, model: ModelState, knowsSoc: boolean): Reading {
  return {
    energyWh: Math.floor(registerWh + model.energyWh),
    powerW: Math.round(model.powerW),
    socPercent: knowsSoc ? Math.floor(model.socPercent) : null,
  };
}

/** One entry of `meterValue` or `transactionData` (OCPP 1.6 §7.33, §7.43). */
export function meterValue(reading: Reading, timestamp: string, context: SampleContext, inKwh: boolean): object {
  const { energyWh, powerW, socPercent } = reading;
  const energy = inKwh ? { value: (energyWh / 1000).toFixed(3), unit: "kWh" } : { value: String(energyWh), unit: "Wh" };
  return {
    timestamp,
    sampledValue: [
      { ...energy, context, measurand: "Energy.Active.Import.Register", location: "Outlet" },
      { value: String(powerW), unit: "W", context, measurand: "Power.Active.Import", location: "Outlet" },
      ...(socPercent === null
        ? []
        : [{ value: String(socPercent), unit: "Percent", context, measurand: "SoC", location: "EV" }]),
    ],
  };
}
