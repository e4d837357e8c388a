import { type CurrencyId, createTariff, type Tariff } from "@openjoule/sdk";
import { pick } from "./pick.ts";

/**
 * Tariffs of the local network, in shape those of a French operator's OCPI 2.1.1 data of 2026: energy alone, energy with
 * a price for staying on, energy with time, a flat fee with energy or time, time alone.
 *
 * Simplified: OCPI's prices are without tax, these contain 20 % VAT and are rounded to cents; a price for parking applied
 * 15 minutes after the end there and applies at once here; what differed by the hour of day or the length of the session
 * there is one price here; steps (`step_size`) are left out, energy and time count exactly.
 */
const prices = {
  /** ENERGY 0.25 */
  acEnergy: { pricePerKwh: 30 },
  /** ENERGY 0.325, PARKING_TIME 9.996 */
  acEnergyIdle: { pricePerKwh: 39, idlePerHour: 12_00 },
  /** ENERGY 0.242, TIME 1.98 */
  acEnergyTime: { pricePerKwh: 29, pricePerHour: 2_38, idlePerHour: 2_38 },
  /** FLAT 1.25, ENERGY 0.15 */
  acFlatEnergy: { flat: 1_50, pricePerKwh: 18 },
  /** FLAT 1.25, TIME 4.1666: time counts from plugging in to unplugging, charging or not. */
  acFlatTime: { flat: 1_50, pricePerHour: 5_00, idlePerHour: 5_00 },
  /** ENERGY 0.45 */
  dcEnergy: { pricePerKwh: 54 },
  /** ENERGY 0.4917, PARKING_TIME 15 */
  dcEnergyIdle: { pricePerKwh: 59, idlePerHour: 18_00 },
  /** ENERGY 0.492, TIME 6.48 */
  dcEnergyTime: { pricePerKwh: 59, pricePerHour: 7_78, idlePerHour: 7_78 },
} as const;

export type TariffName = keyof typeof prices;

/** Base units of the test currency (6 decimals) in a cent. */
const CENT = 10_000n;

/** All of them in a currency. The least deposit pays for a short charge: 3.00 for AC, 8.00 for DC. */
export function sampleTariffs(currency: CurrencyId): Record<TariffName, Tariff> {
  const entries = Object.entries(prices).map(([name, cents]) => {
    const amounts = Object.fromEntries(Object.entries(cents).map(([part, amount]) => [part, BigInt(amount) * CENT]));
    const minimumDeposit = (name.startsWith("ac") ? 3_00n : 8_00n) * CENT;
    const terms = { currency, minimumDeposit, settlementWindowSeconds: 6 * 3600, connectionSeconds: 300 };
    return [name, createTariff({ ...terms, ...amounts })];
  });
  return Object.fromEntries(entries) as Record<TariffName, Tariff>;
}

const names = Object.keys(prices) as TariffName[];
const ofCurrent = (current: "ac" | "dc") =>
  names.filter((name) => name.startsWith(current)) as [TariffName, ...TariffName[]];

/** What a station operator asks for AC or DC. */
export function tariffOf(operator: string, current: "ac" | "dc"): TariffName {
  return pick(ofCurrent(current), operator);
}
