import {
  type CostLines,
  cutAtPriceChanges,
  EvseKind,
  OpenJouleError,
  type Period,
  PeriodKind,
  parseKilowattHours,
  sessionCost,
  type TariffPricing,
} from "@openjoule/sdk";

/** A charge that a driver thinks of. */
export interface Charge {
  readonly energyWh: number;
  /** Assumed the same all the time: real charging is slower at its end, so a price for time is a lower bound. */
  readonly powerW: number;
  /** Plugged in after the end, seconds. */
  readonly idleSeconds: number;
}

export interface ChargePrice {
  /** Line by line, base units; to the unit what the contract would compute. */
  readonly lines: CostLines;
  readonly chargingSeconds: number;
}

/** More than any deposit: the price is asked before anything is locked. */
const WITHOUT_LIMIT = 2n ** 128n - 1n;

/** Prices a charge that begins at a moment (UTC seconds) by the one cost rule. Throws what `sessionCost` throws. */
export function priceOf(
  pricing: TariffPricing,
  { energyWh, powerW, idleSeconds }: Charge,
  start = Math.floor(Date.now() / 1000),
): ChargePrice {
  const chargingSeconds = Math.max(1, Math.ceil((energyWh * 3600) / powerW));
  const periods: Period[] = [{ kind: PeriodKind.Charging, start, seconds: chargingSeconds, energyWh }];
  if (idleSeconds > 0) {
    periods.push({ kind: PeriodKind.Idle, start: start + chargingSeconds, seconds: idleSeconds, energyWh: 0 });
  }
  const cut = cutAtPriceChanges(pricing, periods);
  return { lines: sessionCost({ pricing, periods: cut, waived: 0n, locked: WITHOUT_LIMIT }), chargingSeconds };
}

/** Most energy that can be asked about, Wh: more than any car takes. */
export const MOST_WH = 500_000;

export type EnergyReading =
  | { readonly energyWh: number; readonly problem: undefined }
  | { readonly energyWh: undefined; readonly problem: "notANumber" | "tooLittle" | "tooMuch" };

/** Reads kWh as a person types them; a comma counts as the decimal point, which it is in half of our languages. */
export function readEnergy(text: string): EnergyReading {
  const problem = (name: "notANumber" | "tooLittle" | "tooMuch") => ({ energyWh: undefined, problem: name });
  let energyWh: number;
  try {
    energyWh = Number(parseKilowattHours(text.trim().replace(",", ".")));
  } catch (error) {
    if (!(error instanceof OpenJouleError)) throw error;
    return problem("notANumber");
  }
  if (energyWh < 1) return problem("tooLittle");
  return energyWh > MOST_WH ? problem("tooMuch") : { energyWh, problem: undefined };
}

/** What most cars take, W: three phases of 16 A on AC; on DC few hold more for long. */
const usualPower = { ac: 11_000, dc: 100_000 } as const;

/** The power that a charge is first priced at: the EVSE's own, or what most cars take when that is less. */
export const likelyPower = (maxPowerW: number, kind: EvseKind): number =>
  Math.min(maxPowerW, kind === EvseKind.AC ? usualPower.ac : usualPower.dc);

/** Powers at which cars charge, kW, that an EVSE can give; the greatest is the EVSE's own. */
export function powerOptions(maxPowerW: number): number[] {
  const usual: number[] = [3_700, 7_400, 11_000, 22_000, 50_000, 100_000, 150_000, 200_000];
  return [...usual.filter((powerW) => powerW < maxPowerW), maxPowerW];
}
