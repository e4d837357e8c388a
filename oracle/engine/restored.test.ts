import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import type { Hex } from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import { idTokenOf } from "../core/phase.ts";
import { OPENED_AT, sample } from "../core/testing/fixture.ts";
import { createHighWaterFile, HighWaterError } from "../store/high-water.ts";
import { FIRST_HEAD, keepMeta, readMeta } from "../store/meta.ts";
import { eventually, type Harness, sessionOpened, startHarness } from "./testing/harness.ts";

let folder: string;
let path: string;
let markPath: string;
let harness: Harness | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openjoule-restored-"));
  path = join(folder, "oracle.sqlite");
  markPath = join(folder, "apart.mark");
});
afterEach(async () => {
  await harness?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<Harness> {
  await harness?.close();
  harness = await startHarness({ path, markPath });
  return harness;
}

const opened = sessionOpened();

/** Begins the session, and returns its transaction. */
async function begin(running: Harness): Promise<string> {
  await keepMeta(running.store.db, FIRST_HEAD, "3");
  await running.publish({ type: "connected", protocol: "ocpp1.6", remoteAddress: "" });
  await running.chain(opened);
  running.clock.advance(10);
  const reply = await running.publish({
    type: "transactionStarted",
    connectorId: 1,
    transactionId: null,
    idToken: idTokenOf(opened.sessionId),
    meterStartWh: 0,
    timestampSeconds: OPENED_AT + 10,
    reservationId: null,
  });
  return reply.type === "transaction" ? reply.transactionId : "";
}

async function meter(running: Harness, transactionId: string, at: number, energyWh: number): Promise<void> {
  running.clock.advance(at - Math.floor(running.clock.now() / 1_000 - OPENED_AT));
  const samples = [sample(at, energyWh)];
  await running.publish({ type: "meterValues", connectorId: 1, transactionId, samples, signedMeterValues: [] });
}

const signed = async (running: Harness, id: Hex = opened.sessionId) =>
  (await running.engine.sessions.statements(id, { afterSequence: 0, limit: 99 })).map(({ sequence }) => sequence);
const halted = async ({ store }: Harness) =>
  (await store.db.selectFrom("sessions").select("halted").executeTakeFirstOrThrow()).halted;

test("a restart on the same database goes on signing", async () => {
  const first = await start();
  const transactionId = await begin(first);
  await meter(first, transactionId, 20, 200);
  await eventually("a signature", async () => (await signed(first)).length === 1);

  const second = await start();
  expect(second.restored).toBe(false);
  await meter(second, transactionId, 30, 400);
  await eventually("a signature", async () => (await signed(second)).length === 2);
  expect(await readMeta(second.store.db, FIRST_HEAD)).toBe("3");
});

test("after a restored backup nothing is signed for what ran then, its device is stopped, new sessions are served", async () => {
  const first = await start();
  const transactionId = await begin(first);
  await meter(first, transactionId, 20, 200);
  await eventually("a signature", async () => (await signed(first)).length === 1);
  const backup = join(folder, "backup.sqlite");
  await sql`vacuum into ${backup}`.execute(first.store.db);
  await meter(first, transactionId, 30, 400);
  await eventually("a signature", async () => (await signed(first)).length === 2);
  await first.close();
  harness = undefined;
  for (const suffix of ["-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  copyFileSync(backup, path);

  const second = await start();
  expect(second.restored).toBe(true);
  expect(await halted(second)).toContain("restored backup");
  // To be learnt anew: what was opened up to now is not signed for.
  expect(await readMeta(second.store.db, FIRST_HEAD)).toBeUndefined();
  await second.publish({ type: "connected", protocol: "ocpp1.6", remoteAddress: "" });
  await meter(second, transactionId, 31, 500);
  await eventually("a stop", async () => second.commands.some(({ type }) => type === "remoteStop"));
  expect(await signed(second)).toEqual([1]);

  const next = sessionOpened({ counter: 2 });
  await second.chain(next);
  const reply = await second.publish({
    type: "transactionStarted",
    connectorId: 1,
    transactionId: null,
    idToken: idTokenOf(next.sessionId),
    meterStartWh: 500,
    timestampSeconds: OPENED_AT + 31,
    reservationId: null,
  });
  expect(reply).toMatchObject({ status: "accepted" });
  // No id that a device may have kept from the lost time.
  expect(reply.type === "transaction" && Number(reply.transactionId) > 1_000_000).toBe(true);
  await meter(second, reply.type === "transaction" ? reply.transactionId : "", 45, 700);
  await eventually("a signature", async () => (await signed(second, next.sessionId)).length === 1);

  expect((await start()).restored).toBe(false);
});

test("a mark that is lost leaves what runs to close; a new database beside an old mark is new once", async () => {
  const first = await start();
  const transactionId = await begin(first);
  await meter(first, transactionId, 20, 200);
  await eventually("a signature", async () => (await signed(first)).length === 1);
  await first.close();
  harness = undefined;
  rmSync(markPath);
  const second = await start();
  expect(second.restored).toBe(true);
  expect(await halted(second)).not.toBeNull();
  expect(existsSync(markPath)).toBe(true);

  path = join(folder, "other.sqlite");
  expect((await start()).restored).toBe(true);
  expect((await start()).restored).toBe(false);
});

test("a mark that cannot be read stops the start, by name", async () => {
  writeFileSync(markPath, "{}");
  await expect(createHighWaterFile(markPath).read()).rejects.toThrow(HighWaterError);
});
