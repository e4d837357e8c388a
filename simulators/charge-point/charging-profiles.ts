/** Charging profiles as a charge point keeps and obeys them (OCPP 1.6 §3.13, §5.5, §5.7, §5.16): pure. */
import { z } from "zod";

const time = z.string().transform((text, context) => {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  context.addIssue({ code: "custom", message: `"${text}" is no time` });
  return z.NEVER;
});
const unit = z.enum(["A", "W"]);
export type Unit = z.infer<typeof unit>;

/** OCPP 1.6 §9.4: ChargeProfileMaxStackLevel, ChargingScheduleMaxPeriods. */
export const highestStackLevel = 10;
export const mostPeriods = 100;

/** §7.8, with times in ms since the epoch. */
export const profileSchema = z.object({
  chargingProfileId: z.number().int(),
  transactionId: z.number().int().optional(),
  stackLevel: z.number().int().min(0).max(highestStackLevel),
  chargingProfilePurpose: z.enum(["ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"]),
  chargingProfileKind: z.enum(["Absolute", "Recurring", "Relative"]),
  recurrencyKind: z.enum(["Daily", "Weekly"]).optional(),
  validFrom: time.optional(),
  validTo: time.optional(),
  chargingSchedule: z.object({
    duration: z.number().nonnegative().optional(),
    startSchedule: time.optional(),
    chargingRateUnit: unit,
    chargingSchedulePeriod: z
      .array(
        z.object({
          startPeriod: z.number().nonnegative(),
          limit: z.number().nonnegative(),
          numberPhases: z.number().int().min(1).max(3).optional(),
        }),
      )
      .min(1)
      .max(mostPeriods),
  }),
});
export type Profile = z.infer<typeof profileSchema>;
export type StoredProfile = { connectorId: number; profile: Profile };

/** What runs on a connector; both null when nothing does. */
export type Running = { transactionId: number | null; startedAtMs: number | null };

const dayMs = 86_400_000;
const voltage = 230;

/** Watts of a limit: three phases unless a period says otherwise (§7.14). */
const toW = (limit: number, from: Unit, phases: number) => (from === "W" ? limit : limit * voltage * phases);
/** The limit that is sent, in steps of 0.1 (§7.14). */
export const fromW = (powerW: number, to: Unit) => {
  const value = to === "W" ? powerW : powerW / voltage / 3;
  return Math.floor(value * 10 + 1e-6) / 10;
};

/** Whether a charge point takes a profile (§5.16): a transaction's own only while it runs, its maximum only for all of it. */
export function isSettable(connectorId: number, profile: Profile, running: Running | undefined): boolean {
  const { chargingProfilePurpose: purpose, chargingProfileKind: kind, recurrencyKind, transactionId } = profile;
  if (kind === "Recurring" && (recurrencyKind === undefined || profile.chargingSchedule.startSchedule === undefined))
    return false;
  if (purpose === "ChargePointMaxProfile") return connectorId === 0 && kind !== "Relative";
  if (purpose === "TxDefaultProfile") return connectorId === 0 || running !== undefined;
  if (running === undefined || running.startedAtMs === null) return false;
  return transactionId === undefined || transactionId === running.transactionId;
}

/** §5.16: one with the same id, or with the same place in the stack, is replaced. */
export function withProfile(stored: readonly StoredProfile[], connectorId: number, profile: Profile): StoredProfile[] {
  const isReplaced = (other: StoredProfile) =>
    other.profile.chargingProfileId === profile.chargingProfileId ||
    (other.connectorId === connectorId &&
      other.profile.stackLevel === profile.stackLevel &&
      other.profile.chargingProfilePurpose === profile.chargingProfilePurpose);
  return [...stored.filter((other) => !isReplaced(other)), { connectorId, profile }];
}

export type Criteria = { id?: unknown; connectorId?: unknown; chargingProfilePurpose?: unknown; stackLevel?: unknown };

/** §5.5: what is left when those that fit are cleared; an id says all. */
export function withoutProfiles(stored: readonly StoredProfile[], criteria: Criteria): StoredProfile[] {
  const { id, connectorId, chargingProfilePurpose, stackLevel } = criteria;
  return stored.filter(({ connectorId: own, profile }) => {
    if (id !== undefined) return profile.chargingProfileId !== id;
    const fits =
      (connectorId === undefined || own === connectorId) &&
      (chargingProfilePurpose === undefined || profile.chargingProfilePurpose === chargingProfilePurpose) &&
      (stackLevel === undefined || profile.stackLevel === stackLevel);
    return !fits;
  });
}

/** A transaction's own profiles end with it (§3.13.1). */
export function withoutTransactionProfiles(stored: readonly StoredProfile[], connectorId: number): StoredProfile[] {
  return withoutProfiles(stored, { connectorId, chargingProfilePurpose: "TxProfile" });
}

/** When the schedule that counts at a time began; null while none does. */
function startOf(profile: Profile, running: Running, atMs: number): number | null {
  const { startSchedule } = profile.chargingSchedule;
  switch (profile.chargingProfileKind) {
    case "Relative":
      return running.startedAtMs;
    case "Absolute":
      return startSchedule ?? running.startedAtMs ?? 0;
    case "Recurring": {
      const everyMs = profile.recurrencyKind === "Weekly" ? 7 * dayMs : dayMs;
      const start = startSchedule ?? 0;
      return atMs < start ? null : start + Math.floor((atMs - start) / everyMs) * everyMs;
    }
  }
}

/** The limit that one profile sets at a time, W; null when it says nothing then. */
function limitOf(profile: Profile, running: Running, atMs: number): number | null {
  const { validFrom = Number.NEGATIVE_INFINITY, validTo = Number.POSITIVE_INFINITY, chargingSchedule } = profile;
  if (atMs < validFrom || atMs >= validTo) return null;
  const startMs = startOf(profile, running, atMs);
  if (startMs === null || atMs < startMs) return null;
  const seconds = (atMs - startMs) / 1_000;
  if (chargingSchedule.duration !== undefined && seconds >= chargingSchedule.duration) return null;
  const period = chargingSchedule.chargingSchedulePeriod.findLast(({ startPeriod }) => startPeriod <= seconds);
  if (period === undefined) return null;
  return toW(period.limit, chargingSchedule.chargingRateUnit, period.numberPhases ?? 3);
}

/** The highest in the stack that says something (§3.13.2); a connector's own goes before the one for all. */
function stackedLimit(candidates: readonly StoredProfile[], running: Running, atMs: number): number | null {
  const inOrder = candidates.toSorted(
    (a, b) => b.profile.stackLevel - a.profile.stackLevel || b.connectorId - a.connectorId,
  );
  for (const { profile } of inOrder) {
    const limit = limitOf(profile, running, atMs);
    if (limit !== null) return limit;
  }
  return null;
}

/** What the whole charge point may draw, W; infinite when nothing limits it. */
export function chargePointLimitW(stored: readonly StoredProfile[], atMs: number): number {
  const own = stored.filter(({ profile }) => profile.chargingProfilePurpose === "ChargePointMaxProfile");
  return stackedLimit(own, { transactionId: null, startedAtMs: null }, atMs) ?? Number.POSITIVE_INFINITY;
}

/** What a connector's transaction may draw by its own profile, else by the default (§3.13.1), W; infinite when nothing limits it. */
export function connectorLimitW(
  stored: readonly StoredProfile[],
  connectorId: number,
  running: Running,
  atMs: number,
): number {
  const of = (purpose: Profile["chargingProfilePurpose"], ...connectors: number[]) =>
    stored.filter((one) => one.profile.chargingProfilePurpose === purpose && connectors.includes(one.connectorId));
  const own = stackedLimit(of("TxProfile", connectorId), running, atMs);
  return own ?? stackedLimit(of("TxDefaultProfile", connectorId, 0), running, atMs) ?? Number.POSITIVE_INFINITY;
}

/** Times within a span at which a limit may change. */
export function changesBetween(
  stored: readonly StoredProfile[],
  running: Running,
  fromMs: number,
  toMs: number,
): number[] {
  const times = stored.flatMap(({ profile }) => {
    const { chargingSchedulePeriod, duration } = profile.chargingSchedule;
    const everyMs = profile.recurrencyKind === "Weekly" ? 7 * dayMs : dayMs;
    const starts = new Set<number>();
    for (let atMs = fromMs; atMs <= toMs; atMs += everyMs) starts.add(startOf(profile, running, atMs) ?? atMs);
    starts.add(startOf(profile, running, toMs) ?? toMs);
    const within = [...starts].flatMap((startMs) => [
      ...chargingSchedulePeriod.map(({ startPeriod }) => startMs + startPeriod * 1_000),
      ...(duration === undefined ? [] : [startMs + duration * 1_000]),
    ]);
    return [...within, profile.validFrom ?? fromMs, profile.validTo ?? fromMs];
  });
  const inside = times.filter((atMs) => atMs > fromMs && atMs < toMs);
  return [...new Set([fromMs, ...inside])].sort((a, b) => a - b);
}
