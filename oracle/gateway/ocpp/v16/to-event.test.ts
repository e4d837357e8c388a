import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deviceEventSchema } from "../../../bus/types.ts";
import { createOcpp16Schemas } from "../schemas.ts";
import { inboundActions, judge } from "./actions.ts";
import { type CallContext, toDeviceEvent } from "./to-event.ts";

const schemas = createOcpp16Schemas();
const context: CallContext = {
  deviceId: "CP1",
  connectionId: "c1",
  sequence: 3,
  receivedAtMs: Date.UTC(2026, 10, 20, 12),
  messageId: "m1",
  action: "MeterValues",
  frame: "[]",
  flags: [],
};
const as = (action: string, payload: unknown, more: Partial<CallContext> = {}) =>
  toDeviceEvent(payload, { ...context, action, ...more });

/** Any JSON, often in the members that matter, and with names that mean something to JavaScript. */
const scalar = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  fc.constantFrom("2026-11-20T12:00:00Z", "Available", "Remote", 1, -1, "12.5"),
);
const nasty = fc.constantFrom<unknown>(
  { toString: "x" },
  { valueOf: null, toString: 1 },
  JSON.parse('{"__proto__":{"idTag":"y"}}'),
  [],
  [[]],
  null,
);
const names = [
  "connectorId",
  "transactionId",
  "idTag",
  "meterStart",
  "meterStop",
  "timestamp",
  "reason",
  "status",
  "errorCode",
  "reservationId",
];
const fields = fc.dictionary(fc.constantFrom(...names, "toString", "constructor"), fc.oneof(scalar, nasty));
const sampled = fc.oneof(
  nasty,
  fc.dictionary(fc.constantFrom("value", "unit", "measurand", "context", "phase", "location", "format"), scalar),
);
const meterValue = fc.array(
  fc.oneof(nasty, fc.record({ timestamp: scalar, sampledValue: fc.array(sampled, { maxLength: 3 }) })),
  { maxLength: 3 },
);
const payload = fc.oneof(
  nasty,
  fields,
  fc
    .record({ meterValue, transactionData: meterValue, rest: fields })
    .map(({ rest, ...values }) => ({ ...rest, ...values })),
);

describe("toDeviceEvent", () => {
  it("makes a valid event of whatever validation lets through", () => {
    const events = [...inboundActions.keys()];
    fc.assert(
      fc.property(fc.constantFrom(...events), payload, (action, value) => {
        const verdict = judge(schemas, action, value);
        if (verdict.kind === "invalid") {
          expect(verdict.description).not.toBe("");
          return;
        }
        const event = as(action, value, { flags: verdict.flags });
        expect(deviceEventSchema.parse(event)).toEqual(event);
        expect(as(action, value, { flags: verdict.flags })).toEqual(event);
      }),
      { numRuns: 2_000 },
    );
  });

  it("knows a retried transaction message by its content, and every other message by its arrival", () => {
    const retry = { messageId: "m2", sequence: 9, connectionId: "c2" };
    for (const [action, value] of [
      ["StartTransaction", { connectorId: 1, idTag: "T", meterStart: 1, timestamp: "2026-11-20T12:00:00Z" }],
      ["MeterValues", { connectorId: 1, transactionId: 4, meterValue: [] }],
      ["StopTransaction", { transactionId: 4, meterStop: 9, timestamp: "2026-11-20T12:00:00Z" }],
    ] as const) {
      expect(as(action, value, retry).eventId).toBe(as(action, value).eventId);
      expect(as(action, value, { deviceId: "CP2" }).eventId).not.toBe(as(action, value).eventId);
      expect(as(action, { ...value, meterStart: 2, meterStop: 8, transactionId: 5 }).eventId).not.toBe(
        as(action, value).eventId,
      );
    }
    const status = { connectorId: 1, errorCode: "NoError", status: "Available" };
    expect(as("StatusNotification", status, retry).eventId).not.toBe(as("StatusNotification", status).eventId);
  });

  it("tells starts without a time apart by their message ids alone", () => {
    const start = { connectorId: 1, idTag: "T", meterStart: 0 };
    expect(as("StartTransaction", start, { messageId: "m2" }).eventId).not.toBe(as("StartTransaction", start).eventId);
    expect(as("StartTransaction", start, { sequence: 9 }).eventId).toBe(as("StartTransaction", start).eventId);
  });

  it("reads a stop without a reason as local, one with the maker's own as other, and NoError as no error", () => {
    expect(as("StopTransaction", {})).toMatchObject({ reason: "local", transactionId: null });
    expect(as("StopTransaction", { reason: "Bored" })).toMatchObject({ reason: "other" });
    const status = as("StatusNotification", { connectorId: 0, errorCode: "NoError", status: "SuspendedEVSE" });
    expect(status).toMatchObject({ connectorId: 0, errorCode: null, status: "suspendedEvse", flags: [] });
  });

  it("cuts what a device says of itself, and says so", () => {
    const long = "x".repeat(300);
    const cut = "x".repeat(255);
    const boot = {
      chargePointVendor: long,
      chargePointModel: long,
      chargeBoxSerialNumber: long,
      firmwareVersion: long,
    };
    expect(as("BootNotification", boot)).toMatchObject({
      ...{ vendor: cut, model: cut, serial: cut, firmware: cut },
      flags: ["chargePointVendor-cut", "chargePointModel-cut", "chargeBoxSerialNumber-cut", "firmwareVersion-cut"],
    });
    const status = { connectorId: 1, errorCode: long, status: "Faulted" };
    expect(as("StatusNotification", status)).toMatchObject({ errorCode: cut, flags: ["errorCode-cut"] });
    for (const action of ["Authorize", "StartTransaction", "StopTransaction"]) {
      const event = as(action, { idTag: long });
      expect(event).toMatchObject({ idToken: cut });
      expect(event.flags).toContain("idTag-cut");
    }
    const fine = { chargePointVendor: cut, chargePointModel: "M" };
    expect(as("BootNotification", fine)).toMatchObject({ vendor: cut, flags: [] });
  });

  it("keeps the beginning of a message id, and never half a character", () => {
    const id = `${"m".repeat(63)}🔌 and more`;
    const event = as("Heartbeat", {}, { messageId: id });
    expect(event.raw?.messageId).toBe("m".repeat(63));
    expect(event.flags).toEqual(["messageId-cut"]);
    // What was cut still tells two starts without a time apart.
    const start = (messageId: string) => as("StartTransaction", { idTag: "T" }, { messageId }).eventId;
    expect(start(`${id}1`)).not.toBe(start(`${id}2`));
  });
});
