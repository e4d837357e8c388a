import { greatestEnergyWh, PeriodKind, sumPeriods, type TariffPricing } from "@openjoule/sdk";
import type { ConnectorStatus, MeterSample } from "../bus/types.ts";
import { bookSegment } from "./booking.ts";
import { endOf } from "./periods.ts";
import type { Meter } from "./types.ts";

/** What bounds a reading. Times UTC seconds. */
export type MeterContext = {
  now: number;
  /** The session's opening; nothing earlier is billed. */
  openedAt: number;
  /** The duration limit; nothing later is billed. */
  limitAt: number;
  powerCapW: number;
  /** Periods are cut where its prices change. */
  pricing: TariffPricing;
  idleBelowW: number;
  connectorStatus: ConnectorStatus | null;
};

export type Reading = {
  registerWh: number | null;
  powerW: number | null;
  socPercent: number | null;
  deviceTime: number | null;
  /** The device's last word: it is not held back for a second one to confirm it. */
  last: boolean;
};

export type MeterResult = { meter: Meter; flags: string[] };

/** A device's clock may differ from ours by this much and still be believed. */
const CLOCK_TOLERANCE_SECONDS = 60;
/** Two timestamps cut to whole seconds are this much more apart, at most, than they say. */
const ROUNDING_SECONDS = 2;

/**
 * The meter as delivery begins. A start that its own device dates before the opening or after now shows a wrong clock: from
 * then on the time of arrival counts (habit 7 of the field: clamp to the session's bounds and flag).
 */
export function startMeter(
  start: { registerWh: number | null; deviceTime: number | null },
  context: MeterContext,
): MeterResult {
  const { deviceTime } = start;
  const trustClock =
    deviceTime !== null &&
    deviceTime >= context.openedAt - CLOCK_TOLERANCE_SECONDS &&
    deviceTime <= context.now + CLOCK_TOLERANCE_SECONDS;
  const readAt = Math.max(context.openedAt, trustClock ? Math.min(deviceTime, context.now) : context.now);
  return {
    meter: {
      startRegisterWh: start.registerWh,
      registerWh: start.registerWh,
      offsetWh: 0,
      dipFromWh: null,
      suspectWh: null,
      readAt,
      deviceTime,
      // Nothing began before the opening: its clock is slow by at least this.
      clockLagSeconds: trustClock ? Math.max(0, context.openedAt - deviceTime) : 0,
      epochTime: null,
      fell: false,
      trustClock,
      readings: 0,
      powerW: null,
      socPercent: null,
      meanPowerW: null,
      integratedWh: 0,
      grewAt: context.now,
      periods: [],
    },
    flags: trustClock ? [] : [deviceTime === null ? "clockMissing" : "clockWrong"],
  };
}

/**
 * Takes one reading. Energy is the sum of what the register grew by, never less than nothing: a register that falls starts a
 * new epoch (habit 5), a reading older than the last is left out, and one that no cable could have delivered waits for a second
 * one that confirms it.
 */
export function readMeter(meter: Meter, given: Reading, context: MeterContext): MeterResult {
  const reading = withPlausibleTime(meter, given, context);
  const { registerWh } = meter;
  const { deviceTime } = reading;
  if (reading.registerWh === null) return { meter: withPower(meter, reading), flags: [] };
  if (!reading.last && isBefore(deviceTime, meter.epochTime)) return { meter, flags: ["lateReading"] };
  if (registerWh === null) {
    return advance(meter, reading, { registerWh: reading.registerWh, deltaWh: 0 }, context, ["meterStartMissing"]);
  }

  // A register that counts from the session's start, until a value shows that it counts from the meter's first day after all.
  const offsetWh = reading.registerWh >= registerWh ? 0 : meter.offsetWh;
  const value = reading.registerWh + offsetWh;
  const scaled = { ...meter, offsetWh };
  if (value > registerWh) return rise(scaled, reading, value, context, []);
  if (value === registerWh) {
    if (isBefore(deviceTime, meter.deviceTime)) return { meter, flags: ["lateReading"] };
    if (deviceTime !== null && deviceTime === meter.deviceTime) {
      return { meter: { ...withPower(scaled, reading), readings: meter.readings + 1 }, flags: [] };
    }
    return rise(scaled, reading, value, context, []);
  }

  const isFirst = meter.readings === 0 && !isBefore(deviceTime, meter.deviceTime);
  const isNewer = deviceTime === null || meter.deviceTime === null || deviceTime > meter.deviceTime;
  if (!isFirst && !isNewer) return { meter, flags: ["lateReading"] };
  if (countsFromStart(meter, reading, context)) {
    return rise({ ...meter, offsetWh: registerWh }, reading, registerWh + value, context, ["sessionRelativeRegister"]);
  }
  return fall(scaled, reading, value, context);
}

/** Whether a first reading far below the start register is what was delivered since: habit 5, two registers in one device. */
function countsFromStart(meter: Meter, reading: Reading, context: MeterContext): boolean {
  if (meter.readings > 0 || meter.offsetWh > 0 || reading.registerWh === null) return false;
  const seconds = timeOf(meter, reading, context).at - meter.readAt;
  const likelyWh = reading.powerW === null ? Number.POSITIVE_INFINITY : (reading.powerW * seconds * 1.5) / 3_600 + 200;
  return reading.registerWh <= Math.min(allowanceWh(context, seconds), likelyWh);
}

/** A sample of the bus as a reading. */
export function toReading(sample: MeterSample): Reading {
  return {
    registerWh: sample.energyWh,
    powerW: sample.powerW,
    socPercent: sample.socPercent,
    deviceTime: sample.timestampSeconds,
    last: false,
  };
}

/** The register did not fall. */
function rise(meter: Meter, reading: Reading, value: number, context: MeterContext, flags: string[]): MeterResult {
  let from = meter.registerWh ?? value;
  const notes = [...flags];
  if (meter.dipFromWh !== null && value >= meter.dipFromWh) {
    // One reading too low between two good ones: the old epoch goes on.
    from = meter.dipFromWh;
    notes.push("registerDip");
  }
  const deltaWh = value - from;
  const seconds = timeOf(meter, reading, context).at - meter.readAt;
  const allowed = allowanceWh(context, seconds + ROUNDING_SECONDS);
  const confirmed = meter.suspectWh !== null && value >= meter.suspectWh;
  if (deltaWh > allowed && !confirmed) notes.push("implausibleReading");
  // More than the cable could deliver since the opening is no energy: an exchanged meter, an overflow.
  const isJump = deltaWh > allowanceWh(context, context.now - context.openedAt + ROUNDING_SECONDS);
  if (isJump && (confirmed || (reading.last && !meter.fell))) {
    return advance(meter, reading, { registerWh: value, deltaWh: 0 }, context, [...notes, "registerJumped"]);
  }
  if (deltaWh <= allowed || confirmed) return advance(meter, reading, { registerWh: value, deltaWh }, context, notes);
  if (!reading.last) return { meter: { ...withPower(meter, reading), suspectWh: value }, flags: notes };
  // After a fall even the scale is in doubt; else the cable may have delivered this much since the last reading.
  return advance(meter, reading, { registerWh: value, deltaWh: meter.fell ? 0 : allowed }, context, notes);
}

/** The register fell: nothing is known of what was delivered since, so nothing is billed. */
function fall(meter: Meter, reading: Reading, value: number, context: MeterContext): MeterResult {
  const result = advance(meter, reading, { registerWh: value, deltaWh: 0 }, context, ["registerFell"]);
  const fallen = { dipFromWh: meter.registerWh, epochTime: reading.deviceTime, fell: true };
  return { ...result, meter: { ...result.meter, ...fallen } };
}

/** Moves time and register on, and books what lies between into the periods. */
function advance(
  meter: Meter,
  reading: Reading,
  next: { registerWh: number; deltaWh: number },
  context: MeterContext,
  flags: string[],
): MeterResult {
  const notes = [...flags];
  const time = timeOf(meter, reading, context);
  if (time.flag !== null) notes.push(time.flag);

  const seconds = time.at - meter.readAt;
  const billedSeconds = Math.max(0, Math.min(time.at, context.limitAt) - meter.readAt);
  let energyWh = next.deltaWh;
  if (time.at > context.limitAt) {
    // Energy after the duration limit was not agreed on; within the stretch that crosses it, it is shared by time.
    energyWh = seconds > 0 ? Math.floor((next.deltaWh * billedSeconds) / seconds) : 0;
    if (energyWh < next.deltaWh) notes.push("pastDurationLimit");
  }

  const powerW = reading.powerW ?? (next.deltaWh === 0 ? meter.powerW : null);
  const kind = kindOf(powerW, energyWh, seconds, context);
  const kept = bookSegment(meter.periods, { start: meter.readAt, seconds: billedSeconds, energyWh, kind }, context);
  if (kept.cutWh > 0) notes.push("abovePowerCap");
  const bookedWh = sumPeriods(kept.periods).energyWh - energyOf(meter);

  const averageW = powerW === null ? null : (Math.max(0, powerW) + (meter.powerW ?? Math.max(0, powerW))) / 2;
  return {
    meter: {
      ...withPower(meter, reading),
      registerWh: next.registerWh,
      dipFromWh: null,
      suspectWh: null,
      // A first period of no length takes a second, and the next one starts after it.
      readAt: Math.max(time.at, endOf(kept.periods, 0)),
      deviceTime: reading.deviceTime ?? meter.deviceTime,
      readings: meter.readings + 1,
      meanPowerW: seconds > 0 ? Math.round((next.deltaWh * 3_600) / seconds) : meter.meanPowerW,
      // Without a power reading the register stands for both, so that only real differences show.
      integratedWh: meter.integratedWh + (averageW === null ? bookedWh : (averageW * billedSeconds) / 3_600),
      grewAt: bookedWh > 0 ? context.now : meter.grewAt,
      periods: kept.periods,
    },
    flags: notes,
  };
}

/** What is billed so far, Wh. */
export function energyOf(meter: Meter): number {
  return sumPeriods(meter.periods).energyWh;
}

/** A time before the session is none: a clock that a reboot has set back orders nothing. */
function withPlausibleTime(meter: Meter, reading: Reading, context: MeterContext): Reading {
  const { deviceTime } = reading;
  if (!meter.trustClock || deviceTime === null) return reading;
  return deviceTime < context.openedAt - CLOCK_TOLERANCE_SECONDS ? { ...reading, deviceTime: null } : reading;
}

/** The session's time of a reading: the device's while its clock is believed, within what has been billed and now. */
function timeOf(meter: Meter, reading: Reading, context: MeterContext): { at: number; flag: string | null } {
  const now = Math.max(meter.readAt, context.now);
  if (!meter.trustClock || reading.deviceTime === null) return { at: now, flag: null };
  const deviceTime = reading.deviceTime + meter.clockLagSeconds;
  if (deviceTime > context.now + CLOCK_TOLERANCE_SECONDS) return { at: now, flag: "clockAhead" };
  // The register has grown, so this is no old reading: the clock went back.
  if (isBefore(reading.deviceTime, meter.deviceTime)) return { at: now, flag: "clockWentBack" };
  return { at: Math.min(Math.max(deviceTime, meter.readAt), now), flag: null };
}

/** Charging, idle, or (null) a pause of the EVSE's own making, which nobody is billed for. */
function kindOf(powerW: number | null, energyWh: number, seconds: number, context: MeterContext): PeriodKind | null {
  const meanW = seconds > 0 ? (energyWh * 3_600) / seconds : 0;
  const status = context.connectorStatus;
  if (Math.max(powerW ?? 0, meanW) >= context.idleBelowW) return PeriodKind.Charging;
  if (status === "suspendedEvse") return energyWh > 0 ? PeriodKind.Charging : null;
  if (powerW !== null || status === "suspendedEv" || status === "finishing") return PeriodKind.Idle;
  // No power is reported and a coarse register has hardly moved: only the vehicle's own pause makes it idle.
  return PeriodKind.Charging;
}

function allowanceWh(context: MeterContext, seconds: number): number {
  return Number(greatestEnergyWh(context.powerCapW, Math.max(0, seconds)));
}

function withPower(meter: Meter, reading: Reading): Meter {
  return {
    ...meter,
    powerW: reading.powerW === null ? meter.powerW : Math.max(0, reading.powerW),
    socPercent: reading.socPercent ?? meter.socPercent,
  };
}

function isBefore(time: number | null, other: number | null): boolean {
  return time !== null && other !== null && time < other;
}
