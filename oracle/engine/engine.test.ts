import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chargingSessionsAbi, decodeStatement, recoverStatementKeys, StopReason } from "@openjoule/sdk";
import { decodeFunctionData, type Hex, toEventSelector } from "viem";
import { afterEach, describe, expect, test } from "vitest";
import type { SessionUpdate } from "../api/types.ts";
import { idTokenOf } from "../core/phase.ts";
import { domain, OPENED_AT, sample } from "../core/testing/fixture.ts";
import { NotPartyError, UnknownSessionError } from "./engine.ts";
import {
  committeeOf,
  DEVICE,
  eventually,
  type Harness,
  type HarnessOptions,
  ownOperators,
  place,
  sessionOpened,
  startHarness,
} from "./testing/harness.ts";

const harnesses: Harness[] = [];
afterEach(async () => {
  for (const harness of harnesses.splice(0)) await harness.close();
});

async function start(options: HarnessOptions = {}): Promise<Harness> {
  const harness = await startHarness(options);
  harnesses.push(harness);
  return harness;
}

type Event = Parameters<Harness["publish"]>[0];
const idTokenFor = (sessionId: Hex) => idTokenOf(sessionId);
const startOf = (sessionId: Hex, meterStartWh = 1_000, at = 5) =>
  ({
    type: "transactionStarted",
    connectorId: 1,
    transactionId: null,
    idToken: idTokenFor(sessionId).toLowerCase(),
    meterStartWh,
    timestampSeconds: OPENED_AT + at,
    reservationId: null,
  }) as const;
const stopOf = (
  transactionId: string | null,
  meterStopWh: number,
  at: number,
  idToken: string | null = null,
): Event => ({
  type: "transactionStopped",
  transactionId,
  meterStopWh,
  timestampSeconds: OPENED_AT + at,
  reason: "local",
  idToken,
  samples: [],
  signedMeterValues: [],
});
const metersOf = (transactionId: string | null, at: number, energyWh: number): Event => ({
  type: "meterValues",
  connectorId: 1,
  transactionId,
  samples: [sample(at, energyWh, 36_000)],
  signedMeterValues: [],
});

/** Brings a session to delivery and returns the transaction's id. */
async function deliver(harness: Harness, opened = sessionOpened()): Promise<string> {
  await harness.publish({ type: "connected", protocol: "ocpp1.6", remoteAddress: "" });
  await harness.chain(opened);
  await eventually("a remote start", async () => harness.commands.some(({ type }) => type === "remoteStart"));
  harness.clock.advance(5);
  const reply = await harness.publish(startOf(opened.sessionId));
  if (reply.type !== "transaction") throw new Error("no transaction");
  expect(reply.status).toBe("accepted");
  return reply.transactionId;
}

describe("the hardware of an EVSE", () => {
  const evse = sessionOpened().evse;
  const status = (value: "available" | "charging" | "faulted", errorCode: string | null = null) =>
    ({ type: "status", connectorId: 1, status: value, errorCode, timestampSeconds: null }) as const;

  test("as it last said, since when, and whether it is connected now", async () => {
    const harness = await start();
    const { evses } = harness.engine;
    const none = { sessionId: null, powerCapW: null, powerW: null };
    expect(await evses.get(evse)).toMatchObject({ evse, connected: false, status: "preparing", ...none });

    await harness.publish({ type: "connected", protocol: "ocpp1.6", remoteAddress: "" });
    await harness.publish(status("available"));
    const seen = { evse, connected: true, status: "available", errorCode: null, sinceSeconds: OPENED_AT, ...none };
    expect(await evses.get(evse)).toEqual(seen);
    // The same word again, as after a reconnection, is no change; another one is.
    harness.clock.advance(30);
    await harness.publish(status("available"));
    expect(await evses.get(evse)).toEqual(seen);
    await harness.publish(status("faulted", "GroundFailure"));
    const fault = { status: "faulted", errorCode: "GroundFailure", sinceSeconds: OPENED_AT + 30 };
    expect(await evses.get(evse)).toEqual({ ...seen, ...fault });

    await harness.publish({ type: "disconnected", code: 1006, reason: "" });
    expect(await evses.get(evse)).toEqual({ ...seen, ...fault, connected: false });
  });

  test("with the session there now, until that is settled", async () => {
    const harness = await start();
    const { evses } = harness.engine;
    const opened = sessionOpened();
    const transactionId = await deliver(harness, opened);
    harness.clock.advance(10);
    await harness.publish(metersOf(transactionId, 15, 1_100));
    const { sessionId } = opened;
    const { powerCapW } = opened.offer;
    expect(await evses.get(evse)).toMatchObject({ sessionId, powerCapW, powerW: 36_000 });
    await harness.chain({ type: "closed", cost: 0n, ...place("closed"), sessionId });
    expect(await evses.get(evse)).toMatchObject({ sessionId: null, powerCapW: null, powerW: null });
  });

  test("by pages, and only those of our devices", async () => {
    const harness = await start();
    const { evses } = harness.engine;
    const own = { device_id: "CP1", status: null, error_code: null, status_at_ms: null };
    const rows = [2, 3].map((connector_id) => ({
      ...own,
      connector_id,
      evse_key: String(evse + BigInt(connector_id)),
    }));
    await harness.store.db.insertInto("device_connectors").values(rows).execute();
    const keys = async (after: bigint | null, limit: number) =>
      (await evses.list({ after, limit })).map((view) => view.evse);
    expect(await keys(null, 2)).toEqual([evse, evse + 2n]);
    expect(await keys(evse + 2n, 2)).toEqual([evse + 3n]);
    expect((await evses.list({ after: evse, limit: 1 }))[0]).toMatchObject({ status: null, sinceSeconds: null });
    expect(await evses.get(evse + 1n)).toBeNull();
  });
});

const settlements = (harness: Harness) => harness.store.db.selectFrom("transactions").selectAll().execute();
const view = async (harness: Harness, sessionId: Hex) => harness.engine.sessions.get(sessionId);

describe("a session through bus, store and keys", () => {
  test("from the opening to a settlement that the contract's own rules accept", async () => {
    const harness = await start();
    const opened = sessionOpened();
    const updates: SessionUpdate[] = [];
    harness.engine.sessions.subscribe(opened.sessionId, (update) => updates.push(update));
    const transactionId = await deliver(harness, opened);
    expect(harness.commands[0]).toMatchObject({ connectorId: 1, idToken: idTokenFor(opened.sessionId) });

    harness.clock.advance(10);
    await harness.publish(metersOf(transactionId, 15, 1_100));
    harness.clock.advance(10);
    await harness.publish(stopOf(transactionId, 1_200, 25));
    const [row] = await eventually("a settlement", async () => {
      const rows = await settlements(harness);
      return rows.length > 0 && rows;
    });

    expect(row).toMatchObject({ id: `settle:${opened.sessionId}`, state: "pending", to: domain.verifyingContract });
    const { functionName, args } = decodeFunctionData({ abi: chargingSessionsAbi, data: row?.data as Hex });
    expect(functionName).toBe("settle");
    const [filing] = args as unknown as [
      { statement: Parameters<typeof decodeStatement>[0]; signatures: { r: Hex; vs: Hex }[] },
    ];
    const statement = decodeStatement(filing.statement);
    expect(statement).toMatchObject({
      sequence: 2,
      stopReason: StopReason.Local,
      periods: [{ start: OPENED_AT + 5, seconds: 20, energyWh: 200 }],
    });
    expect(await recoverStatementKeys(domain, opened.sessionId, statement, filing.signatures)).toEqual([
      ownOperators[0]?.signer.address,
    ]);

    expect(await view(harness, opened.sessionId)).toMatchObject({
      status: "settling",
      energyWh: 200,
      cost: 100_000n,
      sequence: 2,
      stopReason: StopReason.Local,
    });
    const statements = await harness.engine.sessions.statements(opened.sessionId, { afterSequence: 0, limit: 10 });
    expect(statements.map(({ sequence, cost }) => ({ sequence, cost }))).toEqual([
      { sequence: 1, cost: 50_000n },
      { sequence: 2, cost: 100_000n },
    ]);
    await eventually("updates", async () => updates.some(({ type }) => type === "state"));
    const signed = updates.flatMap((update) => (update.type === "statement" ? [update.statement.sequence] : []));
    expect(signed).toEqual([1, 2]);

    const settled = {
      type: "settled",
      evse: opened.evse,
      cost: 0n,
      fee: 0n,
      sequence: 2,
      stopReason: StopReason.Local,
    } as const;
    const rest = { waived: 0n, evidence: `0x${"00".repeat(32)}`, periods: [] } as const;
    await harness.chain({ ...settled, ...rest, ...place("settled"), sessionId: opened.sessionId });
    expect((await view(harness, opened.sessionId))?.status).toBe("settled");
  });

  test("every message is evidence, with what was odd about it", async () => {
    const harness = await start();
    const transactionId = await deliver(harness);
    await harness.publish(metersOf(transactionId, 15, 900_000));
    const rows = await harness.store.db.selectFrom("evidence").select(["flags", "raw"]).execute();
    expect(rows).toHaveLength(2);
    expect(rows[1]?.flags).toBe('["implausibleReading"]');
    expect(rows[1]?.raw).toContain("900000");
  });

  test("a committee of two operators in one process: both sign", async () => {
    const harness = await start({ operators: ownOperators });
    const opened = sessionOpened({ committee: committeeOf(2, ownOperators) });
    const transactionId = await deliver(harness, opened);
    await harness.publish(stopOf(transactionId, 1_200, 25));
    await eventually("a settlement", async () => (await settlements(harness)).length > 0);
    const [statement] = await harness.engine.sessions.statements(opened.sessionId, { afterSequence: 0, limit: 1 });
    expect(statement?.signatures.map(({ operator }) => operator)).toEqual(ownOperators.map(({ operator }) => operator));
  });
});

describe("keys that are missing", () => {
  test("a statement without its quorum waits, and is signed when the keys are back", async () => {
    const folder = mkdtempSync(join(tmpdir(), "openjoule-engine-"));
    const path = join(folder, "oracle.sqlite");
    const down = ownOperators.map(({ signer, ...own }) => ({
      ...own,
      signer: { address: signer.address, sign: () => Promise.reject(new Error("the key service is away")) },
    }));
    const first = await startHarness({ path, operators: down });
    const opened = sessionOpened({ committee: committeeOf(2, ownOperators) });
    const transactionId = await deliver(first, opened);
    await first.publish(stopOf(transactionId, 1_200, 25));
    await first.close();

    const half = await startHarness({ path, operators: ownOperators.slice(0, 1) });
    await sleep(100);
    expect((await view(half, opened.sessionId))?.status).toBe("final");
    await half.close();

    const whole = await start({ path, operators: ownOperators });
    await eventually("a settlement", async () => (await settlements(whole)).length > 0);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe("what is said twice", () => {
  test("a start that is resent gets the same transaction id (habit 1), with or without a time", async () => {
    const harness = await start();
    const opened = sessionOpened();
    const transactionId = await deliver(harness, opened);
    const again = await harness.publish(startOf(opened.sessionId));
    // Another event id: the gateway saw other contents, the session knows better when the time is missing.
    const timeless = await harness.publish({ ...startOf(opened.sessionId), timestampSeconds: null });
    expect(timeless).toEqual({ type: "transaction", transactionId, status: "accepted" });
    expect(again).toMatchObject({ status: "concurrentTx" });
  });

  test("an event that comes again gets the same answer and changes nothing", async () => {
    const harness = await start();
    const opened = sessionOpened();
    await harness.publish({ type: "connected", protocol: "ocpp1.6", remoteAddress: "" });
    await harness.chain(opened);
    const event = { ...startOf(opened.sessionId), eventId: "ab".repeat(32) };
    const first = await harness.publish(event);
    const versions = () => harness.store.db.selectFrom("sessions").select("version").execute();
    const before = await versions();
    expect(await harness.publish(event)).toEqual(first);
    await harness.chain(opened);
    expect(await versions()).toEqual(before);
  });

  test("several stops: one final statement, one settlement (habit 3)", async () => {
    const harness = await start();
    const opened = sessionOpened();
    const transactionId = await deliver(harness, opened);
    harness.clock.advance(60);
    for (const meterStop of [1_200, 1_300, 1_200]) await harness.publish(stopOf(transactionId, meterStop, 25));
    await eventually("a settlement", async () => (await settlements(harness)).length > 0);
    expect(await settlements(harness)).toHaveLength(1);
    expect((await view(harness, opened.sessionId))?.energyWh).toBe(200);
    expect(await harness.store.db.selectFrom("evidence").select("event_id").execute()).toHaveLength(4);
  });
});

describe("stops that name no transaction of ours (habit 4)", () => {
  test("matched by time when one session of the device fits, and always answered", async () => {
    const harness = await start();
    const opened = sessionOpened();
    await deliver(harness, opened);
    harness.clock.advance(60);
    expect(await harness.publish(stopOf("-1", 1_500, 30))).toEqual({ type: "taken" });
    expect((await view(harness, opened.sessionId))?.energyWh).toBe(500);
  });

  test("quarantined when none fits", async () => {
    const harness = await start();
    const opened = sessionOpened();
    await deliver(harness, opened);
    expect(await harness.publish(stopOf("0", 1_500, -4_000))).toEqual({ type: "taken" });
    expect((await view(harness, opened.sessionId))?.status).toBe("charging");
    const rows = await harness.store.db
      .selectFrom("evidence")
      .select("session_id")
      .where("quarantined", "=", 1)
      .execute();
    expect(rows).toEqual([{ session_id: null }]);
  });

  test("one by another's token is another's, whatever the time", async () => {
    const harness = await start();
    const opened = sessionOpened();
    await deliver(harness, opened);
    harness.clock.advance(60);
    expect(await harness.publish(stopOf("-1", 9_500, 30, "RFID-1234"))).toEqual({ type: "taken" });
    expect(await view(harness, opened.sessionId)).toMatchObject({ status: "charging", energyWh: 0 });
  });

  test("by the session's token when it is given", async () => {
    const harness = await start();
    const opened = sessionOpened();
    await deliver(harness, opened);
    await harness.publish(stopOf("77", 1_500, -4_000, idTokenFor(opened.sessionId)));
    expect((await view(harness, opened.sessionId))?.status).not.toBe("charging");
  });
});

describe("tokens and starts that are not ours", () => {
  test("a token is good at its device while its session lives", async () => {
    const harness = await start();
    const opened = sessionOpened();
    const authorize = (idToken: string) => harness.publish({ type: "authorize", idToken });
    expect(await authorize(idTokenFor(opened.sessionId))).toMatchObject({ status: "invalid" });
    await harness.chain(opened);
    expect(await authorize(idTokenFor(opened.sessionId))).toMatchObject({ status: "accepted" });
    expect(await authorize("RFID-1234")).toMatchObject({ status: "invalid" });
    expect(await authorize("%")).toMatchObject({ status: "invalid" });
  });

  test("an unknown token gets a transaction id and no authorization; the same start the same id", async () => {
    const harness = await start();
    const event = { ...startOf(`0x${"00".repeat(32)}`), idToken: "RFID", eventId: "cd".repeat(32) };
    const first = await harness.publish(event);
    expect(first).toMatchObject({
      type: "transaction",
      status: "invalid",
      transactionId: expect.stringMatching(/^\d+$/),
    });
    expect(await harness.publish(event)).toEqual(first);
    expect(await harness.publish({ ...event, eventId: "ce".repeat(32) })).not.toEqual(first);
  });

  test("a start after the session has ended is refused and told to stop", async () => {
    const harness = await start({ onCommand: async ({ type }) => (type === "remoteStart" ? "rejected" : "accepted") });
    const opened = sessionOpened();
    await harness.publish({ type: "connected", protocol: "ocpp1.6", remoteAddress: "" });
    await harness.chain(opened);
    await harness.engine.sessions.requestStop(opened.sessionId, { by: opened.session.driver, deadlineSeconds: 0 });
    await eventually("a settlement", async () => (await settlements(harness)).length > 0);
    const reply = await harness.publish(startOf(opened.sessionId));
    expect(reply).toMatchObject({ status: "invalid" });
    const stop = await eventually("a remote stop", async () =>
      harness.commands.find(({ type }) => type === "remoteStop"),
    );
    expect(stop).toMatchObject({ transactionId: reply.type === "transaction" && reply.transactionId });
  });

  test("boot notifications are accepted with the configured interval", async () => {
    const harness = await start();
    const boot = { type: "booted", vendor: "V", model: "M", serial: null, firmware: null } as const;
    expect(await harness.publish(boot)).toEqual({ type: "boot", status: "accepted", intervalSeconds: 60 });
    expect(await harness.publish({ type: "heartbeat" })).toEqual({ type: "taken" });
  });
});

describe("commands", () => {
  test("a device that is away gets its command when it connects", async () => {
    let online = false;
    const harness = await start({ onCommand: async () => (online ? "accepted" : "offline") });
    await harness.chain(sessionOpened());
    await eventually("an attempt", async () => harness.commands.length === 1);
    online = true;
    await harness.publish({ type: "connected", protocol: "ocpp1.6", remoteAddress: "" });
    await eventually("a second attempt", async () => harness.commands.length === 2);
    await eventually("done", async () => {
      const row = await harness.store.db.selectFrom("commands").select("state").executeTakeFirst();
      return row?.state === "done";
    });
  });

  test("devices that do not answer hold up nobody else", async () => {
    const silence = Promise.withResolvers<"timeout">();
    const harness = await start({
      onCommand: async ({ deviceId }) => (deviceId === DEVICE ? "accepted" : silence.promise),
    });
    const row = { kind: "trigger", session_id: null, state: "pending", attempts: 0, due_at_ms: 0 } as const;
    const times = { created_at_ms: 0, updated_at_ms: 0, expires_at_ms: Number.MAX_SAFE_INTEGER };
    const values = Array.from({ length: 250 }, (_, index) => {
      const command = { type: "trigger", message: "meterValues", connectorId: 1 };
      const payload = JSON.stringify({ ...command, commandId: `c${index}`, deviceId: `SILENT${index}` });
      return { ...row, ...times, command_id: `c${index}`, device_id: `SILENT${index}`, payload };
    });
    await harness.store.db.insertInto("commands").values(values).execute();
    await harness.chain(sessionOpened());
    await eventually("a start", async () => harness.commands.some(({ type }) => type === "remoteStart"));
    silence.resolve("timeout");
  });

  test("a start that no device takes in time expires, and the driver is refunded", async () => {
    const harness = await start({ onCommand: async () => "offline" });
    const opened = sessionOpened();
    await harness.chain(opened);
    await eventually("an attempt", async () => harness.commands.length === 1);
    harness.clock.advance(200);
    await eventually("a settlement", async () => (await settlements(harness)).length > 0);
    expect(await view(harness, opened.sessionId)).toMatchObject({ stopReason: StopReason.Refused, cost: 0n });
  });

  test("the fault of the whole charge point stops its sessions", async () => {
    const harness = await start();
    await deliver(harness);
    const status = { type: "status", status: "faulted", errorCode: "OtherError", timestampSeconds: null } as const;
    await harness.publish({ ...status, connectorId: 0 });
    await eventually("a remote stop", async () => harness.commands.some(({ type }) => type === "remoteStop"));
  });
});

describe("sessions that are not ours to serve", () => {
  const statements = (harness: Harness) => harness.store.db.selectFrom("statements").select("sequence").execute();

  test("opened before this database was made: nothing is signed", async () => {
    const harness = await start({ firstHead: 10 });
    const opened = sessionOpened({ blockNumber: 10 });
    await harness.chain(opened);
    expect(await view(harness, opened.sessionId)).toBeNull();
    expect(await statements(harness)).toEqual([]);
  });

  test("of a committee in which our operators are no quorum", async () => {
    const harness = await start();
    await harness.chain(sessionOpened({ committee: committeeOf(2, ownOperators) }));
    expect(await statements(harness)).toEqual([]);
    expect(harness.commands).toEqual([]);
  });

  test("at hardware of another member: left to him; with no other member: refused at once", async () => {
    const harness = await start();
    await harness.chain(sessionOpened({ evse: 99n, committee: committeeOf(1, ownOperators) }));
    expect(await statements(harness)).toEqual([]);
    const alone = sessionOpened({ evse: 99n });
    await harness.chain(alone);
    await eventually("a settlement", async () => (await settlements(harness)).length > 0);
    expect(await view(harness, alone.sessionId)).toMatchObject({ stopReason: StopReason.Refused });
  });
});

describe("sessions that cannot be decided", () => {
  test("a tariff that this release cannot price holds up nobody else", async () => {
    const harness = await start();
    await harness.chain(sessionOpened({ pricing: { restrictions: 5n }, counter: 1 }));
    const opened = sessionOpened({ counter: 2 });
    const transactionId = await deliver(harness, opened);
    await harness.publish(stopOf(transactionId, 1_200, 25));
    await eventually("a settlement", async () => (await settlements(harness)).length > 0);
  });

  test("a statement that contradicts one on record is not signed; the session is halted, its messages still answered", async () => {
    const harness = await start();
    const opened = sessionOpened();
    const transactionId = await deliver(harness, opened);
    harness.clock.advance(30);
    await harness.publish(metersOf(transactionId, 15, 1_100));
    await eventually("a signature", async () => (await view(harness, opened.sessionId))?.sequence === 1);
    // As after a restored backup: the session's row is older than the statements on record.
    const older = await harness.store.db.selectFrom("sessions").select("state").executeTakeFirstOrThrow();
    await harness.publish(metersOf(transactionId, 16, 1_120));
    await eventually("a signature", async () => (await view(harness, opened.sessionId))?.sequence === 2);
    await harness.store.db.updateTable("sessions").set({ state: older.state }).execute();
    const told: unknown[] = [];
    harness.engine.sessions.subscribe(opened.sessionId, (update) => {
      if (update.type === "state") told.push(update.session.status);
    });

    expect(await harness.publish(stopOf(transactionId, 1_105, 20))).toEqual({ type: "taken" });
    // It does not charge any more, whatever its last message said.
    expect(await view(harness, opened.sessionId)).toMatchObject({ status: "halted", powerW: null, stopReason: null });
    await eventually("the news", async () => told.at(-1) === "halted");
    const row = await harness.store.db.selectFrom("sessions").select(["halted", "due_at_ms"]).executeTakeFirstOrThrow();
    expect(row.halted).toContain("secondHash");
    expect(row.due_at_ms).toBeNull();
    const statements = await harness.engine.sessions.statements(opened.sessionId, { afterSequence: 0, limit: 9 });
    expect(statements.map(({ sequence, stopReason }) => [sequence, stopReason])).toEqual([
      [1, 0],
      [2, 0],
    ]);
    expect(await harness.publish(metersOf(transactionId, 30, 2_000))).toEqual({ type: "taken" });
    expect(await settlements(harness)).toEqual([]);
    // Nobody will be paid for what it delivers from here on.
    await eventually("a stop", async () => harness.commands.some(({ type }) => type === "remoteStop"));
  });
});

describe("stop requests", () => {
  test("of the driver or the owner, once", async () => {
    const harness = await start();
    const opened = sessionOpened();
    await deliver(harness, opened);
    const ask = (by: Hex, sessionId = opened.sessionId) =>
      harness.engine.sessions.requestStop(sessionId, { by, deadlineSeconds: 0 });
    await expect(ask("0x9000000000000000000000000000000000000009")).rejects.toThrow(NotPartyError);
    await expect(ask(opened.session.driver, toEventSelector("none()"))).rejects.toThrow(UnknownSessionError);
    expect(await ask(opened.session.driver)).toBe("accepted");
    expect(await ask(opened.offer.owner)).toBe("already");
    await eventually("a remote stop", async () => harness.commands.some(({ type }) => type === "remoteStop"));
  });
});
