/** What is deleted by age, and above all what is not. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hex } from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import { idTokenOf } from "../core/phase.ts";
import { OPENED_AT, sample } from "../core/testing/fixture.ts";
import { EquivocationError, reserveStatement } from "../store/equivocation.ts";
import { decodeJson } from "../store/json.ts";
import { eventually, type Harness, place, sessionOpened, startHarness } from "./testing/harness.ts";

const DAY = 86_400;
const retention = { sessionDays: 100, inboxDays: 10 };

let folder: string;
let harness: Harness;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "openjoule-retention-"));
  harness = await start(OPENED_AT);
});
afterEach(async () => {
  await harness.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = (atSeconds: number) =>
  startHarness({ path: join(folder, "oracle.sqlite"), retention, nowMs: () => atSeconds * 1_000 });

/** A session with five messages and four statements, the last of them final. */
async function deliver(): Promise<Hex> {
  const opened = sessionOpened();
  const { sessionId } = opened;
  await harness.publish({ type: "connected", protocol: "ocpp1.6", remoteAddress: "" });
  await harness.chain(opened);
  const idToken = idTokenOf(sessionId);
  const reply = await harness.publish({
    type: "transactionStarted",
    ...{ connectorId: 1, transactionId: null, idToken, meterStartWh: 0, reservationId: null },
    timestampSeconds: OPENED_AT,
  });
  if (reply.type !== "transaction") throw new Error("no transaction");
  const { transactionId } = reply;
  for (const [sequence, seconds] of [1, 2, 3].entries()) {
    await harness.close();
    harness = await start(OPENED_AT + 60 * seconds);
    await harness.publish({
      type: "meterValues",
      ...{ connectorId: 1, transactionId, signedMeterValues: [] },
      samples: [sample(60 * seconds, 100 * seconds, 6_000)],
    });
    await eventually("a signature", async () => {
      return (await harness.engine.sessions.get(sessionId))?.sequence === sequence + 1;
    });
  }
  await harness.publish({
    type: "transactionStopped",
    ...{ transactionId, meterStopWh: 300, reason: "local", idToken: null, samples: [], signedMeterValues: [] },
    timestampSeconds: OPENED_AT + 200,
  });
  await eventually("the end", async () => (await harness.engine.sessions.get(sessionId))?.status === "settling");
  return sessionId;
}

/** As the log cursor writes it down and hands it on. */
async function settle(sessionId: Hex, atSeconds: number): Promise<void> {
  const event = place("settled");
  await harness.chain({
    ...{ type: "settled", sessionId, cost: 0n, fee: 0n, sequence: 4, stopReason: 8, waived: 0n, periods: [] },
    ...{ evidence: `0x${"00".repeat(32)}`, ...event },
  });
  await harness.store.db
    .insertInto("chain_events")
    .values({
      event_id: event.eventId,
      type: "settled",
      session_id: sessionId,
      block_number: event.blockNumber,
      block_hash: event.blockHash,
      block_timestamp_seconds: atSeconds,
      transaction_hash: event.transactionHash,
      log_index: event.logIndex,
    })
    .execute();
}

async function counts() {
  const { db } = harness.store;
  const count = async (table: "evidence" | "commands" | "inbox" | "statements" | "statement_signatures") =>
    (await db.selectFrom(table).selectAll().execute()).length;
  return {
    evidence: await count("evidence"),
    commands: await count("commands"),
    statements: await count("statements"),
    signatures: await count("statement_signatures"),
  };
}

/** The oracle as it starts at another time, once it has looked at what is old: a stray message as old as any goes then. */
async function startAt(atSeconds: number): Promise<void> {
  const stray = { device_id: "CP1", session_id: null, flags: "[]", raw: "", quarantined: 1 };
  await harness.store.db
    .insertInto("evidence")
    .values({ ...stray, event_id: `stray ${atSeconds}`, received_at_ms: 0 })
    .execute();
  await harness.close();
  harness = await start(atSeconds);
  await eventually("the look", async () => {
    const strays = harness.store.db.selectFrom("evidence").select("event_id").where("session_id", "is", null);
    return (await strays.execute()).length === 0;
  });
}

test("what a settled session left behind goes after its time, never what keeps it from being signed again", async () => {
  const sessionId = await deliver();
  const full = await counts();
  expect(full).toMatchObject({ evidence: 5, statements: 4, signatures: 4 });
  expect(full.commands).toBeGreaterThan(0);
  await settle(sessionId, OPENED_AT + 1_000);

  await startAt(OPENED_AT + 99 * DAY);
  expect(await counts()).toEqual(full);

  const before = await harness.store.db.selectFrom("statements").selectAll().orderBy("sequence").execute();
  await startAt(OPENED_AT + 101 * DAY);
  expect(await counts()).toEqual({ evidence: 0, commands: 0, statements: 4, signatures: 1 });
  const after = await harness.store.db.selectFrom("statements").selectAll().orderBy("sequence").execute();
  expect(after).toEqual(before);
  const views = await harness.engine.sessions.statements(sessionId, { afterSequence: 0, limit: 9 });
  expect(views.map(({ sequence, signatures }) => [sequence, signatures.length])).toEqual([[4, 1]]);

  const [first] = after;
  if (first === undefined) throw new Error("no statement");
  const statement = decodeJson<Parameters<typeof reserveStatement>[1]["statement"]>(first.statement);
  const other = { sessionId, digest: `0x${"ee".repeat(32)}` as Hex, statement, cost: 0n, nowMs: 0 };
  await expect(harness.store.transaction((transaction) => reserveStatement(transaction, other))).rejects.toBeInstanceOf(
    EquivocationError,
  );
});

test("a session that has not left the chain keeps everything, however old", async () => {
  await deliver();
  const full = await counts();
  await startAt(OPENED_AT + 1_000 * DAY);
  expect(await counts()).toEqual(full);
});

test("more than goes at once goes too, and a pending command stays", async () => {
  const sessionId = await deliver();
  await settle(sessionId, OPENED_AT + 1_000);
  const evidence = { device_id: "CP1", session_id: sessionId, flags: "[]", raw: "", quarantined: 0, received_at_ms: 0 };
  const many = Array.from({ length: 1_700 }, (_, index) => ({ ...evidence, event_id: `more ${index}` }));
  for (let at = 0; at < many.length; at += 500) {
    await harness.store.db
      .insertInto("evidence")
      .values(many.slice(at, at + 500))
      .execute();
  }
  const [command] = await harness.store.db.selectFrom("commands").selectAll().limit(1).execute();
  if (command === undefined) throw new Error("no command");
  const waiting = { ...command, command_id: "waits", state: "pending", due_at_ms: 9e15, expires_at_ms: 9e15 } as const;
  await harness.store.db.insertInto("commands").values(waiting).execute();
  await startAt(OPENED_AT + 200 * DAY);
  expect(await counts()).toEqual({ evidence: 0, commands: 1, statements: 4, signatures: 1 });
});

test("a message repeated after its key was forgotten is answered again", async () => {
  const sessionId = await deliver();
  const { event_id } = await harness.store.db.selectFrom("evidence").select("event_id").executeTakeFirstOrThrow();
  await startAt(OPENED_AT + 11 * DAY);
  const inbox = harness.store.db.selectFrom("inbox").select("event_id").where("event_id", "=", event_id);
  await eventually("forgotten", async () => (await inbox.execute()).length === 0);
  const repeated = await harness.publish({
    type: "transactionStarted",
    eventId: event_id,
    ...{ connectorId: 1, transactionId: null, idToken: idTokenOf(sessionId), meterStartWh: 0, reservationId: null },
    timestampSeconds: OPENED_AT,
  });
  expect(repeated).toMatchObject({ type: "transaction" });
});

test("a station's commands and reports go by their own age", async () => {
  const { stations } = harness.engine;
  await stations.request({ commandId: "old", deviceId: "CP1", type: "clearCache" }, 60);
  await eventually("it is done", async () => (await stations.command("old"))?.state === "accepted");
  const report = { type: "reported", kind: "security", requestId: null, detail: null, timestampSeconds: null } as const;
  await harness.publish({ ...report, status: "FirmwareUpdated" });
  const left = async () => {
    const { command, reports } = harness.engine.stations;
    return [await command("old"), ...(await reports("CP1", { limit: 10 }))].filter((one) => one !== undefined).length;
  };
  await startAt(OPENED_AT + 99 * DAY);
  expect(await left()).toBe(2);
  await harness.close();
  harness = await start(OPENED_AT + 101 * DAY);
  await eventually("both are gone", async () => (await left()) === 0);
});
