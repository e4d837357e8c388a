import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startWire, type Wire } from "../../testing/wire.ts";
import { accepted, exchange } from "./support.ts";

let wire: Wire;
beforeEach(async () => {
  wire = await startWire();
});
afterEach(() => wire.close());

const boot = { chargePointVendor: "OpenJoule", chargePointModel: "AC22", firmwareVersion: "1.0" };
const currentTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

describe("boot, heartbeat and states (OCPP 1.6 §4.2, §4.6, §4.9, §5.14)", () => {
  it("boot accepted", async () => {
    const client = await wire.join();
    expect(await client.call("BootNotification", boot)).toEqual({ status: "Accepted", currentTime, interval: 300 });
    expect(wire.core.of("booted")).toMatchObject([
      { vendor: "OpenJoule", model: "AC22", serial: null, firmware: "1.0", flags: [] },
    ]);
  });

  it("boot pending, then accepted when the central system asks for it again", async () => {
    const client = await wire.join();
    wire.core.boot = { status: "pending", intervalSeconds: 60 };
    expect(await client.call("BootNotification", boot)).toEqual({ status: "Pending", currentTime, interval: 60 });
    // While it is pending the central system may ask, e.g. for the configuration (§4.2.1).
    const { result } = await exchange(wire, client, { type: "getConfiguration", keys: [] }, { configurationKey: [] });
    expect(result.outcome).toBe("accepted");
    wire.core.boot = { status: "accepted", intervalSeconds: 300 };
    await exchange(wire, client, { type: "trigger", message: "boot", connectorId: null }, { status: "Accepted" });
    expect(await client.call("BootNotification", boot)).toMatchObject({ status: "Accepted", interval: 300 });
  });

  it("boot rejected", async () => {
    const client = await wire.join();
    wire.core.boot = { status: "rejected", intervalSeconds: 900 };
    expect(await client.call("BootNotification", boot)).toEqual({ status: "Rejected", currentTime, interval: 900 });
  });

  it("heartbeat answered with the time", async () => {
    const client = await wire.join();
    const before = Date.now();
    const answer = await client.call("Heartbeat", {});
    expect(answer).toEqual({ currentTime });
    expect(Date.parse(String(answer.currentTime))).toBeGreaterThanOrEqual(before);
  });

  it("states of every connector and of the charge point", async () => {
    const client = await wire.join();
    const states = [
      ["Available", "available"],
      ["Preparing", "preparing"],
      ["Charging", "charging"],
      ["SuspendedEVSE", "suspendedEvse"],
      ["SuspendedEV", "suspendedEv"],
      ["Finishing", "finishing"],
      ["Reserved", "reserved"],
      ["Unavailable", "unavailable"],
      ["Faulted", "faulted"],
    ] as const;
    for (const [connectorId, [status]] of states.entries()) {
      const errorCode = status === "Faulted" ? "GroundFailure" : "NoError";
      expect(await client.call("StatusNotification", { connectorId, errorCode, status })).toEqual({});
    }
    expect(wire.core.of("status")).toMatchObject(
      states.map(([word, status], connectorId) => ({
        connectorId,
        status,
        errorCode: word === "Faulted" ? "GroundFailure" : null,
        flags: [],
      })),
    );
  });

  it("reset, soft and hard, followed by a new boot", async () => {
    const client = await wire.join();
    for (const [kind, type] of [
      ["soft", "Soft"],
      ["hard", "Hard"],
    ] as const) {
      const { call, result } = await exchange(wire, client, { type: "reset", kind }, { status: "Accepted" });
      expect(call).toEqual({ action: "Reset", payload: { type } });
      expect(result).toEqual(accepted);
    }
    client.socket.terminate();
    await wire.core.wait("disconnected");
    const again = await wire.join();
    expect(await again.call("BootNotification", boot)).toMatchObject({ status: "Accepted" });
  });

  it("reset refused", async () => {
    const client = await wire.join();
    const { result } = await exchange(wire, client, { type: "reset", kind: "hard" }, { status: "Rejected" });
    expect(result).toEqual({ outcome: "rejected", detail: "Rejected", refusal: "rejected" });
  });
});
