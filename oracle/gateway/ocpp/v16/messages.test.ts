/** Every message of the standard is spoken, in the direction that the standard gives it. */
import ocpp16 from "ocpp-rpc/lib/schemas/ocpp1_6.json" with { type: "json" };
import { describe, expect, it } from "vitest";
import { deviceCommandSchema } from "../../../bus/types.ts";
import { createOcpp16Schemas } from "../schemas.ts";
import { inboundActions } from "./actions.ts";
import type { BareCommand } from "./scenarios/support.ts";
import { toCall } from "./to-call.ts";

const hash = { algorithm: "SHA512", issuerNameHash: "aa", issuerKeyHash: "bb", serialNumber: "01" } as const;
const location = "https://files.example/1";
const at = 1_800_000_000;
const schedule = { unit: "W" as const, periods: [{ startSeconds: 0, limit: 3_680 }] };

/** One command of each type. */
const commands: BareCommand[] = [
  { type: "remoteStart", connectorId: 1, idToken: "TAG" },
  { type: "remoteStop", transactionId: "1" },
  { type: "trigger", message: "status", connectorId: null },
  { type: "changeAvailability", connectorId: 0, operative: false },
  { type: "reset", kind: "soft" },
  { type: "unlock", connectorId: 1 },
  { type: "clearCache" },
  { type: "changeConfiguration", key: "HeartbeatInterval", value: "60" },
  { type: "getConfiguration" },
  { type: "dataTransfer", vendorId: "com.maker" },
  { type: "reserve", connectorId: 1, expiresAtSeconds: at, idToken: "TAG", reservationId: 1 },
  { type: "cancelReservation", reservationId: 1 },
  { type: "getLocalListVersion" },
  { type: "sendLocalList", version: 1, update: "full" },
  {
    type: "setChargingProfile",
    connectorId: 1,
    profile: {
      profileId: 1,
      stackLevel: 0,
      purpose: "txDefault",
      kind: "relative",
      schedule,
    },
  },
  { type: "clearChargingProfile" },
  { type: "getCompositeSchedule", connectorId: 1, durationSeconds: 60 },
  { type: "updateFirmware", location, retrieveAtSeconds: at },
  {
    type: "signedUpdateFirmware",
    ...{ requestId: 1, location, retrieveAtSeconds: at, signingCertificate: "PEM", signature: "c2ln" },
  },
  { type: "getDiagnostics", location },
  { type: "getLog", requestId: 1, log: "diagnostics", location },
  { type: "certificateSigned", certificateChain: "PEM" },
  { type: "installCertificate", certificateType: "manufacturerRoot", certificate: "PEM" },
  { type: "deleteCertificate", certificate: hash },
  { type: "getInstalledCertificates", certificateType: "centralSystemRoot" },
  { type: "extendedTrigger", message: "status" },
];

const calls = commands.map((command) =>
  toCall(deviceCommandSchema.parse({ commandId: "k", deviceId: "CP1", ...command })),
);

describe("messages of OCPP 1.6 with the security extension", () => {
  it("are all spoken, each in its direction", () => {
    const standard = ocpp16.flatMap(({ $id }) => (/^urn:(.+)\.req$/.exec($id)?.[1] ?? []) as string | never[]);
    const outbound = calls.map(({ action }) => action);
    expect([...new Set([...outbound, ...inboundActions.keys()])].sort()).toEqual([...standard].sort());
    // DataTransfer goes both ways.
    expect(outbound.filter((action) => inboundActions.has(action))).toEqual(["DataTransfer"]);
  });

  it("go out as the standard's schemas want them, of every command there is", () => {
    const types = deviceCommandSchema.options.map(({ shape }) => shape.type.value);
    expect(commands.map(({ type }) => type).sort()).toEqual([...types].sort());
    const schemas = createOcpp16Schemas();
    for (const { action, payload } of calls) expect(schemas.violationsOf(action, "req", payload), action).toEqual([]);
  });
});
