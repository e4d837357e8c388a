/** The charge point as a process, against a central system of nothing but `ws` frames. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Call,
  type CentralSystem,
  createCentralSystem,
  killChargePoints,
  runChargePoint,
} from "./testing/central-system.ts";

let central: CentralSystem;
let directory: string;
const run = (...args: string[]) => runChargePoint(central, ...args);

const registerOf = ({ payload }: Call) => {
  const [{ sampledValue }] = payload.meterValue as [{ sampledValue: { value: string; measurand: string }[] }];
  return Number(sampledValue.find(({ measurand }) => measurand === "Energy.Active.Import.Register")?.value);
};
const online = (connector: number) =>
  central.wait("StatusNotification", ({ connectorId, status }) => connectorId === connector && status === "Available");
const remoteStart = () => central.ask("RemoteStartTransaction", { connectorId: 1, idTag: "TAG" });

beforeEach(async () => {
  central = await createCentralSystem();
  directory = mkdtempSync(join(tmpdir(), "openjoule-charge-point-"));
});
afterEach(async () => {
  killChargePoints();
  await central.close();
  rmSync(directory, { recursive: true });
});

describe("charge point process", () => {
  it("gives each connector its power and current; a full vehicle stays on the cable until its driver unplugs", async () => {
    const powers = ["--connectors", "2", "--power", "22000,50000", "--current", "ac,dc", "--ramp", "0"];
    const full = ["--soc", "79.999", "--target-soc", "80", "--at-target", "suspend", "--unplug-delay", "0.5"];
    const point = run(...powers, ...full, "--meter-interval", "0.05");
    await online(2);
    const measurands = (call: Call) =>
      (call.payload.meterValue as [{ sampledValue: { measurand: string }[] }])[0].sampledValue.map(
        (one) => one.measurand,
      );
    for (const [connectorId, currentPower, knowsSoc] of [
      [1, 22_000, false],
      [2, 50_000, true],
    ] as const) {
      await central.ask("RemoteStartTransaction", { connectorId, idTag: "TAG" });
      const first = await central.wait("MeterValues", (payload) => payload.connectorId === connectorId);
      expect(measurands(first).includes("SoC")).toBe(knowsSoc);
      await central.wait(
        "StatusNotification",
        (payload) => payload.connectorId === connectorId && payload.status === "SuspendedEV",
      );
      const stop = await central.wait("StopTransaction", ({ transactionId }) => transactionId === connectorId);
      expect(stop.payload.reason).toBe("EVDisconnected");
      const readings = point.events.items.filter((one) => one.event === "meterValues" && one.connector === connectorId);
      const readPowers = readings.map(({ powerW }) => Number(powerW));
      expect(Math.max(...readPowers)).toBeGreaterThan(0.9 * currentPower);
      expect(Math.max(...readPowers)).toBeLessThanOrEqual(currentPower);
      expect(readPowers.at(-1)).toBe(0);
    }
    await point.end();
  });

  it("boots, tells its states, charges on a remote start and ends on a remote stop", async () => {
    const point = run("--password", "secret", "--connectors", "2", "--meter-start", "5000");
    await online(2);
    expect(central.authorization).toBe(`Basic ${Buffer.from("CP1:secret").toString("base64")}`);
    expect(central.calls.items.slice(0, 4).map(({ action, payload }) => [action, payload.connectorId])).toEqual([
      ["BootNotification", undefined],
      ["StatusNotification", 0],
      ["StatusNotification", 1],
      ["StatusNotification", 2],
    ]);
    expect(await remoteStart()).toEqual({ status: "Accepted" });
    const start = await central.wait("StartTransaction");
    expect(start.payload).toMatchObject({ connectorId: 1, idTag: "TAG", meterStart: 5_000 });
    await point.wait("meterValues", ({ energyWh }) => Number(energyWh) > 5_000);
    expect(await remoteStart()).toEqual({ status: "Rejected" });
    expect(await central.ask("RemoteStopTransaction", { transactionId: 99 })).toEqual({ status: "Rejected" });
    expect(await central.ask("RemoteStopTransaction", { transactionId: 1 })).toEqual({ status: "Accepted" });
    const stop = await central.wait("StopTransaction");
    expect(stop.payload).toMatchObject({ transactionId: 1, reason: "Remote", idTag: "TAG", transactionData: [{}, {}] });
    expect(stop.payload.meterStop).toBeGreaterThan(5_000);
    await central.calls.find(() => central.of("StatusNotification").length >= 7);
    const statuses = central.of("StatusNotification").filter(({ payload }) => payload.connectorId === 1);
    expect(statuses.map(({ payload }) => payload.status)).toEqual([
      "Available",
      "Preparing",
      "Charging",
      "Finishing",
      "Available",
    ]);
    const registers = central.of("MeterValues").map(registerOf);
    expect(registers).toEqual([...registers].sort((a, b) => a - b));
    expect(await point.wait("transactionStopped")).toMatchObject({ connector: 1, transactionId: 1, reason: "Remote" });
    expect(await point.end()).toEqual({ code: 0, signal: null, errors: "" });
    expect(point.events.items.at(-1)).toMatchObject({ event: "exit", reason: "SIGTERM" });
  });

  it("ends at the target, by unplugging, by a fault and by a refused tag, each with its reason", async () => {
    const target = run("--target-energy", "1", "--ramp", "0", "--connectors", "4");
    await online(4);
    await remoteStart();
    expect((await central.wait("StopTransaction")).payload.reason).toBe("Local");
    await target.end();

    const point = run("--connectors", "4", "--unplug-delay", "-1");
    const start = async (connectorId: number) => {
      const started = point.wait("transactionStarted", ({ connector }) => connector === connectorId);
      await central.ask("RemoteStartTransaction", { connectorId, idTag: "TAG" });
      return (await started).transactionId;
    };
    await point.wait("booted");
    const unplugged = await start(1);
    point.do({ do: "unplug", connector: 1 });
    const byId = (id: unknown) => central.wait("StopTransaction", ({ transactionId }) => transactionId === id);
    expect((await byId(unplugged)).payload.reason).toBe("EVDisconnected");
    const faulted = await start(2);
    point.do({ do: "fault", connector: 2 });
    expect((await byId(faulted)).payload.reason).toBe("Other");
    await central.wait(
      "StatusNotification",
      ({ status, errorCode }) => status === "Faulted" && errorCode === "OtherError",
    );
    central.answer = (call) =>
      call.action === "StartTransaction"
        ? { transactionId: 77, idTagInfo: { status: "Blocked" } }
        : central.usual(call);
    await start(3);
    expect((await byId(77)).payload.reason).toBe("DeAuthorized");
    await point.end();
  });

  it("waits for the cable, and forgets the authorization when none comes", async () => {
    const point = run("--plug-delay", "-1", "--connection-timeout", "0.1");
    await online(1);
    await remoteStart();
    await point.wait("connectionTimeout");
    expect(central.of("StartTransaction")).toEqual([]);
    point.do({ do: "plug", connector: 1 });
    await point.wait("status", ({ status }) => status === "Preparing");
    await remoteStart();
    await point.wait("transactionStarted");
    await point.end();
  });

  it("keeps a whole session while offline and sends it in order when it is back", async () => {
    const point = run();
    await online(1);
    point.do({ do: "plug", connector: 1 });
    await point.wait("status", ({ status }) => status === "Preparing");
    // Everything from the start on is lost on the way.
    central.answer = (call) => (call.action === "StartTransaction" ? null : central.usual(call));
    await remoteStart();
    await central.wait("StartTransaction");
    point.do({ do: "offline", seconds: 0.6 });
    await point.wait("queued", ({ action }) => action === "MeterValues");
    point.do({ do: "unplug", connector: 1 });
    await point.wait("queued", ({ action }) => action === "StopTransaction");
    const before = central.calls.items.length;
    central.answer = central.usual;
    const stop = await central.wait("StopTransaction");
    const replayed = central.calls.items
      .slice(before)
      .map(({ action }) => action)
      .filter((action) => action !== "StatusNotification");
    expect(replayed[0]).toBe("StartTransaction");
    expect(replayed.at(-1)).toBe("StopTransaction");
    expect(replayed.slice(1, -1).every((action) => action === "MeterValues")).toBe(true);
    const [first, second] = central.of("StartTransaction");
    expect(second?.payload).toEqual(first?.payload);
    expect(second?.id).not.toBe(first?.id);
    expect(stop.payload.transactionId).toBe(1);
    expect(central.of("MeterValues").every(({ payload }) => payload.transactionId === 1)).toBe(true);
    // No new boot after a lost connection.
    expect(central.of("BootNotification")).toHaveLength(1);
    await point.end();
  });

  it("goes on with the same transaction after kill -9, from its state file", async () => {
    const stateFile = join(directory, "state.json");
    const first = run("--state-file", stateFile);
    await online(1);
    await remoteStart();
    await first.wait("meterValues", ({ energyWh }) => Number(energyWh) > 1_000_000);
    first.child.kill("SIGKILL");
    await first.exited;
    const shown = Math.max(...central.of("MeterValues").map(registerOf));
    const second = run("--state-file", stateFile);
    expect(await second.wait("ready")).toMatchObject({ restored: true });
    await second.wait("meterValues", ({ energyWh }) => Number(energyWh) > shown);
    await central.ask("RemoteStopTransaction", { transactionId: 1 });
    const stop = await central.wait("StopTransaction");
    expect(stop.payload.transactionId).toBe(1);
    expect(stop.payload.meterStop).toBeGreaterThan(shown);
    expect(central.of("StartTransaction")).toHaveLength(1);
    await second.end();
  });

  it("counts nothing of the time before a session, also where it saves its state as the session begins", async () => {
    const point = run("--ramp", "0", "--state-file", join(directory, "state.json"));
    await online(1);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const began = Date.now();
    await remoteStart();
    const { energyWh, time } = await point.wait("meterValues");
    const mostWh = (150_000 * (Date.parse(String(time)) - began)) / 3_600_000;
    expect(Number(energyWh) - 1_000_000).toBeLessThanOrEqual(mostWh);
    await point.end();
  });

  it("repeats a transaction message answered with an error, and drops it after so many attempts if told", async () => {
    const point = run("--message-attempts", "3");
    await online(1);
    central.answer = (call) => (call.action === "StartTransaction" ? "InternalError" : central.usual(call));
    await remoteStart();
    expect(await point.wait("dropped")).toMatchObject({ action: "StartTransaction", reason: "InternalError: " });
    expect(central.of("StartTransaction")).toHaveLength(3);
    // Nobody has given it an id: meter values and stop say -1.
    expect((await central.wait("MeterValues")).payload.transactionId).toBe(-1);
    await point.end();
  });

  it("misbehaves as told", async () => {
    const words = "duplicate-start,duplicate-stop,meter-backwards,meter-kwh,ignore-remote-stop";
    const point = run("--misbehave", words, "--time-skew", "-3600", "--meter-start", "2000000");
    await online(1);
    await remoteStart();
    await central.wait("StartTransaction");
    expect(await point.wait("duplicateAnswered")).toMatchObject({ transactionId: 2 });
    const [start, again] = central.of("StartTransaction");
    expect(again?.payload).toEqual(start?.payload);
    const skew = Date.now() - Date.parse(String(start?.payload.timestamp));
    expect(skew).toBeGreaterThan(3_590_000);
    expect(await central.ask("RemoteStopTransaction", { transactionId: 1 })).toEqual({ status: "Accepted" });
    await central.calls.find(() => central.of("MeterValues").length >= 3);
    const registers = central.of("MeterValues").map(registerOf);
    expect(registers[2]).toBeLessThan(registers[1] ?? 0);
    expect(registers[0]).toBeCloseTo(2_000, 0);
    expect(central.of("StopTransaction")).toEqual([]);
    point.do({ do: "unplug", connector: 1 });
    await central.calls.find(() => central.of("StopTransaction").length >= 2);
    const [stop, stopAgain] = central.of("StopTransaction");
    expect(stopAgain?.payload).toEqual(stop?.payload);
    point.do({ do: "refuse-remote-start" });
    await point.wait("commandDone", (fields) => fields.do === "refuse-remote-start");
    expect(await remoteStart()).toEqual({ status: "Rejected" });
    await point.end();
  });

  it("answers triggers, unlocks, availability, configuration and what it does not know", async () => {
    const point = run("--connectors", "2");
    await online(2);
    const status = { requestedMessage: "StatusNotification", connectorId: 2 };
    const before = central.of("StatusNotification").length;
    expect(await central.ask("TriggerMessage", status)).toEqual({ status: "Accepted" });
    await central.calls.find(() => central.of("StatusNotification").length > before);
    expect(await central.ask("TriggerMessage", { requestedMessage: "MeterValues", connectorId: 1 })).toEqual({
      status: "Accepted",
    });
    expect((await central.wait("MeterValues")).payload).not.toHaveProperty("transactionId");
    expect(await central.ask("TriggerMessage", { requestedMessage: "Song" })).toEqual({ status: "NotImplemented" });
    expect(await central.ask("UnlockConnector", { connectorId: 9 })).toEqual({ status: "NotSupported" });
    expect(await central.ask("ChangeAvailability", { connectorId: 1, type: "Inoperative" })).toEqual({
      status: "Accepted",
    });
    await central.wait(
      "StatusNotification",
      ({ connectorId, status: said }) => connectorId === 1 && said === "Unavailable",
    );
    expect(await remoteStart()).toEqual({ status: "Rejected" });
    expect(await central.ask("ChangeConfiguration", { key: "HeartbeatInterval", value: "1" })).toEqual({
      status: "Accepted",
    });
    await central.wait("Heartbeat");
    expect(await central.ask("GetConfiguration", { key: ["HeartbeatInterval", "Nope"] })).toEqual({
      configurationKey: [{ key: "HeartbeatInterval", readonly: false, value: "1" }],
      unknownKey: ["Nope"],
    });
    expect(await central.ask("MakeCoffee", {})).toEqual({ error: "NotImplemented" });
    await point.end();
  });

  it("comes back after the central system's end, and by command leaves at once", async () => {
    const point = run();
    await online(1);
    central.cut();
    await point.wait("disconnected");
    const again = point.events.items.length;
    await point.events.find(({ event }) => event === "connected", again);
    point.do({ do: "exit" });
    expect(await point.exited).toMatchObject({ code: 0 });
  });

  it("takes a swiped card for start and stop", async () => {
    const point = run();
    await online(1);
    point.do({ do: "plug", connector: 1 });
    point.do({ do: "swipe", connector: 1, idTag: "CARD" });
    await point.wait("transactionStarted");
    point.do({ do: "swipe", connector: 1, idTag: "CARD" });
    expect((await central.wait("StopTransaction")).payload).toMatchObject({ reason: "Local", idTag: "CARD" });
    await point.end();
  });

  it("names every fault of its command line, its commands and its state file", async () => {
    const wrong = run("--power", "much", "--misbehave", "sing");
    expect(await wrong.exited).toMatchObject({
      code: 2,
      errors: expect.stringMatching(
        /--power: "much": expected the power.*\n--misbehave: "sing": expected some of ignore-remote-stop/,
      ),
    });
    expect(await run("--connectors", "3", "--power", "22000,50000").exited).toMatchObject({
      code: 2,
      errors: expect.stringContaining('--power: "22000,50000": expected one for all, or 3: one for each connector'),
    });
    expect(await run("--colour", "red").exited).toMatchObject({ code: 2, errors: expect.stringContaining("--colour") });
    const stateFile = join(directory, "other.json");
    writeFileSync(stateFile, '{"mine":true}');
    expect(await run("--state-file", stateFile).exited).toMatchObject({
      code: 2,
      errors: expect.stringContaining("other.json"),
    });
    const point = run("--exit-with-stdin");
    point.do({ do: "dance" });
    point.child.stdin.write("plug it\n");
    point.do({ do: "plug", connector: 5 });
    await point.wait("commandRefused", ({ reason }) => String(reason).includes("expected 1 to 1"));
    expect(point.events.items.filter(({ event }) => event === "commandRefused")).toHaveLength(3);
    point.child.stdin.end();
    expect(await point.exited).toMatchObject({ code: 0 });
  });
});
