import { afterEach, describe, expect, it } from "vitest";
import type { StationCommand } from "../bus/station-commands.ts";
import type { DeviceCommandResult } from "../bus/types.ts";
import { DEVICE, eventually, type Harness, type HarnessOptions, startHarness } from "./testing/harness.ts";

let harness: Harness;
afterEach(() => harness.close());

const start = async (options: HarnessOptions = {}) => {
  harness = await startHarness(options);
};
const base = { commandId: "k1", deviceId: DEVICE };
const updateFirmware: StationCommand = {
  ...base,
  type: "updateFirmware",
  location: "https://updates.example/1.2.bin",
  retrieveAtSeconds: 1_800_000_000,
  retries: null,
  retryIntervalSeconds: null,
};
const getLog = (commandId: string, requestId: number): StationCommand => ({
  ...base,
  commandId,
  type: "getLog",
  requestId,
  log: "security",
  location: "https://logs.example/in",
  fromSeconds: null,
  toSeconds: null,
  retries: null,
  retryIntervalSeconds: null,
});
const done = (commandId = "k1") =>
  eventually(`command ${commandId} is done`, async () => {
    const view = await harness.engine.stations.command(commandId);
    return view !== undefined && view.state !== "waiting" && view;
  });
const report = (kind: "firmware" | "log" | "security", status: string, requestId: number | null = null) =>
  harness.publish({ type: "reported", kind, status, requestId, detail: null, timestampSeconds: null });

describe("commands to stations", () => {
  it("sends a command once, and keeps what the station answered", async () => {
    await start({
      onCommand: async () => ({
        outcome: "accepted",
        answer: { type: "localListVersion", version: 7 },
      }),
    });
    const command: StationCommand = { ...base, type: "getLocalListVersion" };
    expect(await harness.engine.stations.request(command, 60)).toBe("accepted");
    expect(await harness.engine.stations.request(command, 60)).toBe("already");
    expect(await harness.engine.stations.request({ ...base, type: "clearCache" }, 60)).toBe("idTaken");
    expect(await done()).toMatchObject({
      type: "getLocalListVersion",
      state: "accepted",
      refusal: null,
      answer: { type: "localListVersion", version: 7 },
      history: [],
    });
    expect(harness.commands).toEqual([command]);
  });

  it("keeps why a station refused", async () => {
    await start({ onCommand: async () => ({ outcome: "rejected", refusal: "occupied" }) });
    const command = { type: "reserve", connectorId: 1, idToken: "TAG", reservationId: 5 } as const;
    await harness.engine.stations.request(
      { ...base, ...command, expiresAtSeconds: 1_800_000_000, parentIdToken: null },
      60,
    );
    expect(await done()).toMatchObject({ state: "rejected", refusal: "occupied", answer: null });
  });

  it("waits for a station that is away, sends when it connects, and gives up when the time has passed", async () => {
    let outcome: DeviceCommandResult["outcome"] = "offline";
    await start({ onCommand: async () => outcome });
    await harness.engine.stations.request({ ...base, type: "clearCache" }, 60);
    await eventually("it was tried", async () => harness.commands.length > 0);
    expect(await harness.engine.stations.command("k1")).toMatchObject({ state: "waiting" });
    outcome = "accepted";
    await harness.publish({ type: "connected", protocol: "ocpp1.6", remoteAddress: "::1" });
    expect(await done()).toMatchObject({ state: "accepted" });

    outcome = "offline";
    await harness.engine.stations.request({ ...base, commandId: "k2", type: "clearCache" }, 60);
    await eventually("it was tried", async () => harness.commands.length > 2);
    harness.clock.advance(61);
    expect(await done("k2")).toMatchObject({ state: "expired" });
  });

  it("refuses a device that is not configured and a command that is none, by name", async () => {
    await start();
    const { stations } = harness.engine;
    const unknown: StationCommand = { type: "clearCache", commandId: "k1", deviceId: "CP9" };
    expect(await stations.request(unknown, 60)).toBe("unknownDevice");
    const wrong: StationCommand = { ...base, type: "sendLocalList", version: 0, update: "full", entries: [] };
    await expect(stations.request(wrong, 60)).rejects.toMatchObject({ issues: [{ path: ["version"] }] });
    expect(await stations.command("k1")).toBeUndefined();
  });

  it("keeps no key that it has told", async () => {
    await start();
    const key = { key: "AuthorizationKey", value: "0011223344556677889900112233445566778899" };
    await harness.engine.stations.request({ ...base, type: "changeConfiguration", ...key }, 60);
    await done();
    expect(harness.commands).toMatchObject([{ value: key.value }]);
    const rows = await harness.store.db.selectFrom("commands").selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(key.value);
  });

  it("keeps no login to a file server that it has told", async () => {
    await start();
    const location = "ftp://updater:s3cret@updates.example/1.2.bin";
    await harness.engine.stations.request({ ...updateFirmware, location }, 60);
    await done();
    expect(harness.commands).toMatchObject([{ location }]);
    const [row] = await harness.store.db.selectFrom("commands").selectAll().execute();
    expect(row?.payload).toContain("updates.example/1.2.bin");
    expect(row?.payload).not.toContain("s3cret");
  });
});

describe("reports of stations", () => {
  it("keeps the history of a firmware update, also of one that is told before the answer is written", async () => {
    const told = Promise.withResolvers<void>();
    await start({
      async onCommand() {
        await report("firmware", "Downloading");
        told.resolve();
        return "accepted";
      },
    });
    await harness.engine.stations.request(updateFirmware, 60);
    await told.promise;
    await done();
    for (const status of ["Downloaded", "Installing", "InstallationFailed"]) await report("firmware", status);
    // Asked for by a trigger while nothing is under way.
    await report("firmware", "Idle");
    const view = await done();
    expect(view.history.map(({ status }) => status)).toEqual([
      "Downloading",
      "Downloaded",
      "Installing",
      "InstallationFailed",
    ]);
    const newest = await harness.engine.stations.reports(DEVICE, { limit: 2 });
    expect(newest.map(({ status }) => status)).toEqual(["Idle", "InstallationFailed"]);
  });

  it("tells two uploads apart by their request ids", async () => {
    await start();
    await harness.engine.stations.request(getLog("k1", 1), 60);
    await harness.engine.stations.request(getLog("k2", 2), 60);
    await Promise.all([done("k1"), done("k2")]);
    await report("log", "Uploading", 1);
    await report("log", "Uploading", 2);
    await report("log", "UploadFailure", 1);
    await report("log", "Uploaded", 2);
    await report("log", "Uploaded", 3);
    expect((await done("k1")).history.map(({ status }) => status)).toEqual(["Uploading", "UploadFailure"]);
    expect((await done("k2")).history.map(({ status }) => status)).toEqual(["Uploading", "Uploaded"]);
  });

  it("gives an update that the station refused no history", async () => {
    await start({ onCommand: async () => ({ outcome: "rejected", refusal: "notSupported" }) });
    await harness.engine.stations.request(updateFirmware, 60);
    await done();
    await report("firmware", "Installed");
    expect((await done()).history).toEqual([]);
  });

  it("keeps a report that is repeated once, and each kind apart", async () => {
    await start();
    const eventId = "ab".repeat(32);
    const event = { type: "reported", kind: "security", status: "TamperDetectionActivated", requestId: null } as const;
    const tampered = { ...event, eventId, detail: "door", timestampSeconds: 1_799_999_999 };
    await harness.publish(tampered);
    await harness.publish(tampered);
    await report("firmware", "Idle");
    expect(await harness.engine.stations.reports(DEVICE, { kind: "security", limit: 10 })).toEqual([
      {
        kind: "security",
        status: "TamperDetectionActivated",
        requestId: null,
        detail: "door",
        timestampSeconds: 1_799_999_999,
        receivedAtMs: harness.clock.now(),
      },
    ]);
  });
});
