import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { stopRequestTypedData } from "@openjoule/sdk";
import { Registry } from "@prometheus-io/client";
import pino from "pino";
import type { Address, Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StationCommand } from "../bus/station-commands.ts";
import { type Api, type ApiOptions, startApi } from "./server.ts";
import type {
  EvseView,
  ReportView,
  SessionSource,
  SessionUpdate,
  SessionView,
  SignedStatementView,
  StationSource,
} from "./types.ts";

/** Anvil's first two development keys, public and worth nothing. */
const driver = privateKeyToAccount("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
const other = privateKeyToAccount("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d");
const stopDomain = { chainId: 31_337, verifyingContract: "0x1000000000000000000000000000000000000003" } as const;
const sessionId: Hex = `0x${"ab".repeat(32)}`;
const NOW_SECONDS = 1_800_000_000;

const session: SessionView = {
  sessionId,
  evse: 2n ** 255n + 1n,
  driver: driver.address,
  owner: other.address,
  committeeId: `0x${"01".repeat(32)}`,
  currency: 7n,
  status: "charging",
  openedAt: NOW_SECONDS - 60,
  deposit: 2n ** 70n,
  energyWh: 1_000,
  powerW: 50_000,
  socPercent: null,
  chargingSeconds: 60,
  idleSeconds: 0,
  cost: 400_000n,
  stopReason: null,
  sequence: 0,
  settlementTransactionHash: null,
  updatedAtSeconds: NOW_SECONDS,
};
const statement = (sequence: number): SignedStatementView => ({
  sessionId,
  sequence,
  stopReason: 0,
  waived: 0n,
  evidence: `0x${"00".repeat(32)}`,
  periods: [2n ** 100n + BigInt(sequence)],
  digest: `0x${"0d".repeat(32)}`,
  signatures: [{ operator: other.address, key: driver.address, r: `0x${"0a".repeat(32)}`, vs: `0x${"0b".repeat(32)}` }],
  cost: 1n,
  signedAtSeconds: NOW_SECONDS,
});

const evseOf = (evse: bigint): EvseView => ({
  evse,
  connected: true,
  status: "charging",
  errorCode: null,
  sinceSeconds: NOW_SECONDS - 60,
  sessionId,
  powerCapW: 150_000,
  powerW: 50_000,
});

const report: ReportView = {
  kind: "firmware",
  status: "Downloading",
  requestId: null,
  detail: null,
  timestampSeconds: null,
  receivedAtMs: NOW_SECONDS * 1_000,
};

/** What the engine gives, held in memory. */
type Source = {
  evsesKept: EvseView[];
  current: SessionView | null;
  statementsKept: SignedStatementView[];
  stops: { by: Address; deadlineSeconds: number }[];
  /** How often statements were read. */
  reads: number;
  listeners: Set<(update: SessionUpdate) => void>;
  announce(): void;
  sign(sequence: number): void;
  sessions: SessionSource;
  commands: Map<string, StationCommand>;
  stations: StationSource;
};
function createSource(): Source {
  const listeners = new Set<(update: SessionUpdate) => void>();
  const source: Source = {
    evsesKept: [],
    current: session,
    statementsKept: [],
    stops: [],
    reads: 0,
    listeners,
    commands: new Map(),
    stations: {
      async request(command) {
        if (command.deviceId !== "CP1") return "unknownDevice";
        const known = source.commands.get(command.commandId);
        if (known !== undefined) return known.type === command.type ? "already" : "idTaken";
        source.commands.set(command.commandId, command);
        return "accepted";
      },
      async command(commandId) {
        const command = source.commands.get(commandId);
        if (command === undefined) return undefined;
        const { deviceId, type } = command;
        const none = { detail: null, refusal: null, answer: null, createdAtMs: NOW_SECONDS * 1_000, history: [report] };
        return { commandId, deviceId, type, state: "waiting", ...none };
      },
      reports: async (deviceId, { kind, limit }) =>
        deviceId === "CP1" && (kind ?? report.kind) === report.kind ? [report].slice(0, limit) : [],
    },
    announce(): void {
      if (source.current === null) return;
      for (const listener of listeners) listener({ type: "state", session: source.current });
    },
    sign(sequence: number): void {
      source.statementsKept.push(statement(sequence));
      source.announce();
    },
    sessions: {
      get: async (id) => (id === sessionId ? source.current : null),
      async statements(_id, { afterSequence, limit }) {
        source.reads += 1;
        return source.statementsKept.filter(({ sequence }) => sequence > afterSequence).slice(0, limit);
      },
      subscribe(_id, listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      async requestStop(_id, request) {
        source.stops.push(request);
        return source.stops.length === 1 ? "accepted" : "already";
      },
    },
  };
  return source;
}

let source: Source;
let api: Api;
const started: Api[] = [];

async function start(options: Partial<ApiOptions> = {}): Promise<Api> {
  const made = await startApi({
    port: 0,
    sessions: source.sessions,
    evses: {
      get: async (key) => source.evsesKept.find(({ evse }) => evse === key) ?? null,
      list: async ({ after, limit }) =>
        source.evsesKept.filter(({ evse }) => after === null || evse > after).slice(0, limit),
    },
    stations: source.stations,
    readiness: [],
    registry: new Registry(),
    stopDomain,
    logger: pino({ level: "silent" }),
    now: () => NOW_SECONDS * 1_000,
    ...options,
  });
  started.push(made);
  return made;
}
beforeEach(async () => {
  source = createSource();
  api = await start();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});

const get = (path: string, init?: RequestInit) => fetch(`${api.url}${path}`, init);
async function json(path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> {
  const response = await get(path, init);
  return { status: response.status, body: await response.json() };
}

describe("sessions", () => {
  test("live state, with what JSON numbers cannot hold as text", async () => {
    const { status, body } = await json(`/sessions/${sessionId}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      ...session,
      evse: (2n ** 255n + 1n).toString(),
      deposit: (2n ** 70n).toString(),
      currency: "7",
      cost: "400000",
    });
  });

  test("an id in capitals is the same id", async () => {
    expect((await json(`/sessions/0x${"AB".repeat(32)}`)).status).toBe(200);
  });

  test("statements, by pages", async () => {
    for (let sequence = 1; sequence <= 5; sequence += 1) source.sign(sequence);
    const { body } = await json(`/sessions/${sessionId}/statements?afterSequence=2&limit=2`);
    expect(body).toMatchObject({ statements: [{ sequence: 3 }, { sequence: 4 }] });
    const all = (await json(`/sessions/${sessionId}/statements`)).body as { statements: unknown[] };
    expect(all.statements).toHaveLength(5);
    expect(all.statements[0]).toEqual({
      ...statement(1),
      waived: "0",
      periods: [(2n ** 100n + 1n).toString()],
      cost: "1",
    });
  });
});

describe("EVSEs", () => {
  const key = 2n ** 255n + 1n;
  const silent: EvseView = {
    ...evseOf(3n),
    connected: false,
    status: null,
    sinceSeconds: null,
    sessionId: null,
    powerCapW: null,
    powerW: null,
  };

  test("one, by its key in decimal or hex", async () => {
    source.evsesKept = [evseOf(key), silent];
    const body = { ...evseOf(key), evse: key.toString() };
    expect(await json(`/evses/${key}`)).toEqual({ status: 200, body });
    expect(await json(`/evses/0x${key.toString(16).toUpperCase()}`)).toEqual({ status: 200, body });
    expect(await json("/evses/3")).toEqual({ status: 200, body: { ...silent, evse: "3" } });
  });

  test("all, by pages: the next one begins behind the last", async () => {
    source.evsesKept = [1n, 2n, 3n].map(evseOf);
    const keysAt = async (path: string) => {
      const { evses, next } = (await json(path)).body as { evses: { evse: string }[]; next: string | null };
      return { keys: evses.map(({ evse }) => evse), next };
    };
    expect(await keysAt("/evses")).toEqual({ keys: ["1", "2", "3"], next: null });
    expect(await keysAt("/evses?limit=2")).toEqual({ keys: ["1", "2"], next: "2" });
    expect(await keysAt("/evses?limit=2&after=2")).toEqual({ keys: ["3"], next: null });
  });
});

describe("errors have a name, a field, the value and what was expected", () => {
  const unknown = `0x${"cd".repeat(32)}`;
  test.each([
    ["GET", "/sessions/0x12", 400, "InvalidInput", "sessionId", "0x12", "0x and 64 hex digits"],
    ["GET", `/sessions/${unknown}`, 404, "UnknownSession", "sessionId", unknown, "a session that this oracle serves"],
    ["GET", `/sessions/${unknown}/statements`, 404, "UnknownSession", "sessionId", unknown, expect.any(String)],
    ["GET", `/sessions/${unknown}/events`, 404, "UnknownSession", "sessionId", unknown, expect.any(String)],
    ["GET", `/sessions/${sessionId}/statements?limit=0`, 400, "InvalidInput", "limit", "0", "an integer from 1 to 500"],
    ["GET", `/sessions/${sessionId}/statements?limit=1e9`, 400, "InvalidInput", "limit", "1e9", expect.any(String)],
    ["GET", `/sessions/${sessionId}/events?lastEventId=x`, 400, "InvalidInput", "lastEventId", "x", expect.any(String)],
    ["GET", "/evses/FR*ABC*E1", 400, "InvalidInput", "key", "FR*ABC*E1", "an EVSE key, decimal or 0x hex"],
    ["GET", `/evses/${"9".repeat(78)}`, 400, "InvalidInput", "key", "9".repeat(78), "at most 256 bits"],
    ["GET", "/evses/7", 404, "UnknownEvse", "key", "7", "an EVSE whose hardware this oracle talks to"],
    ["GET", "/evses?limit=1001", 400, "InvalidInput", "limit", "1001", "an integer from 1 to 1000"],
    ["GET", "/evses?after=x", 400, "InvalidInput", "after", "x", "an EVSE key, decimal or 0x hex"],
    ["GET", "/nowhere", 404, "NotFound", "path", "GET /nowhere", "a path of /openapi.json"],
    ["POST", "/healthz", 404, "NotFound", "path", "POST /healthz", expect.any(String)],
    ["GET", "/sessions/%", 400, "InvalidUrl", "path", null, "a well-formed URL"],
  ])("%s %s", async (method, path, status, error, field, value, expected) => {
    expect(await json(path, { method })).toEqual({ status, body: { error, field, value, expected } });
  });

  const post = (body: string, type = "application/json") =>
    json(`/sessions/${sessionId}/stop`, { method: "POST", body, headers: { "content-type": type } });
  const signature = `0x${"00".repeat(65)}`;
  test.each([
    ["{", 400, "InvalidJson", "body"],
    ["", 400, "InvalidJson", "body"],
    ["[]", 400, "InvalidInput", "body"],
    ["{}", 400, "InvalidInput", "deadline"],
    [JSON.stringify({ deadline: 1.5, signature }), 400, "InvalidInput", "deadline"],
    [JSON.stringify({ deadline: NOW_SECONDS, signature: "0x" }), 400, "InvalidInput", "signature"],
    ["x".repeat(20_000), 413, "BodyTooLarge", "body"],
  ])("stop with body %.40s", async (body, status, error, field) => {
    expect(await post(body)).toMatchObject({ status, body: { error, field } });
    expect(source.stops).toEqual([]);
  });
  test("stop with a body that is not JSON", async () => {
    expect(await post("{}", "text/plain")).toMatchObject({ status: 415, body: { error: "InvalidMediaType" } });
  });

  test("a long value is not repeated as a whole", async () => {
    const { body } = await json(`/sessions/${"9".repeat(90)}${"8".repeat(10)}`);
    expect(JSON.stringify(body).length).toBeLessThan(500);
  });

  test("our own failure says nothing of its inside, and goes to the log", async () => {
    const lines: string[] = [];
    api = await start({
      sessions: { ...source.sessions, get: () => Promise.reject(new Error("disk on fire")) },
      logger: pino({ level: "error" }, { write: (line) => void lines.push(line) }),
    });
    const { status, body } = await json(`/sessions/${sessionId}`);
    expect(status).toBe(500);
    expect(body).toMatchObject({ error: "Internal", value: expect.any(String) });
    expect(JSON.stringify(body)).not.toContain("fire");
    expect(lines.join()).toContain("disk on fire");
  });
});

describe("stop", () => {
  async function stop(deadline: number, signer = driver, domain = stopDomain as typeof stopDomain | object) {
    const typed = stopRequestTypedData({ ...stopDomain, ...domain }, sessionId, deadline);
    const signature = await signer.signTypedData(typed);
    return json(`/sessions/${sessionId}/stop`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ deadline, signature }),
    });
  }

  test("by the driver's signature; a replay asks for nothing new", async () => {
    const first = await stop(NOW_SECONDS + 60);
    expect(first).toEqual({ status: 200, body: { sessionId, outcome: "accepted" } });
    expect(source.stops).toEqual([{ by: driver.address, deadlineSeconds: NOW_SECONDS + 60 }]);
    expect(await stop(NOW_SECONDS + 60)).toEqual({ status: 200, body: { sessionId, outcome: "already" } });
  });

  test.each([
    ["another signer", () => stop(NOW_SECONDS + 60, other), 403, "NotDriver"],
    ["another chain", () => stop(NOW_SECONDS + 60, driver, { chainId: 1 }), 403, "NotDriver"],
    [
      "another deployment",
      () => stop(NOW_SECONDS + 60, driver, { verifyingContract: other.address }),
      403,
      "NotDriver",
    ],
    ["a deadline that has passed", () => stop(NOW_SECONDS - 1), 400, "DeadlinePassed"],
    ["a deadline far ahead", () => stop(NOW_SECONDS + 3_601), 400, "DeadlineTooFar"],
  ])("not with %s", async (_name, request, status, error) => {
    expect(await request()).toMatchObject({ status, body: { error } });
    expect(source.stops).toEqual([]);
  });

  test("not with a signature that is no point of the curve", async () => {
    const body = JSON.stringify({ deadline: NOW_SECONDS, signature: `0x${"ff".repeat(64)}1b` });
    const headers = { "content-type": "application/json" };
    const answer = await json(`/sessions/${sessionId}/stop`, { method: "POST", headers, body });
    expect(answer).toMatchObject({ status: 403, body: { error: "NotDriver", value: null } });
  });
});

/** Reads a stream as a browser's EventSource would, for as long as it is asked. */
async function openStream(path: string, init: RequestInit = {}) {
  const controller = new AbortController();
  const response = await get(path, { ...init, signal: controller.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const events: { event: string; id: string | undefined; data: unknown }[] = [];
  const reading = (async () => {
    for (;;) {
      const chunk = await reader?.read().catch(() => ({ done: true, value: undefined }));
      if (chunk === undefined || chunk.done) return;
      text += chunk.value;
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const lines = new Map(block.split("\n").map((line) => [line.split(":")[0], line.replace(/^[^:]*: ?/, "")]));
        const event = lines.get("event") ?? (block.startsWith(":") ? "comment" : "none");
        const data = lines.get("data");
        events.push({ event, id: lines.get("id"), data: data === undefined ? null : JSON.parse(data) });
      }
    }
  })();
  return {
    response,
    events,
    reading,
    close: () => controller.abort(),
    sequences: () => events.filter(({ event }) => event === "statement").map(({ id }) => Number(id)),
    async until(condition: () => boolean): Promise<void> {
      for (let tries = 0; tries < 400; tries += 1) {
        if (condition()) return;
        await sleep(5);
      }
      throw new Error(`did not happen in 2 s: ${JSON.stringify(events)}`);
    },
  };
}

describe("events", () => {
  test("the past from the store, then each statement once and each change of state", async () => {
    source.sign(1);
    source.sign(2);
    const stream = await openStream(`/sessions/${sessionId}/events`);
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(stream.response.headers.get("cache-control")).toBe("no-store");
    await stream.until(() => stream.events.some(({ event }) => event === "state"));
    expect(stream.sequences()).toEqual([1, 2]);
    source.current = { ...session, energyWh: 1_234 };
    source.sign(3);
    await stream.until(() => stream.events.at(-1)?.event === "state" && stream.sequences().length === 3);
    expect(stream.events.at(-1)?.data).toMatchObject({ energyWh: 1_234 });
    // Nothing has changed: nothing is sent.
    const before = stream.events.length;
    source.announce();
    await sleep(30);
    expect(stream.events.length).toBe(before);
    stream.close();
  });

  test.each([
    ["by header", "", { "last-event-id": "2" }],
    ["by query", "?lastEventId=2", {}],
    ["the header wins", "?lastEventId=0", { "last-event-id": "2" }],
  ])("resumes after the last statement the client has: %s", async (_name, query, headers) => {
    for (let sequence = 1; sequence <= 4; sequence += 1) source.sign(sequence);
    const stream = await openStream(`/sessions/${sessionId}/events${query}`, { headers });
    await stream.until(() => stream.sequences().length === 2);
    expect(stream.sequences()).toEqual([3, 4]);
    stream.close();
  });

  test("a header that is no id of ours is refused by name", async () => {
    const headers = { "last-event-id": "abc" };
    expect(await json(`/sessions/${sessionId}/events`, { headers })).toMatchObject({
      status: 400,
      body: { error: "InvalidInput", field: "Last-Event-ID", value: "abc" },
    });
  });

  test("says that it lives, and finds what nobody announced", async () => {
    api = await start({ heartbeatMs: 20 });
    const stream = await openStream(`/sessions/${sessionId}/events`);
    await stream.until(() => stream.events.filter(({ event }) => event === "comment").length >= 2);
    source.statementsKept.push(statement(1));
    await stream.until(() => stream.sequences().length === 1);
    stream.close();
  });

  test("lets go of everything when the client goes", async () => {
    const stream = await openStream(`/sessions/${sessionId}/events`);
    await stream.until(() => source.listeners.size === 1);
    stream.close();
    await stream.until(() => source.listeners.size === 0);
    const text = await (await get("/metrics")).text();
    expect(text).toMatch(/^openjoule_http_event_streams 0$/m);
  });

  test("a client that does not read makes the server read less, not remember more", async () => {
    for (let sequence = 1; sequence <= 20_000; sequence += 1) source.statementsKept.push(statement(sequence));
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.write(`GET /sessions/${sessionId}/events HTTP/1.1\r\nhost: x\r\n\r\n`);
    let reads = -1;
    while (reads !== source.reads) {
      reads = source.reads;
      await sleep(100);
    }
    // 400 pages of 50 would be all of it: some 16 MB.
    expect(reads).toBeGreaterThan(0);
    expect(reads).toBeLessThan(300);
    let received = 0;
    socket.on("data", (chunk) => {
      received += chunk.length;
    });
    socket.resume();
    for (let tries = 0; tries < 400 && source.reads < 400; tries += 1) await sleep(10);
    expect(source.reads).toBeGreaterThanOrEqual(400);
    expect(received).toBeGreaterThan(1_000_000);
    socket.destroy();
  });

  test("no more streams than allowed", async () => {
    api = await start({ maxStreams: 1 });
    const stream = await openStream(`/sessions/${sessionId}/events`);
    expect(await json(`/sessions/${sessionId}/events`)).toMatchObject({
      status: 503,
      body: { error: "TooManyStreams" },
    });
    stream.close();
  });

  test("no more from one address than its share, which is free again when they end", async () => {
    api = await start({ maxStreams: 3, maxStreamsOfClient: 2, isTrustedProxy: (address) => address === "127.0.0.1" });
    const path = `/sessions/${sessionId}/events`;
    const from = (address: string) => ({ headers: { "x-forwarded-for": address } });
    const streams = [await openStream(path, from("192.0.2.1")), await openStream(path, from("192.0.2.1"))];
    const full = { status: 429, body: { error: "TooManyStreams", value: 2 } };
    expect(await json(path, from("192.0.2.1"))).toMatchObject(full);
    // Who claims another address behind the proxy is still who the proxy says.
    expect(await json(path, from("192.0.2.9, 192.0.2.1"))).toMatchObject(full);
    const other = await openStream(path, from("2001:db8::1"));
    expect(other.response.status).toBe(200);
    expect(await json(path, from("192.0.2.3"))).toMatchObject({ status: 503, body: { error: "TooManyStreams" } });

    for (const stream of streams) stream.close();
    await other.until(() => source.listeners.size === 1);
    const again = await openStream(path, from("192.0.2.1"));
    expect(again.response.status).toBe(200);
    again.close();
    other.close();
  });

  test("a shutdown does not wait for connections that say nothing", async () => {
    const silent = connect(Number(new URL(api.url).port), "127.0.0.1");
    await once(silent, "connect");
    const closed = once(silent, "close");
    // The server has seen it by the time that it answers somebody who came later.
    await json("/healthz");
    await api.close();
    await closed;
  });

  test("a shutdown ends the streams and returns", async () => {
    const stream = await openStream(`/sessions/${sessionId}/events`);
    await stream.until(() => stream.events.length > 0);
    await api.close();
    await stream.reading;
    expect(source.listeners.size).toBe(0);
  });
});

describe("operation", () => {
  test("healthz says how the event loop does", async () => {
    const { status, body } = await json("/healthz");
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "ok", eventLoopLagMs: expect.any(Number), uptimeSeconds: expect.any(Number) });
    api = await start({ maxEventLoopLagMs: 50 });
    await json("/healthz");
    await sleep(30);
    const end = Date.now() + 150;
    while (Date.now() < end);
    await sleep(30);
    expect(await json("/healthz")).toMatchObject({ status: 503, body: { status: "slow" } });
  });

  test("readyz names what is not ready and why", async () => {
    api = await start({
      checkTimeoutMs: 30,
      readiness: [
        { name: "store", check: async () => null },
        { name: "chain", check: async () => "12 blocks behind" },
        { name: "signer", check: () => Promise.reject(new Error("vault is sealed")) },
        { name: "gateway", check: () => new Promise(() => undefined) },
      ],
    });
    expect(await json("/readyz")).toEqual({
      status: 503,
      body: {
        status: "notReady",
        checks: [
          { name: "store", ready: true, reason: null },
          { name: "chain", ready: false, reason: "12 blocks behind" },
          { name: "signer", ready: false, reason: "vault is sealed" },
          { name: "gateway", ready: false, reason: "no answer within 30 ms" },
        ],
      },
    });
  });

  test("many readiness probes at once ask once", async () => {
    let asked = 0;
    const check = async () => {
      asked += 1;
      return null;
    };
    api = await start({ readiness: [{ name: "chain", check }] });
    const answers = await Promise.all(Array.from({ length: 10 }, () => json("/readyz")));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(asked).toBe(1);
  });

  test("metrics in Prometheus' text format", async () => {
    await json(`/sessions/${sessionId}`);
    const response = await get("/metrics");
    expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
    const text = await response.text();
    expect(text).toMatch(
      /openjoule_http_request_duration_seconds_count\{method="GET",route="\/sessions\/:sessionId",status="200"\} 1/,
    );
    expect(text).toMatch(/^openjoule_nodejs_eventloop_lag_seconds /m);
  });

  test("the OpenAPI document is made of the schemas that validate", async () => {
    const { body } = (await json("/openapi.json")) as { body: Record<string, Record<string, Record<string, object>>> };
    expect(Object.keys(body.paths ?? {}).sort()).toEqual([
      "/evses",
      "/evses/{key}",
      "/healthz",
      "/metrics",
      "/readyz",
      "/sessions/{sessionId}",
      "/sessions/{sessionId}/events",
      "/sessions/{sessionId}/statements",
      "/sessions/{sessionId}/stop",
    ]);
    const document = JSON.stringify(body);
    expect(document).toContain("^0x[0-9a-fA-F]{64}$");
    expect(document).toContain("text/event-stream");
  });

  test("other pages may read it only where configured", async () => {
    const origin = "https://app.example";
    expect((await get("/healthz", { headers: { origin } })).headers.get("access-control-allow-origin")).toBeNull();
    api = await start({ corsOrigins: [origin] });
    expect((await get("/healthz", { headers: { origin } })).headers.get("access-control-allow-origin")).toBe(origin);
    const allowed = async (given: string) =>
      (await get("/healthz", { headers: { origin: given } })).headers.get("access-control-allow-origin");
    expect(await allowed("https://evil.example")).toBeNull();
    expect(await allowed("https://app.example:8443")).toBeNull();
    const stream = await openStream(`/sessions/${sessionId}/events`, { headers: { origin } });
    expect(stream.response.headers.get("access-control-allow-origin")).toBe(origin);
    stream.close();
  });

  test("an origin with any port, and every origin", async () => {
    api = await start({ corsOrigins: ["http://127.0.0.1:*"] });
    const allowed = async (origin: string) =>
      (await get("/healthz", { headers: { origin } })).headers.get("access-control-allow-origin");
    expect(await allowed("http://127.0.0.1:5173")).toBe("http://127.0.0.1:5173");
    expect(await allowed("http://127.0.0.1")).toBe("http://127.0.0.1");
    for (const stranger of ["https://127.0.0.1:5173", "http://127.0.0.1.example:80", "http://localhost:5173", "null"]) {
      expect(await allowed(stranger)).toBeNull();
    }
    const headers = { origin: "http://127.0.0.1:5173", "access-control-request-method": "POST" };
    const preflight = await get(`/sessions/${sessionId}/stop`, { method: "OPTIONS", headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
    api = await start({ corsOrigins: "*" });
    expect(await allowed("https://anywhere.example")).toBe("*");
  });

  test("a port in use is an error at start", async () => {
    const port = Number(new URL(api.url).port);
    await expect(start({ port })).rejects.toThrow(/EADDRINUSE/);
  });
});

describe("stations", () => {
  const operatorToken = "0123456789abcdef0123456789abcdef";
  const authorization = `Bearer ${operatorToken}`;
  const order = { type: "clearCache" };
  const post = (body: unknown, deviceId = "CP1", headers: Record<string, string> = { authorization }) =>
    json(`/stations/${deviceId}/commands`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

  test("are nobody's to order about without an operator's token", async () => {
    expect((await post({ commandId: "k1", order })).status).toBe(404);
    expect((await json("/stations/CP1/reports", { headers: { authorization } })).status).toBe(404);
  });

  test("are for the one who has the token", async () => {
    api = await start({ operatorToken });
    const refused = { status: 401, body: { error: "NotOperator", field: "authorization", value: null } };
    const wrong: Record<string, string>[] = [
      {},
      { authorization: operatorToken },
      { authorization: `${authorization}0` },
    ];
    for (const headers of wrong) {
      expect(await post({ commandId: "k1", order }, "CP1", headers)).toMatchObject(refused);
      expect(await json("/stations/CP1/reports", { headers })).toMatchObject(refused);
      expect(await json("/stations/CP1/commands/k1", { headers })).toMatchObject(refused);
    }
    expect(source.commands.size).toBe(0);
  });

  test("take an order once, and tell what became of it", async () => {
    api = await start({ operatorToken });
    expect(await post({ commandId: "k1", order })).toEqual({
      status: 202,
      body: { commandId: "k1", outcome: "accepted" },
    });
    expect(await post({ commandId: "k1", order })).toMatchObject({ body: { outcome: "already" } });
    expect(await post({ commandId: "k1", order: { type: "reset", kind: "soft" } })).toMatchObject({
      status: 409,
      body: { error: "CommandIdTaken", field: "commandId", value: "k1" },
    });
    expect(source.commands.get("k1")).toEqual({ type: "clearCache", commandId: "k1", deviceId: "CP1" });
    const of = (path: string) => json(path, { headers: { authorization } });
    expect(await of("/stations/CP1/commands/k1")).toMatchObject({
      status: 200,
      body: { commandId: "k1", type: "clearCache", state: "waiting", history: [report] },
    });
    for (const path of ["/stations/CP2/commands/k1", "/stations/CP1/commands/k2"]) {
      expect(await of(path)).toMatchObject({ status: 404, body: { error: "UnknownCommand", field: "commandId" } });
    }
    expect(await of("/stations/CP1/reports")).toEqual({ status: 200, body: { reports: [report] } });
    expect(await of("/stations/CP1/reports?kind=security")).toEqual({ status: 200, body: { reports: [] } });
  });

  test("name what is wrong with an order", async () => {
    api = await start({ operatorToken });
    expect(await post({ commandId: "k1", order }, "CP9")).toMatchObject({
      status: 404,
      body: { error: "UnknownDevice", field: "deviceId", value: "CP9" },
    });
    const invalid = async (body: object) => {
      const { status, body: answer } = await post(body);
      expect(status).toBe(400);
      return (answer as { field: string }).field;
    };
    expect(await invalid({ commandId: "k 1", order })).toBe("commandId");
    expect(await invalid({ commandId: "k1", order: { type: "dance" } })).toBe("order.type");
    expect(await invalid({ commandId: "k1", order: { type: "unlock", connectorId: -1 } })).toBe("order.connectorId");
    // Who charges is a session's affair.
    const remoteStart = { type: "remoteStart", connectorId: 1, idToken: "TAG" };
    expect(await invalid({ commandId: "k1", order: remoteStart })).toBe("order.type");
    expect(await invalid({ commandId: "k1", order, expiresInSeconds: 0 })).toBe("expiresInSeconds");
    const description = (await json("/openapi.json")).body as { paths: Record<string, unknown> };
    expect(description.paths["/stations/{deviceId}/commands"]).toMatchObject({
      post: { security: [{ operator: [] }] },
    });
  });
});
