import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RawClient } from "../../testing/raw-client.ts";
import { startWire, type Wire } from "../../testing/wire.ts";
import { iso } from "./support.ts";

let wire: Wire;
let client: RawClient;
beforeEach(async () => {
  wire = await startWire();
  client = await wire.join();
});
afterEach(() => wire.close());

/** Long enough ago to have been offline. */
const began = Math.floor(Date.now() / 1_000) - 7_200;
const start = { connectorId: 1, idTag: "TAG", meterStart: 1_000, timestamp: iso(began) };
const values = (seconds: number, energyWh: number) => ({
  connectorId: 1,
  transactionId: 1,
  meterValue: [
    {
      timestamp: iso(began + seconds),
      sampledValue: [
        { value: String(energyWh), unit: "Wh", measurand: "Energy.Active.Import.Register", context: "Sample.Periodic" },
        { value: "7.4", unit: "kW", measurand: "Power.Active.Import" },
        { value: "55", unit: "Percent", measurand: "SoC", location: "EV" },
      ],
    },
  ],
});
const stop = { transactionId: 1, meterStop: 1_400, timestamp: iso(began + 180), reason: "Local", idTag: "TAG" };

async function whole(raw: RawClient): Promise<void> {
  const started = { transactionId: 1, idTagInfo: { status: "Accepted" } };
  expect(await raw.call("StartTransaction", start)).toEqual(started);
  for (const minute of [1, 2])
    expect(await raw.call("MeterValues", values(60 * minute, 1_000 + 123 * minute))).toEqual({});
  expect(await raw.call("StopTransaction", stop)).toEqual({});
}

describe("transactions (OCPP 1.6 §3.6, §3.7, §4.7, §4.8, §4.10)", () => {
  it("regular transaction", async () => {
    await client.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Preparing" });
    await client.call("Authorize", { idTag: "TAG" });
    await whole(client);
    await client.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Available" });
    expect(wire.core.events.map(({ type }) => type)).toEqual([
      "connected",
      "status",
      "authorize",
      "transactionStarted",
      "meterValues",
      "meterValues",
      "transactionStopped",
      "status",
    ]);
    expect(wire.core.of("meterValues")[1]).toMatchObject({
      transactionId: "1",
      samples: [{ timestampSeconds: began + 120, energyWh: 1_246, powerW: 7_400, socPercent: 55, context: "periodic" }],
      flags: [],
    });
    expect(wire.core.of("transactionStopped")).toMatchObject([
      { transactionId: "1", meterStopWh: 1_400, timestampSeconds: began + 180, reason: "local", idToken: "TAG" },
    ]);
  });

  it("transaction whose stop carries its readings", async () => {
    await client.call("StartTransaction", start);
    const transactionData = [1, 2].map((minute) => values(60 * minute, 1_000 + minute).meterValue[0]);
    await client.call("StopTransaction", { ...stop, transactionData });
    expect(wire.core.of("transactionStopped")[0]?.samples.map(({ energyWh }) => energyWh)).toEqual([1_001, 1_002]);
  });

  it("transaction ended by another tag of the same parent", async () => {
    for (const idTag of ["TAG", "OTHER"]) {
      wire.core.authorizations.set(idTag, { status: "accepted", expiresAtSeconds: null, parentIdToken: "FLEET" });
    }
    expect(await client.call("StartTransaction", start)).toMatchObject({ idTagInfo: { parentIdTag: "FLEET" } });
    expect(await client.call("Authorize", { idTag: "OTHER" })).toMatchObject({ idTagInfo: { parentIdTag: "FLEET" } });
    expect(await client.call("StopTransaction", { ...stop, idTag: "OTHER" })).toEqual({});
    expect(wire.core.of("transactionStopped")).toMatchObject([{ transactionId: "1", idToken: "OTHER" }]);
  });

  it("transaction ended for each reason of the standard", async () => {
    const reasons = {
      EmergencyStop: "emergencyStop",
      EVDisconnected: "evDisconnected",
      HardReset: "reboot",
      Local: "local",
      Other: "other",
      PowerLoss: "powerLoss",
      Reboot: "reboot",
      Remote: "remote",
      SoftReset: "reboot",
      UnlockCommand: "unlockCommand",
      DeAuthorized: "deAuthorized",
    };
    for (const reason of Object.keys(reasons)) await client.call("StopTransaction", { ...stop, reason });
    expect(wire.core.of("transactionStopped").map(({ reason }) => reason)).toEqual(Object.values(reasons));
    // Left out, it is Local (§6.49).
    const { reason: _, ...silent } = stop;
    await client.call("StopTransaction", { ...silent, meterStop: 1_401 });
    expect(wire.core.of("transactionStopped").at(-1)?.reason).toBe("local");
  });

  it("offline transaction, told as a whole after the reconnection", async () => {
    client.socket.terminate();
    await wire.core.wait("disconnected");
    const again = await wire.join();
    await whole(again);
    expect(wire.core.of("transactionStarted")).toMatchObject([{ timestampSeconds: began, flags: [] }]);
    expect(wire.core.of("meterValues").map(({ samples }) => samples[0]?.timestampSeconds)).toEqual([
      began + 60,
      began + 120,
    ]);
  });

  it("offline end of a transaction begun online", async () => {
    await client.call("StartTransaction", start);
    client.socket.terminate();
    await wire.core.wait("disconnected");
    const again = await wire.join();
    const status = { connectorId: 1, errorCode: "NoError", status: "Available" };
    await again.call("StatusNotification", { ...status, timestamp: iso(began + 200) });
    expect(await again.call("StopTransaction", { ...stop, reason: "PowerLoss" })).toEqual({});
    expect(wire.core.of("transactionStopped")).toMatchObject([{ reason: "powerLoss", timestampSeconds: began + 180 }]);
  });

  it("replayed transaction: the same messages are the same events, with the same transaction id", async () => {
    await whole(client);
    client.socket.terminate();
    await wire.core.wait("disconnected");
    await whole(await wire.join());
    const ids = (type: "transactionStarted" | "meterValues" | "transactionStopped") =>
      wire.core.of(type).map(({ eventId }) => eventId);
    for (const [type, count] of [
      ["transactionStarted", 1],
      ["meterValues", 2],
      ["transactionStopped", 1],
    ] as const) {
      expect(ids(type)).toHaveLength(2 * count);
      expect(new Set(ids(type)).size).toBe(count);
    }
  });

  it("meter values outside a transaction", async () => {
    const { transactionId: _, ...idle } = values(60, 1_000);
    expect(await client.call("MeterValues", { ...idle, connectorId: 0 })).toEqual({});
    expect(wire.core.of("meterValues")).toMatchObject([{ connectorId: 0, transactionId: null, flags: [] }]);
  });
});
