import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RawClient } from "../../testing/raw-client.ts";
import { startWire, type Wire } from "../../testing/wire.ts";
import { accepted, type BareCommand, exchange, refused } from "./support.ts";

let wire: Wire;
let client: RawClient;
beforeEach(async () => {
  wire = await startWire();
  client = await wire.join();
});
afterEach(() => wire.close());

const change: BareCommand = { type: "changeConfiguration", key: "HeartbeatInterval", value: "60" };
const answered = async (status: string) => (await exchange(wire, client, change, { status })).result;

describe("configuration (OCPP 1.6 §5.3, §5.8)", () => {
  it("configuration read as a whole", async () => {
    const configurationKey = [
      { key: "HeartbeatInterval", readonly: false, value: "300" },
      { key: "NumberOfConnectors", readonly: true, value: "2" },
      { key: "AuthorizationKey", readonly: false },
    ];
    const { call, result } = await exchange(wire, client, { type: "getConfiguration" }, { configurationKey });
    expect(call).toEqual({ action: "GetConfiguration", payload: {} });
    expect(result).toEqual({
      outcome: "accepted",
      detail: "",
      answer: {
        type: "configuration",
        known: [
          { key: "HeartbeatInterval", readonly: false, value: "300" },
          { key: "NumberOfConnectors", readonly: true, value: "2" },
          { key: "AuthorizationKey", readonly: false, value: null },
        ],
        unknown: [],
      },
    });
  });

  it("configuration read by keys, one of them unknown", async () => {
    const command: BareCommand = { type: "getConfiguration", keys: ["HeartbeatInterval", "Colour"] };
    const { call, result } = await exchange(wire, client, command, {
      configurationKey: [{ key: "HeartbeatInterval", readonly: false, value: "300" }],
      unknownKey: ["Colour"],
    });
    expect(call.payload).toEqual({ key: ["HeartbeatInterval", "Colour"] });
    expect(result.answer).toMatchObject({ known: [{ key: "HeartbeatInterval" }], unknown: ["Colour"] });
  });

  it("configuration changed", async () => {
    const { call, result } = await exchange(wire, client, change, { status: "Accepted" });
    expect(call).toEqual({ action: "ChangeConfiguration", payload: { key: "HeartbeatInterval", value: "60" } });
    expect(result).toEqual(accepted);
  });

  it("configuration changed, in force after a reboot", async () => {
    expect(await answered("RebootRequired")).toEqual({ outcome: "accepted", detail: "RebootRequired" });
  });

  it("configuration change rejected", async () => {
    expect(await answered("Rejected")).toEqual(refused("rejected", "Rejected"));
  });

  it("configuration key not supported", async () => {
    expect(await answered("NotSupported")).toEqual(refused("notSupported", "NotSupported"));
  });
});

describe("data transfer (OCPP 1.6 §4.3, §5.6)", () => {
  it("data from a maker that is not known here: kept, and said so", async () => {
    const payload = { vendorId: "com.maker", messageId: "hello", data: "42" };
    expect(await client.call("DataTransfer", payload)).toEqual({ status: "UnknownVendorId" });
    expect(wire.core.of("reported")).toMatchObject([
      { kind: "dataTransfer", status: "com.maker", detail: "hello: 42", requestId: null },
    ]);
  });

  it("data to a charge point, with its answer", async () => {
    const command: BareCommand = { type: "dataTransfer", vendorId: "com.maker", messageId: "ask", data: "?" };
    const { call, result } = await exchange(wire, client, command, { status: "Accepted", data: "!" });
    expect(call).toEqual({ action: "DataTransfer", payload: { vendorId: "com.maker", messageId: "ask", data: "?" } });
    expect(result).toEqual({ ...accepted, answer: { type: "dataTransfer", data: "!" } });
  });

  it("data to a charge point refused: unknown maker, unknown message, rejected", async () => {
    const command: BareCommand = { type: "dataTransfer", vendorId: "com.maker" };
    for (const [status, refusal] of [
      ["UnknownVendorId", "unknownVendor"],
      ["UnknownMessageId", "unknownMessage"],
      ["Rejected", "rejected"],
    ] as const) {
      const { result } = await exchange(wire, client, command, { status, data: "why" });
      expect(result).toEqual({ ...refused(refusal, status), answer: { type: "dataTransfer", data: "why" } });
    }
  });
});
