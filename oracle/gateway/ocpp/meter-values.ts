import type { MeterSample, SampleContext } from "../../bus/types.ts";
import { parseTimestamp } from "./timestamp.ts";

export type NormalizedMeterValues = {
  samples: MeterSample[];
  /** Values of format SignedData, verbatim, in the order of the message. */
  signedMeterValues: string[];
  /** What was tolerated, each word once. */
  flags: string[];
};

/** How much of a message is looked at; an honest transaction's data has some hundreds of entries. */
const maxEntries = 5_000;

const energyRegister = "Energy.Active.Import.Register";
const importPower = "Power.Active.Import";
/** The measurands of OCPP 1.6 §7.31 that are read over without a word. */
const otherMeasurands = new Set([
  "Current.Export",
  "Current.Import",
  "Current.Offered",
  "Energy.Active.Export.Register",
  "Energy.Reactive.Export.Register",
  "Energy.Reactive.Import.Register",
  "Energy.Active.Export.Interval",
  "Energy.Active.Import.Interval",
  "Energy.Reactive.Export.Interval",
  "Energy.Reactive.Import.Interval",
  "Frequency",
  "Power.Active.Export",
  "Power.Factor",
  "Power.Offered",
  "Power.Reactive.Export",
  "Power.Reactive.Import",
  "RPM",
  "Temperature",
  "Voltage",
]);

const contexts: ReadonlyMap<string, SampleContext> = new Map([
  ["Transaction.Begin", "begin"],
  ["Transaction.End", "end"],
  ["Sample.Periodic", "periodic"],
  ["Sample.Clock", "clock"],
  ["Trigger", "trigger"],
  ["Interruption.Begin", "interruptionBegin"],
  ["Interruption.End", "interruptionEnd"],
  ["Other", "other"],
]);

/** Where a reading counts for the driver: the outlet first (the default of OCPP 1.6 §7.36), the vehicle's own last. */
const locations = ["Outlet", "Cable", "Body", "Inlet", "EV"];

type Quantity = "energyWh" | "powerW" | "socPercent";
type Reading = { value: number; phase: string | null; location: string };
type Sample = { timestampSeconds: number | null; context: SampleContext; readings: Record<Quantity, Reading[]> };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A decimal number in text, or null. The wire's type is string; numbers are tolerated by the caller's flag. */
function readNumber(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || !/^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?\s*$/.test(value)) return null;
  return Number(value);
}

/**
 * Whole Wh of a register. Fractions are cut, never rounded up: a register only grows, and the driver is not charged for
 * a Wh not yet delivered. The small term undoes binary fractions (12.345 kWh is 12,345 Wh).
 */
export function wholeWh(value: number, factor: number): number {
  return Math.floor(value * factor + 1e-4);
}

/** A register value of StartTransaction or StopTransaction: integer Wh by the standard, anything readable in the field. */
export function parseRegisterWh(value: unknown, name: string): { energyWh: number | null; flags: string[] } {
  if (value === undefined || value === null) return { energyWh: null, flags: [`${name}-missing`] };
  const number = readNumber(value);
  if (number === null || Math.abs(number) > Number.MAX_SAFE_INTEGER / 2)
    return { energyWh: null, flags: [`${name}-unreadable`] };
  if (number < 0) return { energyWh: null, flags: [`${name}-negative`] };
  const flags = typeof value === "number" ? [] : [`${name}-as-text`];
  if (!Number.isInteger(number)) flags.push(`${name}-fractional`);
  return { energyWh: wholeWh(number, 1), flags };
}

/** kilo → 1000, plain or absent → 1; null for a unit that belongs to another quantity. */
function unitFactor(unit: unknown, plain: string, flags: Set<string>): number | null {
  if (unit === undefined || unit === plain) return 1;
  if (unit === `k${plain}`) return 1000;
  const loose = typeof unit === "string" ? unit.trim().toLowerCase() : "";
  const factor = loose === plain.toLowerCase() || loose === "" ? 1 : loose === `k${plain.toLowerCase()}` ? 1000 : null;
  flags.add(factor === null ? "unit-impossible" : "unit-misspelt");
  return factor;
}

function readQuantity(
  sampled: Record<string, unknown>,
  flags: Set<string>,
): { quantity: Quantity; value: number } | null {
  const measurand = sampled.measurand ?? energyRegister;
  const isEnergy = measurand === energyRegister;
  const isPower = measurand === importPower;
  if (!isEnergy && !isPower && measurand !== "SoC") {
    if (typeof measurand !== "string" || !otherMeasurands.has(measurand)) flags.add("measurand-unknown");
    return null;
  }
  const value = readNumber(sampled.value);
  if (value === null || Math.abs(value) > Number.MAX_SAFE_INTEGER / 2000) {
    flags.add("value-unreadable");
    return null;
  }
  if (typeof sampled.value === "number") flags.add("value-as-number");
  if (isEnergy) {
    const factor = unitFactor(sampled.unit, "Wh", flags);
    if (factor === null) return null;
    if (value < 0) {
      flags.add("energy-negative");
      return null;
    }
    // Often kWh under the name of Wh; only the core, which knows the session's power, can tell.
    if (factor === 1 && !Number.isInteger(value)) flags.add("energy-fractional-wh");
    return { quantity: "energyWh", value: value * factor };
  }
  if (isPower) {
    const factor = unitFactor(sampled.unit, "W", flags);
    if (factor === null) return null;
    if (value < 0) flags.add("power-negative");
    return { quantity: "powerW", value: value * factor };
  }
  if (value < 0 || value > 100) {
    flags.add("soc-out-of-range");
    return null;
  }
  return { quantity: "socPercent", value };
}

/** One value from all the readings of a quantity: best location, total rather than phases, phases summed. */
function reduceReadings(readings: readonly Reading[], flags: Set<string>): number | null {
  const location = locations.find((name) => readings.some((reading) => reading.location === name));
  const here = readings.filter((reading) => reading.location === location);
  const totals = here.filter((reading) => reading.phase === null);
  const [total] = totals;
  if (total !== undefined) {
    if (totals.some((reading) => reading.value !== total.value)) flags.add("reading-twice");
    return total.value;
  }
  let sum: number | null = null;
  for (const phase of ["L1", "L2", "L3"]) {
    const ofPhase = here.filter((reading) => reading.phase === phase || reading.phase === `${phase}-N`);
    const [first] = ofPhase;
    if (first === undefined) continue;
    if (ofPhase.some((reading) => reading.value !== first.value)) flags.add("reading-twice");
    sum = (sum ?? 0) + first.value;
  }
  return sum;
}

/**
 * The `meterValue` (OCPP 1.6 §6.31 MeterValues) or `transactionData` (§6.49 StopTransaction) of a message as samples in Wh, W
 * and per cent: one per entry and context, empty ones left out. Nothing here refuses: what cannot be read is skipped and
 * flagged, because an error to a charger strands the session or makes it repeat the message for ever.
 */
export function normalizeMeterValues(meterValue: unknown, receivedAtMs: number): NormalizedMeterValues {
  const flags = new Set<string>();
  const signedMeterValues: string[] = [];
  const samples: MeterSample[] = [];
  if (!Array.isArray(meterValue)) return { samples, signedMeterValues, flags: ["meter-values-missing"] };
  if (meterValue.length > maxEntries) flags.add("meter-values-cut");

  for (const entry of meterValue.slice(0, maxEntries)) {
    const sampledValues = isRecord(entry) ? entry.sampledValue : undefined;
    if (!isRecord(entry) || !Array.isArray(sampledValues)) {
      flags.add("meter-values-missing");
      continue;
    }
    const timestamp = parseTimestamp(entry.timestamp, receivedAtMs);
    for (const flag of timestamp.flags) flags.add(flag);
    const byContext = new Map<SampleContext, Sample>();

    for (const sampled of sampledValues) {
      if (!isRecord(sampled)) {
        flags.add("value-unreadable");
        continue;
      }
      if (sampled.format === "SignedData") {
        if (typeof sampled.value === "string") signedMeterValues.push(sampled.value);
        else flags.add("value-unreadable");
        continue;
      }
      const read = readQuantity(sampled, flags);
      if (read === null) continue;
      const named = sampled.context ?? "Sample.Periodic";
      const known = typeof named === "string" ? contexts.get(named) : undefined;
      if (known === undefined) flags.add("context-unknown");
      const context = known ?? "other";
      const sample: Sample = byContext.get(context) ?? {
        timestampSeconds: timestamp.seconds,
        context,
        readings: { energyWh: [], powerW: [], socPercent: [] },
      };
      byContext.set(context, sample);
      const location = sampled.location ?? "Outlet";
      sample.readings[read.quantity].push({
        value: read.value,
        phase: typeof sampled.phase === "string" ? sampled.phase : null,
        location: typeof location === "string" && locations.includes(location) ? location : "Outlet",
      });
    }

    for (const { timestampSeconds, context, readings } of byContext.values()) {
      const energy = reduceReadings(readings.energyWh, flags);
      const power = reduceReadings(readings.powerW, flags);
      const socPercent = reduceReadings(readings.socPercent, flags);
      if (energy === null && power === null && socPercent === null) continue;
      const energyWh = energy === null ? null : wholeWh(energy, 1);
      samples.push({
        timestampSeconds,
        context,
        energyWh,
        powerW: power === null ? null : Math.round(power) + 0,
        socPercent,
      });
    }
  }
  return { samples, signedMeterValues, flags: [...flags] };
}
