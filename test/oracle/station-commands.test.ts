/**
 * Commands to stations, from HTTP over the engine's table and the OCPP wire to a charge point in a process of its own, which shares
 * no OCPP code with the oracle, and what it reports back.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { Registry } from "@prometheus-io/client";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Api, startApi } from "../../oracle/api/server.ts";
import type { CommandView, ReportView } from "../../oracle/api/types.ts";
import type { StationOrderInput } from "../../oracle/bus/station-commands.ts";
import { domain } from "../../oracle/core/testing/fixture.ts";
import { DEVICE, eventually, type Harness, startHarness } from "../../oracle/engine/testing/harness.ts";
import { createOcppServer, type OcppServer } from "../../oracle/gateway/ocpp/server.ts";

const operatorToken = "an operator's token, long enough".replaceAll(" ", "-");
const authorization = `Bearer ${operatorToken}`;
const main = fileURLToPath(new URL("../../simulators/charge-point/main.ts", import.meta.url));

let harness: Harness;
let server: OcppServer;
let api: Api;
let files: Server;
let filesUrl: string;
let point: ChildProcess;
let commands: number;

beforeEach(async () => {
  commands = 0;
  harness = await startHarness({ nowMs: Date.now, onCommand: async () => "offline" });
  server = createOcppServer({
    bus: harness.bus.gateway,
    logger: pino({ level: "silent" }),
    authenticate: async () => "accepted",
    port: 0,
  });
  const { url } = await server.listen();
  api = await startApi({
    port: 0,
    sessions: harness.engine.sessions,
    evses: harness.engine.evses,
    stations: harness.engine.stations,
    operatorToken,
    readiness: [],
    registry: new Registry(),
    stopDomain: domain,
    logger: pino({ level: "silent" }),
  });
  files = createServer((request, response) => {
    request.resume().on("end", () => response.end(request.method === "GET" ? "firmware" : ""));
  });
  files.listen(0, "127.0.0.1");
  await once(files, "listening");
  filesUrl = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
  const args = ["--url", url, "--id", DEVICE, "--job-step", "0.02", "--power", "22000", "--exit-with-stdin"];
  point = spawn(process.execPath, [main, ...args], { stdio: ["pipe", "ignore", "inherit"] });
  await eventually("the charge point", async () => server.connectedDevices().includes(DEVICE), 30_000);
});
afterEach(async () => {
  const exited = once(point, "exit");
  point.kill("SIGTERM");
  await exited;
  await api.close();
  files.close();
  files.closeAllConnections();
  await server.close(100);
  await harness.close();
});

const get = async (path: string) => {
  const response = await fetch(`${api.url}/stations/${DEVICE}/${path}`, { headers: { authorization } });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
};
const viewOf = async (commandId: string) => (await get(`commands/${commandId}`)) as CommandView;

/** Sends an order and waits for its end. */
async function ask(order: StationOrderInput): Promise<CommandView> {
  commands += 1;
  const commandId = `k${commands}`;
  const response = await fetch(`${api.url}/stations/${DEVICE}/commands`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ commandId, order }),
  });
  expect(await response.json()).toEqual({ commandId, outcome: "accepted" });
  return eventually(`the answer to ${order.type}`, async () => {
    const view = await viewOf(commandId);
    return view.state !== "waiting" && view;
  });
}
const statesOf = async (commandId: string) => (await viewOf(commandId)).history.map(({ status }) => status);
const seconds = () => Math.floor(Date.now() / 1_000);

test("configuration, reservations, local list and charging profiles", async () => {
  expect((await ask({ type: "getConfiguration", keys: ["NumberOfConnectors", "Colour"] })).answer).toEqual({
    type: "configuration",
    known: [{ key: "NumberOfConnectors", value: "1", readonly: true }],
    unknown: ["Colour"],
  });
  const change = { type: "changeConfiguration", key: "NumberOfConnectors", value: "2" } as const;
  expect(await ask(change)).toMatchObject({ state: "rejected", refusal: "rejected" });

  const reserve = { type: "reserve", connectorId: 1, expiresAtSeconds: seconds() + 600, idToken: "TAG" } as const;
  expect(await ask({ ...reserve, reservationId: 1 })).toMatchObject({ state: "accepted" });
  expect(await ask({ ...reserve, reservationId: 2 })).toMatchObject({ state: "rejected", refusal: "occupied" });
  expect(await ask({ type: "cancelReservation", reservationId: 1 })).toMatchObject({ state: "accepted" });

  const entries = [{ idToken: "A", authorization: { status: "accepted" as const } }];
  const list = { type: "sendLocalList", version: 5, entries } as const;
  expect(await ask({ ...list, entries, update: "full" })).toMatchObject({ state: "accepted" });
  expect(await ask({ ...list, entries, update: "differential" })).toMatchObject({ refusal: "versionMismatch" });
  expect((await ask({ type: "getLocalListVersion" })).answer).toEqual({ type: "localListVersion", version: 5 });

  const periods = [
    { startSeconds: 0, limit: 11_000 },
    { startSeconds: 1_800, limit: 7_000 },
  ];
  const schedule = { unit: "W" as const, periods };
  const profile = { profileId: 1, stackLevel: 0, purpose: "txDefault", kind: "relative", schedule } as const;
  expect(await ask({ type: "setChargingProfile", connectorId: 1, profile })).toMatchObject({ state: "accepted" });
  const composite = await ask({ type: "getCompositeSchedule", connectorId: 1, durationSeconds: 3_600, unit: "W" });
  expect(composite.answer).toMatchObject({ schedule: { unit: "W", periods } });
  expect(await ask({ type: "clearChargingProfile", profileId: 1 })).toMatchObject({ state: "accepted" });
  expect(await ask({ type: "clearChargingProfile" })).toMatchObject({ refusal: "unknownProfile" });
});

test("firmware, logs and a certificate request, with their history", async () => {
  const upload = { location: `${filesUrl}/log` };
  const log = await ask({ type: "getLog", requestId: 8, log: "security", ...upload });
  expect(log).toMatchObject({ state: "accepted", answer: { type: "file", name: expect.stringContaining(DEVICE) } });
  await eventually("the log", async () => (await statesOf(log.commandId)).at(-1) === "Uploaded");
  const diagnostics = await ask({ type: "getDiagnostics", ...upload });
  await eventually("the diagnostics", async () => (await statesOf(diagnostics.commandId)).at(-1) === "Uploaded");

  expect(await ask({ type: "extendedTrigger", message: "signCertificate" })).toMatchObject({ state: "accepted" });
  const request = await eventually("a request", async () => {
    const { reports } = (await get("reports?kind=certificateRequest&limit=1")) as { reports: ReportView[] };
    return reports[0];
  });
  expect(request.detail).toContain("BEGIN CERTIFICATE REQUEST");

  const update = await ask({ type: "updateFirmware", location: `${filesUrl}/new`, retrieveAtSeconds: seconds() });
  await eventually("the firmware", async () => (await statesOf(update.commandId)).at(-1) === "Installed");
  expect(await statesOf(update.commandId)).toEqual(["Downloading", "Downloaded", "Installing", "Installed"]);
  expect(await statesOf(log.commandId)).toEqual(["Uploading", "Uploaded"]);
});
