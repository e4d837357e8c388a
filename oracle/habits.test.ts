/**
 * What charge points do in the field although no standard wants it (the numbers are those of docs/conformance.md): raw WebSocket
 * frames against the real server, bus, engine and database, by what becomes of the session.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StopReason } from "@openjoule/sdk";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { idTokenOf } from "./core/phase.ts";
import { OPENED_AT } from "./core/testing/fixture.ts";
import {
  createClock,
  DEVICE,
  eventually,
  type Harness,
  sessionOpened,
  startHarness,
} from "./engine/testing/harness.ts";
import { createOcppServer, type OcppServer } from "./gateway/ocpp/server.ts";

const opened = sessionOpened();
const { sessionId } = opened;
const idTag = idTokenOf(sessionId);
const iso = (second: number) => new Date((OPENED_AT + second) * 1_000).toISOString();

let folder: string;
let clock: ReturnType<typeof createClock>;
let harness: Harness;
let server: OcppServer;
let port: number;
let sockets: WebSocket[];

/** The oracle, as it starts on its database. */
async function startOracle(): Promise<void> {
  // The harness holds no device itself: commands go on to the server.
  harness = await startHarness({
    path: join(folder, "oracle.sqlite"),
    nowMs: clock.now,
    onCommand: async () => "offline",
  });
  server = createOcppServer({
    bus: harness.bus.gateway,
    logger: pino({ level: "silent" }),
    authenticate: async () => "accepted",
    port: 0,
    nowMs: clock.now,
  });
  ({ port } = await server.listen());
}

async function stopOracle(): Promise<void> {
  await server.close(100);
  await harness.close();
}

/** A charge point that accepts every command, and whose calls are answered in their order. */
async function arrive(protocols: string[] = ["ocpp1.6"]) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ocpp/${DEVICE}`, protocols);
  sockets.push(socket);
  const commands: string[] = [];
  const waiting: { id: string; resolve: (frame: unknown[]) => void }[] = [];
  socket.on("message", (data) => {
    const frame = JSON.parse(String(data)) as unknown[];
    const [type, id, action] = frame;
    if (type === 2) {
      commands.push(String(action));
      socket.send(JSON.stringify([3, id, { status: "Accepted" }]));
      return;
    }
    const index = waiting.findIndex((one) => one.id === id);
    waiting.splice(index, 1)[0]?.resolve(frame);
  });
  socket.on("error", () => undefined);
  await once(socket, "open");
  let number = 0;
  const point = {
    socket,
    commands,
    frame(id: string, action: string, payload: unknown): Promise<unknown[]> {
      const answered = new Promise<unknown[]>((resolve) => waiting.push({ id, resolve }));
      socket.send(JSON.stringify([2, id, action, payload]));
      return answered;
    },
    /** The payload of the result; a CALLERROR throws. */
    async call(action: string, payload: unknown): Promise<Record<string, unknown>> {
      number += 1;
      const answer = await point.frame(`m${number}`, action, payload);
      if (answer[0] !== 3) throw new Error(`${action}: ${JSON.stringify(answer)}`);
      return answer[2] as Record<string, unknown>;
    },
    start: (meterStart: unknown = 1_000, second = 5, more: object = {}) =>
      point.call("StartTransaction", { connectorId: 1, idTag, meterStart, timestamp: iso(second), ...more }),
    meter: (second: number, value: unknown, more: object = {}, transactionId: unknown = 1) =>
      point.call("MeterValues", {
        connectorId: 1,
        transactionId,
        meterValue: [{ timestamp: iso(second), sampledValue: [{ value, ...more }] }],
      }),
    stop: (meterStop: unknown, second: number, transactionId: unknown = 1, more: object = {}) =>
      point.call("StopTransaction", { transactionId, meterStop, timestamp: iso(second), reason: "Local", ...more }),
    status: (status: string) => point.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status }),
  };
  return point;
}
type Point = Awaited<ReturnType<typeof arrive>>;

const view = async () => {
  const session = await harness.engine.sessions.get(sessionId);
  if (session === null) throw new Error("the session is not served");
  return session;
};
const evidence = () => harness.store.db.selectFrom("evidence").selectAll().orderBy("received_at_ms").execute();
const flags = async () => (await evidence()).flatMap((row) => JSON.parse(row.flags) as string[]);
const isOver = () =>
  eventually("a settlement", async () => {
    const rows = await harness.store.db.selectFrom("transactions").selectAll().execute();
    return rows.length > 0 && rows;
  });

/** A charge point that has been told to start the session. */
async function toldToStart(): Promise<Point> {
  const point = await arrive();
  await harness.chain(opened);
  await eventually("a remote start", async () => point.commands.includes("RemoteStartTransaction"));
  clock.advance(5);
  return point;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "openjoule-habits-"));
  clock = createClock();
  sockets = [];
  await startOracle();
});
afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await stopOracle();
  rmSync(folder, { recursive: true, force: true });
});

describe("habits of charge points", () => {
  it("habit 1: a start resent until it is acknowledged gets the same transaction id, also from an oracle that was away", async () => {
    const point = await toldToStart();
    const first = await point.start();
    expect(first).toEqual({ transactionId: 1, idTagInfo: { status: "Accepted" } });
    point.socket.terminate();
    await stopOracle();
    await startOracle();
    const again = await arrive();
    expect(await again.start()).toEqual(first);
    expect(await again.start()).toEqual(first);
    expect(await harness.store.db.selectFrom("device_transactions").select("number").execute()).toHaveLength(1);
    expect((await view()).status).toBe("charging");
  });

  it("habit 2: a message id used again for other content is another message; the same content under a new id is not", async () => {
    const point = await toldToStart();
    const start = { connectorId: 1, idTag, meterStart: 1_000, timestamp: iso(5) };
    const values = (second: number, value: string) => ({
      connectorId: 1,
      transactionId: 1,
      meterValue: [{ timestamp: iso(second), sampledValue: [{ value }] }],
    });
    expect(await point.frame("1", "StartTransaction", start)).toMatchObject([3, "1", { transactionId: 1 }]);
    clock.advance(60);
    expect(await point.frame("1", "MeterValues", values(30, "1200"))).toEqual([3, "1", {}]);
    expect(await point.frame("1", "MeterValues", values(60, "1500"))).toEqual([3, "1", {}]);
    expect(await point.frame("2", "MeterValues", values(60, "1500"))).toEqual([3, "2", {}]);
    expect(await view()).toMatchObject({ status: "charging", energyWh: 500 });
    expect(await evidence()).toHaveLength(3);
  });

  it("habit 3: of several stops with different registers the first one stands, the others are kept as evidence", async () => {
    const point = await toldToStart();
    await point.start();
    clock.advance(60);
    for (const meterStop of [1_500, 1_900, 1_100]) expect(await point.stop(meterStop, 60)).toEqual({});
    expect(await isOver()).toHaveLength(1);
    expect(await view()).toMatchObject({ energyWh: 500, stopReason: StopReason.Local });
    expect((await evidence()).filter(({ raw }) => raw.includes("StopTransaction"))).toHaveLength(3);
    expect((await flags()).filter((flag) => flag === "secondStop")).toHaveLength(2);
  });

  it("habit 4: a stop with an unknown id is matched by EVSE and time", async () => {
    const point = await toldToStart();
    await point.start();
    clock.advance(60);
    expect(await point.stop(1_500, 60, -1)).toEqual({});
    await isOver();
    expect(await view()).toMatchObject({ energyWh: 500 });
    expect(await flags()).toContain("matchedByTime");
  });

  it("habit 4: a stop that fits no session is answered and waits for a person", async () => {
    const point = await toldToStart();
    await point.start();
    for (const id of [0, -1, 4_711, "abc", null]) expect(await point.stop(9_000, -86_400, id)).toEqual({});
    expect(await view()).toMatchObject({ status: "charging", energyWh: 0 });
    expect((await evidence()).filter(({ quarantined }) => quarantined === 1)).toHaveLength(5);
  });

  it("habit 5: readings that count from the session's start beside a lifetime register", async () => {
    const point = await toldToStart();
    await point.start(5_000_000);
    clock.advance(120);
    await point.meter(60, "700");
    await point.meter(120, "1400");
    expect(await view()).toMatchObject({ energyWh: 1_400 });
    await point.stop(5_001_500, 125);
    await isOver();
    expect(await view()).toMatchObject({ energyWh: 1_500 });
    expect(await flags()).toContain("sessionRelativeRegister");
  });

  it("habit 5: a register that starts anew at a reboot: what it grew by before and after counts", async () => {
    const point = await toldToStart();
    await point.start(1_000);
    clock.advance(240);
    await point.meter(60, "1500");
    await point.meter(120, "2");
    await point.meter(180, "302");
    await point.stop(402, 240, 1, { reason: "Reboot" });
    await isOver();
    expect(await view()).toMatchObject({ energyWh: 900, stopReason: StopReason.Reboot });
    expect(await flags()).toEqual(expect.arrayContaining(["registerFell", "meterStopBelowStart"]));
  });

  it("habit 6: kWh under the name of Wh: the registers of start and stop tell the truth", async () => {
    const point = await toldToStart();
    await point.start(1_000_000);
    clock.advance(180);
    await point.meter(60, "1000.700");
    await point.meter(120, "1001.400");
    expect(await point.stop("1002000.4", 180)).toEqual({});
    await isOver();
    expect(await view()).toMatchObject({ energyWh: 2_000 });
    expect(await flags()).toEqual(
      expect.arrayContaining(["energy-fractional-wh", "meterStop-as-text", "meterStop-fractional"]),
    );
  });

  it("habit 6: illegal words, numbers as text, fields of the maker's own: read, flagged and counted", async () => {
    const point = await toldToStart();
    await point.call("BootNotification", {
      chargePointVendor: "A vendor with a very long name",
      chargePointModel: "M",
      chargePointSerialNumber: "9".repeat(60),
      wlanStrength: -40,
    });
    expect(await point.start("1000", 5, { vendorField: {} })).toMatchObject({ transactionId: 1 });
    clock.advance(60);
    await point.meter(30, 1.2, { unit: "kwh", context: "Sample.Whatever", measurand: "Energy.Active.Import.Register" });
    await point.meter(40, "7", { measurand: "Happiness" });
    expect(await view()).toMatchObject({ status: "charging", energyWh: 200 });
    expect(await flags()).toEqual(
      expect.arrayContaining(["meterStart-as-text", "value-as-number", "unit-misspelt", "context-unknown"]),
    );
    expect(await point.stop(1_500.9, 60, "1", { reason: "Bored", transactionData: "none" })).toEqual({});
    await isOver();
    expect(await view()).toMatchObject({ energyWh: 500, stopReason: StopReason.Other });
  });

  it("habit 7: a whole backlog at the first connection keeps the device's own times", async () => {
    const first = await toldToStart();
    // It begins and delivers where nobody hears it.
    first.socket.terminate();
    await eventually("gone", async () => server.connectedDevices().length === 0);
    clock.advance(3_600);
    const point = await arrive();
    expect(await point.start(1_000, 5)).toMatchObject({ transactionId: 1, idTagInfo: { status: "Accepted" } });
    for (const minute of [10, 20, 30]) await point.meter(60 * minute, String(1_000 + 100 * minute));
    await point.stop(4_000, 1_800);
    await isOver();
    expect(await view()).toMatchObject({ energyWh: 3_000, chargingSeconds: 1_795 });
  });

  it("habit 7: a clock stuck in 1970, or none: the time of arrival counts", async () => {
    const point = await toldToStart();
    expect(await point.start(1_000, 5, { timestamp: "1970-01-01T00:00:07Z" })).toMatchObject({ transactionId: 1 });
    clock.advance(60);
    await point.call("MeterValues", {
      connectorId: 1,
      transactionId: 1,
      meterValue: [{ sampledValue: [{ value: "1400" }] }],
    });
    clock.advance(60);
    await point.stop(1_800, 0, 1, { timestamp: "1970-01-01T00:02:07" });
    await isOver();
    expect(await view()).toMatchObject({ energyWh: 800, chargingSeconds: 120 });
    expect(await flags()).toEqual(
      expect.arrayContaining(["clock-unset", "clockWrong", "timestamp-missing", "timestamp-without-zone"]),
    );
  });

  it("habit 8: the end of a half-open socket, after the new one, ends neither the device nor its session", async () => {
    const older = await toldToStart();
    await older.start();
    older.socket.pause();
    const newer = await arrive();
    older.socket.terminate();
    clock.advance(60);
    await newer.meter(60, "1500");
    expect(await view()).toMatchObject({ status: "charging", energyWh: 500 });
    expect((await harness.engine.evses.get(opened.evse))?.connected).toBe(true);
    // Commands go where the device is.
    await harness.engine.sessions.requestStop(sessionId, {
      by: opened.opening.session.driver,
      deadlineSeconds: OPENED_AT + 3_600,
    });
    await eventually("a remote stop", async () => newer.commands.includes("RemoteStopTransaction"));
    expect(older.commands).not.toContain("RemoteStopTransaction");
  });

  it("habit 9: no boot notification and no subprotocol: a whole session all the same", async () => {
    const point = await arrive([]);
    await harness.chain(opened);
    await eventually("a remote start", async () => point.commands.includes("RemoteStartTransaction"));
    clock.advance(5);
    await point.start();
    point.socket.terminate();
    const again = await arrive([]);
    clock.advance(60);
    await again.stop(1_500, 60);
    await isOver();
    expect(await view()).toMatchObject({ energyWh: 500 });
  });

  it("habit 10: Available does not end a session whose stop is yet to be replayed", async () => {
    const first = await toldToStart();
    await first.start();
    clock.advance(60);
    await first.meter(60, "1500");
    first.socket.terminate();
    await stopOracle();
    clock.advance(30);
    await startOracle();
    const point = await arrive();
    await point.status("Finishing");
    await point.status("Available");
    expect((await view()).status).toBe("charging");
    await point.stop(1_700, 80, 1, { reason: "EVDisconnected" });
    // A last reading may come after the stop: it changes nothing.
    await point.meter(79, "1690");
    await isOver();
    expect(await view()).toMatchObject({ energyWh: 700, stopReason: StopReason.EVDisconnected });
  });

  it("habit 12: signed meter values in the stop message are kept byte for byte", async () => {
    const point = await toldToStart();
    await point.start();
    clock.advance(60);
    const ocmf = 'OCMF|{"FV":"1.0","GI":"Meßgerät","RD":[{"RV":1.5,"RU":"kWh"}]}|{"SD":"3045022100"}';
    const sampledValue = [{ value: ocmf, format: "SignedData", context: "Transaction.End" }];
    await point.stop(1_500, 60, 1, { transactionData: [{ timestamp: iso(60), sampledValue }] });
    await isOver();
    expect(await view()).toMatchObject({ energyWh: 500 });
    const [stop] = (await evidence()).filter(({ raw }) => raw.includes("StopTransaction"));
    const [, , , payload] = JSON.parse(stop?.raw ?? "[]");
    expect(payload.transactionData[0].sampledValue[0].value).toBe(ocmf);
    expect(stop).toMatchObject({ session_id: sessionId, quarantined: 0 });
  });
});
