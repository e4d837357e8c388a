import { type ChargingProfile, type ChargingSchedule, secondsSchema } from "../../../bus/station-commands.ts";
import { parseTimestamp } from "../timestamp.ts";
import { dateTime, given } from "./words.ts";

export const purposes = {
  chargePointMax: "ChargePointMaxProfile",
  txDefault: "TxDefaultProfile",
  tx: "TxProfile",
} as const;
const kinds = { absolute: "Absolute", recurring: "Recurring", relative: "Relative" } as const;
const recurrencies = { daily: "Daily", weekly: "Weekly" } as const;

/** OCPP 1.6 §7.8 ChargingProfile. */
export function chargingProfileOf(profile: ChargingProfile): object {
  const { profileId, stackLevel, purpose, kind, recurrency, validFromSeconds, validToSeconds, transactionId } = profile;
  return {
    chargingProfileId: profileId,
    ...given({ transactionId: transactionId === null ? null : Number(transactionId) }),
    stackLevel,
    chargingProfilePurpose: purposes[purpose],
    chargingProfileKind: kinds[kind],
    ...given({
      recurrencyKind: recurrency === null ? null : recurrencies[recurrency],
      validFrom: dateTime(validFromSeconds),
      validTo: dateTime(validToSeconds),
    }),
    chargingSchedule: scheduleOf(profile.schedule),
  };
}

function scheduleOf({ durationSeconds, startAtSeconds, unit, minimum, periods }: ChargingSchedule): object {
  return {
    ...given({ duration: durationSeconds, startSchedule: dateTime(startAtSeconds) }),
    chargingRateUnit: unit,
    chargingSchedulePeriod: periods.map(({ startSeconds, limit, phases }) => ({
      startPeriod: startSeconds,
      limit,
      ...given({ numberPhases: phases }),
    })),
    ...given({ minChargingRate: minimum }),
  };
}

type Members = Record<string, unknown>;
const isRecord = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
const count = (value: unknown): number | null =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null;

const positive = (value: unknown): number | null => {
  const found = number(value);
  return found !== null && found >= 0 ? found : null;
};
/** Null for a time that no schedule has, such as one before 1970. */
export const scheduleTime = (value: unknown, receivedAtMs: number): number | null =>
  secondsSchema.safeParse(parseTimestamp(value, receivedAtMs).seconds).data ?? null;

/** More periods than any day needs. */
const mostPeriods = 1_000;

/** A charge point's schedule; null when it cannot be read as one. Periods that cannot be read are left out. */
export function readSchedule(value: unknown, receivedAtMs: number): ChargingSchedule | null {
  if (!isRecord(value)) return null;
  const unit = value.chargingRateUnit;
  const given = value.chargingSchedulePeriod;
  if ((unit !== "A" && unit !== "W") || !Array.isArray(given)) return null;
  const periods = given.slice(0, mostPeriods).flatMap((period) => {
    if (!isRecord(period)) return [];
    const startSeconds = count(period.startPeriod);
    const limit = positive(period.limit);
    if (startSeconds === null || limit === null) return [];
    const phases = count(period.numberPhases);
    return [{ startSeconds, limit, phases: phases !== null && phases >= 1 && phases <= 3 ? phases : null }];
  });
  if (periods.length === 0) return null;
  return {
    durationSeconds: count(value.duration),
    startAtSeconds: scheduleTime(value.startSchedule, receivedAtMs),
    unit,
    minimum: positive(value.minChargingRate),
    periods,
  };
}
