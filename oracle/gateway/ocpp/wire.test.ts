/**
 * The OCPP wire against raw `ws` frames: nothing of the library that the server uses, so that a mistake of its framing is
 * not shared by the test.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeviceCommand } from "../../bus/types.ts";
import type { OcppServerOptions } from "./server.ts";
import { type OpenOptions, password, startWire, type Wire } from "./testing/wire.ts";

let wire: Wire;
const start = async (options: Partial<OcppServerOptions> = {}): Promise<void> => {
  wire = await startWire(options);
};
const join = (id?: string, options?: OpenOptions) => wire.join(id, options);

/** The HTTP status with which an upgrade is refused. */
async function refusal(id: string, options: OpenOptions = {}): Promise<number> {
  const socket = wire.open(id, options);
  socket.on("error", () => undefined);
  const [, response] = await once(socket, "unexpected-response");
  response.resume();
  return response.statusCode;
}

const startTransaction = { connectorId: 1, idTag: "TAG", meterStart: 1_000, timestamp: "2026-11-20T12:00:00Z" };

afterEach(() => wire.close());

describe("connecting", () => {
  beforeEach(() => start());

  it("boots a charge point: accepted, with the interval and the time", async () => {
    const client = await join();
    expect(client.socket.protocol).toBe("ocpp1.6");
    const boot = { chargePointVendor: "OpenJoule", chargePointModel: "Sim", firmwareVersion: "1.0" };
    expect(await client.ask([2, "1", "BootNotification", boot])).toEqual([
      3,
      "1",
      { status: "Accepted", interval: 300, currentTime: expect.stringMatching(/^\d{4}-.*Z$/) },
    ]);
    expect(wire.core.events.map(({ type }) => type)).toEqual(["connected", "booted"]);
    expect(wire.core.of("booted")[0]).toMatchObject({ deviceId: "CP1", vendor: "OpenJoule", serial: null, flags: [] });
    expect(wire.server.connectedDevices()).toEqual(["CP1"]);
  });

  it("refuses by name: wrong password 401, none 401, unknown charge point 404, other path 404", async () => {
    expect(await refusal("CP1", { secret: "guess" })).toBe(401);
    expect(await refusal("CP1", { secret: null })).toBe(401);
    expect(await refusal("XX1")).toBe(404);
    expect(await refusal("CP1", { path: "/elsewhere/CP1" })).toBe(404);
    expect(await refusal("CP1", { path: "/ocpp/CP1%20%27%3B" })).toBe(404);
    expect(wire.core.events).toEqual([]);
  });

  it("answers a path that is no URL, and HTTP without an upgrade, and lives on", async () => {
    const raw = connect(wire.port, "127.0.0.1");
    raw.write(
      "GET /ocpp/%zz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    );
    const [answer] = await once(raw, "data");
    expect(String(answer)).toMatch(/^HTTP\/1.1 400/);
    raw.destroy();
    expect((await fetch(`http://127.0.0.1:${wire.port}/ocpp/CP1`)).status).toBe(426);
    await join();
  });

  it("takes a missing subprotocol for 1.6 and closes on one it does not speak", async () => {
    const silent = await join("CP1", { protocols: [] });
    expect(await silent.ask([2, "1", "Heartbeat", {}])).toMatchObject([3, "1", { currentTime: expect.any(String) }]);
    const other = wire.open("CP2", { protocols: ["ocpp9.9"] });
    const [error] = await once(other, "error");
    expect(error.message).toBe("Server sent no subprotocol");
    expect(wire.core.of("connected").map(({ deviceId }) => deviceId)).toEqual(["CP1"]);
  });

  it("refuses a missing subprotocol when told to", async () => {
    await wire.server.close();
    await start({ allowMissingSubprotocol: false });
    const client = await join("CP1", { protocols: [] });
    expect(await client.closed).toMatchObject({ code: 1000, reason: "unsupported subprotocol" });
  });

  it("lets the newer of two sockets stay, and the end of the older is not the end of the device", async () => {
    const older = await join();
    await older.ask([2, "1", "Heartbeat", {}]);
    const newer = await join();
    expect(await older.closed).toEqual({ code: 1000, reason: "replaced by a newer connection" });
    expect(await newer.ask([2, "1", "Heartbeat", {}])).toMatchObject([3, "1", {}]);
    expect(wire.core.of("disconnected")).toEqual([]);
    expect(wire.server.connectedDevices()).toEqual(["CP1"]);
    newer.socket.close();
    const gone = await wire.core.wait("disconnected");
    expect(gone.connectionId).toBe(wire.core.of("connected")[1]?.connectionId);
    expect(wire.server.connectedDevices()).toEqual([]);
  });

  it("keeps a half-open older socket from ending the newer one", async () => {
    const older = await join();
    // It neither reads nor answers the closing handshake.
    older.socket.pause();
    const newer = await join();
    older.socket.terminate();
    expect(await newer.ask([2, "1", "Heartbeat", {}])).toMatchObject([3, "1", {}]);
    expect(wire.core.of("disconnected")).toEqual([]);
  });

  it("writes neither passwords nor id tokens to its log", async () => {
    const client = await join();
    await client.ask([2, "1", "StartTransaction", { ...startTransaction, idTag: "PERSON-4711" }]);
    await refusal("CP1", { secret: "guessed-secret" });
    expect(wire.logged()).toContain("StartTransaction");
    for (const secret of ["PERSON-4711", password, "guessed-secret"]) expect(wire.logged()).not.toContain(secret);
  });
});

describe("frames that are no call", () => {
  beforeEach(() => start({ maxBadFrames: 5, maxFrameBytes: 64 * 1024 }));

  it.each([
    ["text that is not JSON", "Hello?", "-1"],
    ["an object", "{}", "-1"],
    ["an empty list", "[]", "-1"],
    ["[2]", "[2]", "-1"],
    ["no action", '[2,"id"]', "id"],
    ["an action that is no text", '[2,"id",7,{}]', "id"],
    ["an unknown message type", '[9,"id","Heartbeat",{}]', "-1"],
    ["a message id that is no text", '[2,17,"Heartbeat",{}]', "-1"],
  ])("answers %s with an error and goes on", async (_name, frame, messageId) => {
    const client = await join();
    expect(await client.ask(frame)).toEqual([4, messageId, "FormationViolation", expect.stringMatching(/./), {}]);
    expect(await client.ask([2, "2", "Heartbeat", {}])).toMatchObject([3, "2", {}]);
  });

  it("says nothing to a result nobody waits for", async () => {
    const client = await join();
    client.send([3, "late", { status: "Accepted" }]);
    client.send([4, "late", "GenericError", "", {}]);
    expect(await client.ask([2, "2", "Heartbeat", {}])).toMatchObject([3, "2", {}]);
  });

  it("closes after too many in a row, and the device is gone", async () => {
    const client = await join();
    for (let index = 0; index < 5; index += 1) client.send("?");
    expect(await client.closed).toMatchObject({ code: 1002, reason: "too many bad frames" });
    await wire.core.wait("disconnected");
  });

  it("counts empty messages too, and says nothing to them", async () => {
    const client = await join();
    for (let index = 0; index < 4; index += 1) client.send("");
    expect(await client.ask([2, "1", "Heartbeat", {}])).toMatchObject([3, "1", {}]);
    for (let index = 0; index < 5; index += 1) client.send("");
    expect(await client.closed).toMatchObject({ code: 1002, reason: "too many bad frames" });
    expect(client.inbox).toEqual([]);
  });

  it("closes on a frame over the limit (1009) and serves the next socket", async () => {
    const client = await join();
    client.send(JSON.stringify([2, "1", "Heartbeat", { padding: "x".repeat(1_000_000) }]));
    expect(await client.closed).toMatchObject({ code: 1009 });
    await wire.core.wait("disconnected");
    expect(await (await join()).ask([2, "1", "Heartbeat", {}])).toMatchObject([3, "1", {}]);
  });

  it("survives text that is no UTF-8 and nesting that is deep", async () => {
    const client = await join();
    const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
    expect(await client.ask(`[2,"1","MeterValues",${deep}]`)).toEqual([3, "1", {}]);
    client.socket.send(Buffer.from([0x5b, 0xff, 0xfe]), { binary: false });
    expect(await client.closed).toMatchObject({ code: 1007 });
    await join();
  });
});

describe("calls that break the schema", () => {
  beforeEach(() => start());

  it.each([
    ["FormationViolation", '[2,"1","BootNotification"]'],
    ["FormationViolation", '[2,"1","Authorize",["TAG"]]'],
    ["FormationViolation", '[2,"1","Heartbeat",null]'],
    ["TypeConstraintViolation", '[2,"1","Authorize",{"idTag":7}]'],
    ["OccurenceConstraintViolation", '[2,"1","BootNotification",{"chargePointVendor":"V"}]'],
    ["PropertyConstraintViolation", `[2,"1","Authorize",{"idTag":"${"x".repeat(21)}"}]`],
    [
      "PropertyConstraintViolation",
      '[2,"1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Sleepy"}]',
    ],
    ["NotImplemented", '[2,"1","MakeCoffee",{}]'],
    ["NotImplemented", '[2,"1","constructor",{}]'],
    ["NotSupported", '[2,"1","RemoteStartTransaction",{"idTag":"TAG"}]'],
  ])("answers %s to %s", async (code, frame) => {
    const client = await join();
    expect(await client.ask(frame)).toEqual([4, "1", code, expect.stringMatching(/./), expect.any(Object)]);
    expect(wire.core.events.map(({ type }) => type)).toEqual(["connected"]);
  });

  it("tolerates what the field is full of, with flags", async () => {
    const client = await join();
    const boot = {
      chargePointVendor: "V",
      chargePointModel: "M",
      chargePointSerialNumber: "9".repeat(40),
      vendorField: 1,
    };
    expect(await client.ask([2, "1", "BootNotification", boot])).toMatchObject([3, "1", { status: "Accepted" }]);
    expect(wire.core.of("booted")[0]?.flags).toEqual([
      "schema-maxLength:/chargePointSerialNumber",
      "schema-additionalProperties:/vendorField",
    ]);
    const status = { connectorId: 2, errorCode: "Overheated", status: "Faulted", timestamp: "2026-11-20T12:00:00" };
    expect(await client.ask([2, "2", "StatusNotification", status])).toEqual([3, "2", {}]);
    expect(wire.core.of("status")[0]).toMatchObject({ connectorId: 2, status: "faulted", errorCode: "Overheated" });
    expect(wire.core.of("status")[0]?.flags).toContain("schema-enum:/errorCode");
  });

  it("answers under the whole of an endless message id, keeps its beginning, and logs no more", async () => {
    const client = await join();
    const id = "m".repeat(10_000);
    expect(await client.ask([2, id, "Authorize", { idTag: "TAG" }])).toMatchObject([3, id, {}]);
    expect(wire.core.of("authorize")[0]).toMatchObject({
      raw: { messageId: "m".repeat(64) },
      flags: ["messageId-cut"],
    });
    expect(await client.ask([2, id, "MakeCoffee", {}])).toEqual([4, id, "NotImplemented", expect.any(String), {}]);
    const lines = wire
      .logged()
      .split("\n")
      .filter((line) => !line.includes('"frame"'));
    expect(lines.every((line) => line.length < 1_000)).toBe(true);
  });

  it("answers transaction messages however broken, flagged and with the raw frame", async () => {
    const client = await join();
    const frame = '[2,"1","StopTransaction",{"transactionId":-1,"meterStop":"12.5","reason":"Tired"}]';
    expect(await client.ask(frame)).toEqual([3, "1", {}]);
    expect(wire.core.of("transactionStopped")[0]).toMatchObject({
      transactionId: "-1",
      meterStopWh: 12,
      timestampSeconds: null,
      reason: "other",
      raw: { action: "StopTransaction", messageId: "1", protocol: "ocpp1.6", frame },
      flags: expect.arrayContaining([
        "timestamp-missing",
        "meterStop-as-text",
        "meterStop-fractional",
        "schema-enum:/reason",
      ]),
    });
    expect(await client.ask('[2,"2","MeterValues",{"connectorId":1,"meterValue":"none"}]')).toEqual([3, "2", {}]);
    expect(await client.ask('[2,"3","StartTransaction"]')).toMatchObject([3, "3", { transactionId: 1 }]);
    expect(wire.core.of("transactionStarted")[0]).toMatchObject({
      connectorId: null,
      idToken: null,
      meterStartWh: null,
    });
  });
});

describe("transactions", () => {
  beforeEach(() => start());

  it("gives a repeated StartTransaction the same answer, with the same or another message id", async () => {
    const client = await join();
    const first = await client.ask([2, "1", "StartTransaction", startTransaction]);
    expect(first).toEqual([3, "1", { transactionId: 1, idTagInfo: { status: "Accepted" } }]);
    expect(await client.ask([2, "1", "StartTransaction", startTransaction])).toEqual(first);
    const reordered = Object.fromEntries(Object.entries(startTransaction).reverse());
    expect(await client.ask([2, "2", "StartTransaction", reordered])).toMatchObject([3, "2", { transactionId: 1 }]);
    expect(new Set(wire.core.of("transactionStarted").map(({ eventId }) => eventId)).size).toBe(1);
    const later = { ...startTransaction, timestamp: "2026-11-20T13:00:00Z" };
    expect(await client.ask([2, "1", "StartTransaction", later])).toMatchObject([3, "1", { transactionId: 2 }]);
  });

  it("answers a call repeated while it is under way once", async () => {
    const client = await join();
    const gate = Promise.withResolvers<void>();
    wire.core.gate = gate.promise;
    client.send([2, "1", "StartTransaction", startTransaction]);
    client.send([2, "1", "StartTransaction", startTransaction]);
    client.send([2, "2", "Heartbeat", {}]);
    // A pong shows that the server has read them.
    client.socket.ping();
    await once(client.socket, "pong");
    gate.resolve();
    expect([await client.next(), await client.next()]).toMatchObject([
      [3, "1", { transactionId: 1 }],
      [3, "2", {}],
    ]);
    expect(client.inbox).toEqual([]);
  });

  it("keeps the order of the device and passes meter values on in Wh and W", async () => {
    const client = await join();
    await client.ask([2, "1", "StartTransaction", startTransaction]);
    const at = (second: number) => `2026-11-20T12:00:${String(second).padStart(2, "0")}Z`;
    for (let second = 1; second <= 20; second += 1) {
      const sampledValue = [
        { value: (1 + second / 1000).toFixed(3), unit: "kWh" },
        { value: "3600", measurand: "Power.Active.Import", unit: "W" },
      ];
      client.send([
        2,
        `m${second}`,
        "MeterValues",
        { connectorId: 1, transactionId: 1, meterValue: [{ timestamp: at(second), sampledValue }] },
      ]);
    }
    client.send([
      2,
      "stop",
      "StopTransaction",
      { transactionId: 1, meterStop: 1_020, timestamp: at(21), reason: "EVDisconnected" },
    ]);
    await wire.core.wait("transactionStopped");
    expect(wire.core.of("meterValues").map(({ samples }) => samples[0]?.energyWh)).toEqual(
      Array.from({ length: 20 }, (_, i) => 1_001 + i),
    );
    expect(wire.core.of("meterValues")[0]).toMatchObject({
      connectorId: 1,
      transactionId: "1",
      flags: [],
      samples: [{ powerW: 3_600 }],
    });
    expect(wire.core.events.at(-1)).toMatchObject({
      type: "transactionStopped",
      meterStopWh: 1_020,
      reason: "evDisconnected",
      flags: [],
    });
    for (let index = 0; index < 20; index += 1) expect(await client.next()).toMatchObject([3, `m${index + 1}`, {}]);
    expect(await client.next()).toEqual([3, "stop", {}]);
  });

  it("answers before a boot, and answers an error while the core cannot take the event, so that it is sent again", async () => {
    const client = await join();
    wire.core.failing = true;
    expect(await client.ask([2, "1", "StartTransaction", startTransaction])).toMatchObject([
      4,
      "1",
      "InternalError",
      expect.stringContaining("send it again"),
      {},
    ]);
    expect(await client.ask([2, "2", "Heartbeat", {}])).toMatchObject([3, "2", { currentTime: expect.any(String) }]);
    wire.core.failing = false;
    expect(await client.ask([2, "3", "StartTransaction", startTransaction])).toMatchObject([
      3,
      "3",
      { transactionId: 1 },
    ]);
    expect(wire.logged()).toContain("disk full");
    expect(JSON.stringify(client.inbox)).not.toContain("disk full");
  });

  it("turns a transaction id that OCPP 1.6 cannot carry into an error, not into a wrong number", async () => {
    const client = await join();
    wire.core.reply = { type: "transaction", transactionId: "0x1f", status: "accepted" };
    client.send([2, "1", "StartTransaction", startTransaction]);
    expect(await client.next()).toEqual([4, "1", "InternalError", expect.any(String), {}]);
  });

  it("authorizes, and answers what it does not need to know", async () => {
    const client = await join();
    expect(await client.ask([2, "1", "Authorize", { idTag: "TAG" }])).toEqual([
      3,
      "1",
      { idTagInfo: { status: "Accepted" } },
    ]);
    expect(await client.ask([2, "2", "DataTransfer", { vendorId: "v" }])).toEqual([
      3,
      "2",
      { status: "UnknownVendorId" },
    ]);
    expect(await client.ask([2, "3", "FirmwareStatusNotification", { status: "Idle" }])).toEqual([3, "3", {}]);
    expect(await client.ask([2, "4", "DiagnosticsStatusNotification", { status: "Idle" }])).toEqual([3, "4", {}]);
  });
});

describe("commands", () => {
  beforeEach(() => start({ commandTimeoutMs: 60 }));
  const remoteStart: DeviceCommand = {
    type: "remoteStart",
    commandId: "k1",
    deviceId: "CP1",
    connectorId: 1,
    idToken: "TAG",
  };
  const remoteStop: DeviceCommand = { type: "remoteStop", commandId: "k2", deviceId: "CP1", transactionId: "7" };

  it("starts and stops remotely, with the charge point's word for the result", async () => {
    const client = await join();
    const started = wire.bus.core.send(remoteStart);
    const call = (await client.next()) as [number, string, string, object];
    expect(call).toEqual([2, expect.any(String), "RemoteStartTransaction", { connectorId: 1, idTag: "TAG" }]);
    client.send([3, call[1], { status: "Accepted" }]);
    expect(await started).toEqual({ commandId: "k1", outcome: "accepted", detail: "Accepted" });

    const stopped = wire.bus.core.send(remoteStop);
    const second = (await client.next()) as [number, string, string, object];
    expect(second.slice(2)).toEqual(["RemoteStopTransaction", { transactionId: 7 }]);
    client.send([3, second[1], { status: "Rejected" }]);
    expect(await stopped).toEqual({
      commandId: "k2",
      outcome: "rejected",
      detail: "Rejected",
      refusal: "rejected",
    });
  });

  it("has names for a device away, unknown, silent, lost and erring", async () => {
    expect(await wire.bus.core.send(remoteStart)).toMatchObject({ outcome: "offline" });
    const client = await join();
    expect(await wire.bus.core.send(remoteStart)).toMatchObject({ outcome: "timeout" });
    const late = (await client.next()) as [number, string];
    client.send([3, late[1], { status: "Accepted" }]);
    const erring = wire.bus.core.send(remoteStart);
    const call = (await client.next()) as [number, string];
    client.send([4, call[1], "NotSupported", "no remote start here", {}]);
    expect(await erring).toMatchObject({ outcome: "rejected", detail: "NotSupported: no remote start here" });
    const lost = wire.bus.core.send(remoteStop);
    await client.next();
    client.socket.terminate();
    expect(await lost).toMatchObject({ outcome: "timeout", detail: "connection lost before the answer" });
    await wire.core.wait("disconnected");
    expect(await wire.bus.core.send(remoteStop)).toMatchObject({ outcome: "offline" });
    expect(await wire.bus.core.send({ ...remoteStop, deviceId: "CP9" })).toMatchObject({ outcome: "offline" });
  });

  it("sends one call at a time, and what stops before what asks", async () => {
    const client = await join();
    const trigger: DeviceCommand = {
      type: "trigger",
      commandId: "k3",
      deviceId: "CP1",
      message: "meterValues",
      connectorId: 1,
    };
    const results = [
      wire.bus.core.send(trigger),
      wire.bus.core.send({ ...trigger, commandId: "k4", message: "status", connectorId: null }),
      wire.bus.core.send({ type: "reset", commandId: "k5", deviceId: "CP1", kind: "soft" }),
      wire.bus.core.send({ type: "unlock", commandId: "k6", deviceId: "CP1", connectorId: 2 }),
      wire.bus.core.send({
        type: "changeAvailability",
        commandId: "k7",
        deviceId: "CP1",
        connectorId: 0,
        operative: true,
      }),
      wire.bus.core.send(remoteStop),
    ];
    const seen: unknown[] = [];
    const statuses = ["NotImplemented", "Accepted", "Unlocked", "Accepted", "Scheduled", "Accepted"];
    for (const status of statuses) {
      const [, id, action, payload] = (await client.next()) as [number, string, string, object];
      expect(client.inbox).toEqual([]);
      seen.push([action, payload]);
      client.send([3, id, { status }]);
    }
    expect(seen).toEqual([
      ["TriggerMessage", { requestedMessage: "MeterValues", connectorId: 1 }],
      ["Reset", { type: "Soft" }],
      ["UnlockConnector", { connectorId: 2 }],
      ["RemoteStopTransaction", { transactionId: 7 }],
      ["ChangeAvailability", { connectorId: 0, type: "Operative" }],
      ["TriggerMessage", { requestedMessage: "StatusNotification" }],
    ]);
    expect((await Promise.all(results)).map(({ commandId, outcome }) => [commandId, outcome])).toEqual([
      ["k3", "rejected"],
      ["k4", "accepted"],
      ["k5", "accepted"],
      ["k6", "accepted"],
      ["k7", "accepted"],
      ["k2", "accepted"],
    ]);
  });

  it("does not send what OCPP 1.6 cannot say", async () => {
    const client = await join();
    expect(await wire.bus.core.send({ ...remoteStop, transactionId: "tx-1" })).toMatchObject({
      outcome: "rejected",
      detail: expect.stringContaining("not sent"),
    });
    expect(await wire.bus.core.send({ ...remoteStart, idToken: "x".repeat(21) })).toMatchObject({
      outcome: "rejected",
    });
    expect(client.inbox).toEqual([]);
  });
});

describe("load and end", () => {
  it("holds a flood back and answers all of it", async () => {
    await start({ messageBurst: 400, messagesPerSecond: 2_000 });
    const client = await join();
    for (let index = 0; index < 500; index += 1) client.send([2, `h${index}`, "Heartbeat", {}]);
    for (let index = 0; index < 500; index += 1) expect(await client.next()).toMatchObject([3, `h${index}`, {}]);
  });

  it("stops reading from a device while the core is behind, loses nothing, and serves the others meanwhile", async () => {
    await start({ messageBurst: 100_000 });
    const client = await join();
    const gate = Promise.withResolvers<void>();
    wire.core.gate = gate.promise;
    const count = 20_000;
    for (let index = 0; index < count; index += 1) client.send([2, `h${index}`, "Heartbeat", {}]);
    // The second device's pong comes after the first has been read as far as it will be.
    const other = await join("CP2");
    other.socket.ping();
    await once(other.socket, "pong");
    const received = wire.logged().split('"call received"').length - 1;
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(count / 2);
    gate.resolve();
    for (let index = 0; index < count; index += 1) expect(await client.next()).toMatchObject([3, `h${index}`, {}]);
    expect(await other.ask([2, "1", "Heartbeat", {}])).toMatchObject([3, "1", {}]);
  });

  it("finds a dead socket by ping and tells the core", async () => {
    await start({ pingIntervalMs: 30 });
    const client = await join();
    client.socket.pause();
    const gone = await wire.core.wait("disconnected");
    expect(gone.deviceId).toBe("CP1");
  });

  it("closes politely and leaves nothing running", async () => {
    await start();
    const client = await join();
    await wire.server.close();
    expect(await client.closed).toEqual({ code: 1001, reason: "going away" });
    expect(wire.core.of("disconnected")).toHaveLength(1);
    await expect(fetch(`http://127.0.0.1:${wire.port}/`)).rejects.toThrow();
  });
});
