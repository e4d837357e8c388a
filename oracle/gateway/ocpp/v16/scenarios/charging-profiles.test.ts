import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RawClient } from "../../testing/raw-client.ts";
import { startWire, type Wire } from "../../testing/wire.ts";
import { accepted, at, type BareCommand, exchange, iso, refused, send } from "./support.ts";

let wire: Wire;
let client: RawClient;
beforeEach(async () => {
  wire = await startWire();
  client = await wire.join();
});
afterEach(() => wire.close());

type SetProfile = Extract<BareCommand, { type: "setChargingProfile" }>;
const set: SetProfile = {
  type: "setChargingProfile",
  connectorId: 1,
  profile: {
    profileId: 11,
    stackLevel: 2,
    purpose: "tx",
    kind: "absolute",
    transactionId: "7",
    schedule: { startAtSeconds: at, durationSeconds: 3_600, unit: "W", periods: [{ startSeconds: 0, limit: 11_000 }] },
  },
};

describe("charging profiles (OCPP 1.6 §5.5, §5.7, §5.16)", () => {
  it("profile set for a transaction", async () => {
    const { call, result } = await exchange(wire, client, set, { status: "Accepted" });
    expect(call).toEqual({
      action: "SetChargingProfile",
      payload: {
        connectorId: 1,
        csChargingProfiles: {
          chargingProfileId: 11,
          transactionId: 7,
          stackLevel: 2,
          chargingProfilePurpose: "TxProfile",
          chargingProfileKind: "Absolute",
          chargingSchedule: {
            duration: 3_600,
            startSchedule: iso(at),
            chargingRateUnit: "W",
            chargingSchedulePeriod: [{ startPeriod: 0, limit: 11_000 }],
          },
        },
      },
    });
    expect(result).toEqual(accepted);
  });

  it("profile set as the default of a connector, recurring, in amperes by phases", async () => {
    const command: SetProfile = {
      ...set,
      profile: {
        profileId: 12,
        stackLevel: 0,
        purpose: "txDefault",
        kind: "recurring",
        recurrency: "daily",
        validFromSeconds: at,
        validToSeconds: at + 86_400,
        schedule: {
          unit: "A",
          minimum: 6.1,
          periods: [
            { startSeconds: 0, limit: 16, phases: 3 },
            { startSeconds: 28_800, limit: 32.3, phases: 1 },
          ],
        },
      },
    };
    const { call } = await exchange(wire, client, command, { status: "Accepted" });
    expect(call.payload.csChargingProfiles).toEqual({
      chargingProfileId: 12,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Recurring",
      recurrencyKind: "Daily",
      validFrom: iso(at),
      validTo: iso(at + 86_400),
      chargingSchedule: {
        chargingRateUnit: "A",
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 16, numberPhases: 3 },
          { startPeriod: 28_800, limit: 32.3, numberPhases: 1 },
        ],
        minChargingRate: 6.1,
      },
    });
  });

  it("profile set as the limit of the whole charge point", async () => {
    const { transactionId: _, ...profile } = set.profile;
    const command: SetProfile = { ...set, connectorId: 0, profile: { ...profile, purpose: "chargePointMax" } };
    const { call } = await exchange(wire, client, command, { status: "Accepted" });
    expect(call.payload).toMatchObject({
      connectorId: 0,
      csChargingProfiles: { chargingProfilePurpose: "ChargePointMaxProfile" },
    });
  });

  it("profile refused: rejected, not supported", async () => {
    const rejected = await exchange(wire, client, set, { status: "Rejected" });
    expect(rejected.result).toEqual(refused("rejected", "Rejected"));
    const none = await exchange(wire, client, set, { status: "NotSupported" });
    expect(none.result).toEqual(refused("notSupported", "NotSupported"));
  });

  it("profile that the protocol cannot say is not sent", async () => {
    const schedule = { ...set.profile.schedule, periods: [{ startSeconds: 0, limit: 10.25 }] };
    const result = await send(wire, { ...set, profile: { ...set.profile, schedule } });
    expect(result).toMatchObject({ outcome: "rejected", refusal: "notSent", detail: expect.stringContaining("limit") });
    expect(client.inbox).toEqual([]);
  });

  it("profiles cleared: one, some and all", async () => {
    for (const [command, payload] of [
      [{ profileId: 11 }, { id: 11 }],
      [
        { connectorId: 1, purpose: "txDefault", stackLevel: 2 },
        { connectorId: 1, chargingProfilePurpose: "TxDefaultProfile", stackLevel: 2 },
      ],
      [{}, {}],
    ] as const) {
      const cleared = await exchange(
        wire,
        client,
        { type: "clearChargingProfile", ...command },
        { status: "Accepted" },
      );
      expect(cleared).toEqual({ call: { action: "ClearChargingProfile", payload }, result: accepted });
    }
  });

  it("profiles cleared: none that fits", async () => {
    const { result } = await exchange(wire, client, { type: "clearChargingProfile" }, { status: "Unknown" });
    expect(result).toEqual(refused("unknownProfile", "Unknown"));
  });

  it("composite schedule", async () => {
    const command: BareCommand = { type: "getCompositeSchedule", connectorId: 1, durationSeconds: 7_200, unit: "A" };
    const { call, result } = await exchange(wire, client, command, {
      status: "Accepted",
      connectorId: 1,
      scheduleStart: iso(at),
      chargingSchedule: {
        duration: 7_200,
        chargingRateUnit: "A",
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 16 },
          { startPeriod: 3_600, limit: 10.5, numberPhases: 1 },
        ],
      },
    });
    expect(call).toEqual({
      action: "GetCompositeSchedule",
      payload: { connectorId: 1, duration: 7_200, chargingRateUnit: "A" },
    });
    expect(result).toEqual({
      ...accepted,
      answer: {
        type: "compositeSchedule",
        connectorId: 1,
        startAtSeconds: at,
        schedule: {
          durationSeconds: 7_200,
          startAtSeconds: null,
          unit: "A",
          minimum: null,
          periods: [
            { startSeconds: 0, limit: 16, phases: null },
            { startSeconds: 3_600, limit: 10.5, phases: 1 },
          ],
        },
      },
    });
  });

  it("composite schedule refused", async () => {
    const command: BareCommand = { type: "getCompositeSchedule", connectorId: 9, durationSeconds: 60 };
    const { result } = await exchange(wire, client, command, { status: "Rejected" });
    expect(result).toEqual(refused("rejected", "Rejected"));
  });
});
