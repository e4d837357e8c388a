import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RawClient } from "../../testing/raw-client.ts";
import { startWire, type Wire } from "../../testing/wire.ts";
import { accepted, at, exchange, iso, refused } from "./support.ts";

let wire: Wire;
let client: RawClient;
beforeEach(async () => {
  wire = await startWire();
  client = await wire.join();
});
afterEach(() => wire.close());

describe("triggers (OCPP 1.6 §5.17)", () => {
  it("each message triggered", async () => {
    const reading = { timestamp: iso(at - 1e8), sampledValue: [{ value: "1", context: "Trigger" }] };
    const messages = [
      ["boot", "BootNotification", { chargePointVendor: "V", chargePointModel: "M" }, "booted"],
      ["diagnosticsStatus", "DiagnosticsStatusNotification", { status: "Idle" }, "reported"],
      ["firmwareStatus", "FirmwareStatusNotification", { status: "Idle" }, "reported"],
      ["heartbeat", "Heartbeat", {}, "heartbeat"],
      ["meterValues", "MeterValues", { connectorId: 1, meterValue: [reading] }, "meterValues"],
      ["status", "StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Available" }, "status"],
    ] as const;
    for (const [message, action, payload, type] of messages) {
      const command = { type: "trigger", message, connectorId: null } as const;
      const { call, result } = await exchange(wire, client, command, { status: "Accepted" });
      expect(call).toEqual({ action: "TriggerMessage", payload: { requestedMessage: action } });
      expect(result).toEqual(accepted);
      await client.call(action, payload);
      expect(wire.core.events.at(-1)).toMatchObject({ type, flags: [] });
    }
    expect(wire.core.of("meterValues")).toMatchObject([{ samples: [{ context: "trigger" }] }]);
  });

  it("trigger for one connector", async () => {
    const command = { type: "trigger", message: "status", connectorId: 2 } as const;
    const { call } = await exchange(wire, client, command, { status: "Accepted" });
    expect(call.payload).toEqual({ requestedMessage: "StatusNotification", connectorId: 2 });
  });

  it("trigger rejected", async () => {
    const command = { type: "trigger", message: "status", connectorId: 99 } as const;
    const { result } = await exchange(wire, client, command, { status: "Rejected" });
    expect(result).toEqual(refused("rejected", "Rejected"));
  });

  it("trigger not implemented", async () => {
    const command = { type: "trigger", message: "diagnosticsStatus", connectorId: null } as const;
    const { result } = await exchange(wire, client, command, { status: "NotImplemented" });
    expect(result).toEqual(refused("notSupported", "NotImplemented"));
  });
});
