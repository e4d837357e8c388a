import { greatestEnergyWh, PeriodKind, sumPeriods } from "@openjoule/sdk";
import { bookSegment } from "./booking.ts";
import { energyOf, type MeterContext, type MeterResult, readMeter } from "./meter.ts";
import type { Meter } from "./types.ts";

/** Register and ∫P·dt may differ by this share and this much before it is remarked on. */
const CROSS_CHECK_SHARE = 0.2;
const CROSS_CHECK_WH = 200;

/**
 * Takes the register of the stop message, the last reading of a session.
 *
 * Where the register has fallen on the way (samples in kWh under the name of Wh, a reboot), the difference between the registers
 * of stop and start may tell more than the samples did; it stands when the cable and the measured power could have delivered it.
 */
export function stopMeter(
  meter: Meter,
  stop: { registerWh: number | null; deviceTime: number | null },
  context: MeterContext,
): MeterResult {
  if (stop.registerWh === null) return { meter: { ...meter, powerW: 0 }, flags: crossCheck(meter) };
  const reading = {
    registerWh: stop.registerWh,
    powerW: null,
    socPercent: null,
    deviceTime: stop.deviceTime,
    last: true,
  };
  const taken = readMeter(meter, reading, context);
  const flags = [...taken.flags];
  let current = taken.meter;

  if (meter.startRegisterWh !== null) {
    const betweenWh = stop.registerWh - meter.startRegisterWh;
    if (betweenWh < 0) flags.push("meterStopBelowStart");
    const missingWh = betweenWh - energyOf(current);
    if (
      current.fell &&
      missingWh > 0 &&
      current.readAt <= context.limitAt &&
      isDeliverable(current, betweenWh, context)
    ) {
      flags.push("registersDisagree");
      const segment = { start: current.readAt, seconds: 0, energyWh: missingWh, kind: PeriodKind.Charging };
      current = { ...current, periods: bookSegment(current.periods, segment, context).periods };
    }
  }
  return { meter: { ...current, powerW: 0 }, flags: [...flags, ...crossCheck(current)] };
}

function isDeliverable(meter: Meter, energyWh: number, context: MeterContext): boolean {
  if (meter.periods.length === 0) return false;
  const { chargingSeconds, idleSeconds } = sumPeriods(meter.periods);
  if (energyWh > Number(greatestEnergyWh(context.powerCapW, chargingSeconds + idleSeconds))) return false;
  return meter.powerW === null || energyWh <= meter.integratedWh * (1 + CROSS_CHECK_SHARE) + CROSS_CHECK_WH;
}

function crossCheck(meter: Meter): string[] {
  if (meter.powerW === null) return [];
  const measuredWh = energyOf(meter);
  const difference = Math.abs(measuredWh - meter.integratedWh);
  return difference > CROSS_CHECK_WH && difference > measuredWh * CROSS_CHECK_SHARE ? ["powerDisagrees"] : [];
}
