import { describe, expect, it } from "vitest";
import {
  changesBetween,
  chargePointLimitW,
  connectorLimitW,
  fromW,
  isSettable,
  type Profile,
  profileSchema,
  type StoredProfile,
  withoutProfiles,
  withoutTransactionProfiles,
  withProfile,
} from "./charging-profiles.ts";

const startedAtMs = Date.UTC(2026, 5, 1, 12);
const minute = 60_000;
const running = { transactionId: 7, startedAtMs };
const idle = { transactionId: null, startedAtMs: null };

type Schedule = { unit?: "A" | "W"; duration?: number; start?: string; periods: [number, number, number?][] };
const profile = (
  chargingProfileId: number,
  chargingProfilePurpose: Profile["chargingProfilePurpose"],
  { unit = "W", duration, start, periods }: Schedule,
  more: object = {},
): Profile =>
  profileSchema.parse({
    chargingProfileId,
    stackLevel: 0,
    chargingProfilePurpose,
    chargingProfileKind: "Relative",
    chargingSchedule: {
      chargingRateUnit: unit,
      duration,
      startSchedule: start,
      chargingSchedulePeriod: periods.map(([startPeriod, limit, numberPhases]) => ({
        startPeriod,
        limit,
        numberPhases,
      })),
    },
    ...more,
  });
const constant = (id: number, purpose: Profile["chargingProfilePurpose"], limit: number, more: object = {}) =>
  profile(id, purpose, { periods: [[0, limit]] }, more);
const stack = (...profiles: [number, Profile][]): StoredProfile[] =>
  profiles.map(([connectorId, one]) => ({ connectorId, profile: one }));
const limitAt = (stored: StoredProfile[], atMs = startedAtMs) => connectorLimitW(stored, 1, running, atMs);

describe("charging profiles", () => {
  it("limit nothing where there are none", () => {
    expect(limitAt([])).toBe(Number.POSITIVE_INFINITY);
    expect(chargePointLimitW([], startedAtMs)).toBe(Number.POSITIVE_INFINITY);
  });

  it("follow their periods from the transaction's start, for their duration", () => {
    const stored = stack([
      1,
      profile(1, "TxProfile", {
        duration: 180,
        periods: [
          [0, 9_000],
          [60, 6_000],
        ],
      }),
    ]);
    expect([0, 59, 60, 179, 180].map((second) => limitAt(stored, startedAtMs + second * 1_000))).toEqual([
      9_000,
      9_000,
      6_000,
      6_000,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it("in amperes are of three phases unless they say otherwise", () => {
    const stored = stack([
      1,
      profile(1, "TxProfile", {
        unit: "A",
        periods: [
          [0, 16],
          [60, 16, 1],
        ],
      }),
    ]);
    expect([limitAt(stored), limitAt(stored, startedAtMs + minute)]).toEqual([11_040, 3_680]);
    expect(fromW(11_040, "A")).toBe(16);
    expect(fromW(11_000, "A")).toBe(15.9);
  });

  it("a transaction's own goes before the default, a connector's default before the one for all", () => {
    const all: [number, Profile] = [0, constant(1, "TxDefaultProfile", 5_000)];
    const one: [number, Profile] = [1, constant(2, "TxDefaultProfile", 7_000)];
    const own: [number, Profile] = [1, constant(3, "TxProfile", 9_000)];
    expect(limitAt(stack(all))).toBe(5_000);
    expect(limitAt(stack(all, one))).toBe(7_000);
    expect(limitAt(stack(all, one, own))).toBe(9_000);
    expect(connectorLimitW(stack(all, one, own), 2, running, startedAtMs)).toBe(5_000);
  });

  it("the highest in the stack wins, while it says something", () => {
    const low: [number, Profile] = [1, constant(1, "TxProfile", 9_000)];
    const high = profile(2, "TxProfile", { duration: 60, periods: [[0, 3_000]] }, { stackLevel: 3 });
    expect(limitAt(stack(low, [1, high]))).toBe(3_000);
    expect(limitAt(stack(low, [1, high]), startedAtMs + minute)).toBe(9_000);
  });

  it("count between validFrom and validTo only", () => {
    const validity = { validFrom: "2026-06-01T12:10:00Z", validTo: "2026-06-01T12:20:00Z" };
    const stored = stack([1, constant(1, "TxProfile", 4_000, validity)]);
    expect([0, 10, 19, 20].map((minutes) => limitAt(stored, startedAtMs + minutes * minute))).toEqual([
      Number.POSITIVE_INFINITY,
      4_000,
      4_000,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it("absolute ones begin at their own time, recurring ones each day or week anew", () => {
    const start = "2026-05-04T22:00:00Z";
    const night = { duration: 4 * 3_600, start, periods: [[0, 2_000] as [number, number]] };
    const of = (more: object) => stack([0, profile(1, "TxDefaultProfile", night, more)]);
    const absolute = of({ chargingProfileKind: "Absolute" });
    const daily = of({ chargingProfileKind: "Recurring", recurrencyKind: "Daily" });
    const weekly = of({ chargingProfileKind: "Recurring", recurrencyKind: "Weekly" });
    const first = Date.parse(start);
    const none = Number.POSITIVE_INFINITY;
    const limits = (stored: StoredProfile[]) =>
      [first - minute, first, first + 86_400_000, first + 7 * 86_400_000, first + 5 * 3_600_000].map((atMs) =>
        limitAt(stored, atMs),
      );
    expect(limits(absolute)).toEqual([none, 2_000, none, none, none]);
    expect(limits(daily)).toEqual([none, 2_000, 2_000, 2_000, none]);
    expect(limits(weekly)).toEqual([none, 2_000, none, 2_000, none]);
  });

  it("replace one of the same id, or of the same place in the stack", () => {
    const first = constant(1, "TxDefaultProfile", 5_000);
    const stored = withProfile(stack([1, first]), 1, constant(2, "TxDefaultProfile", 6_000));
    expect(stored.map((one) => one.profile.chargingProfileId)).toEqual([2]);
    const moved = withProfile(stored, 0, constant(2, "TxDefaultProfile", 7_000));
    expect(moved).toMatchObject([{ connectorId: 0, profile: { chargingProfileId: 2 } }]);
    expect(withProfile(moved, 1, constant(3, "TxDefaultProfile", 6_000, { stackLevel: 1 }))).toHaveLength(2);
  });

  it("are cleared by id, by what they are, or all", () => {
    const stored = stack(
      [0, constant(1, "TxDefaultProfile", 1)],
      [1, constant(2, "TxDefaultProfile", 2, { stackLevel: 1 })],
      [1, constant(3, "TxProfile", 3)],
    );
    const left = (criteria: object) => withoutProfiles(stored, criteria).map((one) => one.profile.chargingProfileId);
    expect(left({ id: 2, connectorId: 9 })).toEqual([1, 3]);
    expect(left({ connectorId: 1 })).toEqual([1]);
    expect(left({ chargingProfilePurpose: "TxDefaultProfile", stackLevel: 1 })).toEqual([1, 3]);
    expect(left({})).toEqual([]);
    expect(left({ id: 9 })).toEqual([1, 2, 3]);
    expect(withoutTransactionProfiles(stored, 1)).toHaveLength(2);
  });

  it("are taken only where they can mean something", () => {
    const max = constant(1, "ChargePointMaxProfile", 1, { chargingProfileKind: "Absolute" });
    expect([isSettable(0, max, undefined), isSettable(1, max, running)]).toEqual([true, false]);
    const own = constant(2, "TxProfile", 1);
    expect([isSettable(1, own, running), isSettable(1, own, idle), isSettable(0, own, undefined)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(isSettable(1, { ...own, transactionId: 8 }, running)).toBe(false);
    const recurring = constant(3, "TxDefaultProfile", 1, { chargingProfileKind: "Recurring" });
    expect(isSettable(1, recurring, running)).toBe(false);
  });

  it("name the times at which they change", () => {
    const stored = stack([
      1,
      profile(1, "TxProfile", {
        duration: 300,
        periods: [
          [0, 9_000],
          [60, 6_000],
        ],
      }),
    ]);
    const from = startedAtMs + 30_000;
    const changes = changesBetween(stored, running, from, startedAtMs + 600_000);
    expect(changes.map((atMs) => (atMs - startedAtMs) / 1_000)).toEqual([30, 60, 300]);
  });
});
