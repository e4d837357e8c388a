/** A flood of wrong passwords over raw `ws`, against gateway and engine: the process keeps its threads and does its work. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { idTokenOf } from "../../oracle/core/phase.ts";
import { OPENED_AT } from "../../oracle/core/testing/fixture.ts";
import { DEVICE, eventually, type Harness, sessionOpened, startHarness } from "../../oracle/engine/testing/harness.ts";
import { createAuthenticator } from "../../oracle/gateway/authenticator.ts";
import { createOcppServer, type OcppServer } from "../../oracle/gateway/ocpp/server.ts";
import { hashPassword } from "../../oracle/gateway/password.ts";

const password = "station-secret";
const passwordHash = await hashPassword(password);
/** As many as once could be derived for at the same time. */
const STATIONS = 256;

let harness: Harness;
let server: OcppServer;
let url: string;
let folder: string;
let sockets: WebSocket[];

beforeEach(async () => {
  sockets = [];
  folder = await mkdtemp(join(tmpdir(), "openjoule-flood-"));
  // Every signature waits for a file, by the threads that derivations would hold.
  harness = await startHarness({ path: join(folder, "oracle.db"), markPath: join(folder, "mark") });
  server = createOcppServer({
    bus: harness.bus.gateway,
    logger: pino({ level: "silent" }),
    authenticate: createAuthenticator({ passwordHashOf: async () => passwordHash }),
    port: 0,
    nowMs: harness.clock.now,
    // Addresses of clients: as many as the test likes.
    isTrustedProxy: (address) => address === "127.0.0.1",
  });
  ({ url } = await server.listen());
});
afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await server.close(100);
  await harness.close();
  await rm(folder, { recursive: true, force: true });
});

function open(id: string, secret: string, from: string): WebSocket {
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
  const headers = { authorization, "x-forwarded-for": from };
  const socket = new WebSocket(`${url}/${id}`, ["ocpp1.6"], { headers });
  socket.on("error", () => undefined);
  sockets.push(socket);
  return socket;
}

/** The HTTP status that answers the upgrade; 101 lets in. */
async function statusOf(socket: WebSocket): Promise<number> {
  const refused = once(socket, "unexpected-response").then(([, response]) => response.resume().statusCode as number);
  return Promise.race([refused, once(socket, "open").then(() => 101)]);
}

/** What the oracle answers to a call. */
async function ask(socket: WebSocket, action: string, payload: object): Promise<unknown> {
  socket.send(JSON.stringify([2, "1", action, payload]));
  const [data] = await once(socket, "message");
  return (JSON.parse(String(data)) as unknown[])[2];
}

const at = (seconds: number) => new Date((OPENED_AT + seconds) * 1_000).toISOString();

/** A station with a running session, whose last statement is signed. */
async function deliver(station: WebSocket) {
  const opened = sessionOpened();
  await harness.chain(opened);
  const start = { connectorId: 1, idTag: idTokenOf(opened.sessionId), meterStart: 1_000, timestamp: at(0) };
  const { transactionId } = (await ask(station, "StartTransaction", start)) as { transactionId: number };
  return {
    async meter(seconds: number) {
      const sampledValue = [{ value: String(1_000 + seconds) }];
      const meterValue = [{ timestamp: at(seconds), sampledValue }];
      harness.clock.advance(60);
      expect(await ask(station, "MeterValues", { connectorId: 1, transactionId, meterValue })).toEqual({});
    },
    async signed(count: number) {
      const signed = harness.store.db.selectFrom("statements").select("sequence").where("signed_at_ms", "is not", null);
      await eventually(`${count} signed`, async () => (await signed.execute()).length >= count, 60_000);
    },
  };
}

/** Every station's name with a wrong password, again and again, each try from the address that `from` names. */
function flood(from: (attempt: number) => string) {
  const statuses: number[] = [];
  let goesOn = true;
  let attempts = 0;
  const attackers = Array.from({ length: STATIONS }, async (_, index) => {
    while (goesOn) {
      attempts += 1;
      statuses.push(await statusOf(open(`CP${index}`, `guess ${attempts}`, from(attempts))));
    }
  });
  return {
    statuses,
    async end() {
      goesOn = false;
      await Promise.all(attackers);
    },
  };
}

const count = (statuses: readonly number[], status: number) => statuses.filter((each) => each === status).length;

it("from one address costs ten derivations; a good device gets in, and it is answered and signed meanwhile", async () => {
  const known = open(DEVICE, password, "192.0.2.1");
  expect(await statusOf(known)).toBe(101);
  const session = await deliver(known);
  await session.meter(60);
  await session.signed(1);

  const attack = flood(() => "198.51.100.1");
  while (attack.statuses.length === 0) await sleep(1);
  await session.meter(120);
  await session.signed(2);
  // Its password was never seen by this process; it comes back until there is a place.
  let station = open("NEW", password, "192.0.2.2");
  while ((await statusOf(station)) !== 101) station = open("NEW", password, "192.0.2.2");
  expect(await ask(station, "Heartbeat", {})).toHaveProperty("currentTime");
  await attack.end();
  expect(count(attack.statuses, 401)).toBeLessThan(STATIONS / 4);
  expect(count(attack.statuses, 429)).toBeGreaterThan(0);
});

it("from everywhere leaves threads to the process, and to devices that have proven themselves their place", async () => {
  const known = open(DEVICE, password, "192.0.2.1");
  expect(await statusOf(known)).toBe(101);
  const session = await deliver(known);
  await session.meter(60);
  await session.signed(1);

  const attack = flood((attempt) => `10.${attempt >> 16}.${(attempt >> 8) & 255}.${attempt & 255}`);
  await session.meter(120);
  await session.signed(2);
  expect(count(attack.statuses, 401)).toBeLessThan(STATIONS / 4);
  known.terminate();
  const again = open(DEVICE, password, "192.0.2.1");
  expect(await statusOf(again)).toBe(101);
  expect(await ask(again, "Heartbeat", {})).toHaveProperty("currentTime");
  await attack.end();
  expect(count(attack.statuses, 503)).toBeGreaterThan(STATIONS / 2);
});
