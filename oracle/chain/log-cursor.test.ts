import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packPeriod } from "@openjoule/sdk";
import { Registry } from "@prometheus-io/client";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStore, type Store } from "../store/store.ts";
import { createLogCursor, type LogCursorOptions } from "./log-cursor.ts";
import { createChainMetrics } from "./metrics.ts";
import { createChainReader } from "./reader.ts";
import { createRpc } from "./rpc.ts";
import { type Anvil, startAnvil } from "./testing/anvil.ts";
import {
  committee,
  contracts,
  emissions,
  emit,
  idOf,
  offer,
  placeEmitters,
  pricing,
  sessionOf,
  terms,
} from "./testing/contracts.ts";
import { type FaultyProxy, startFaultyProxy } from "./testing/proxy.ts";
import type { ChainEvent } from "./types.ts";

let anvil: Anvil;
let proxy: FaultyProxy;
let folder: string;
let store: Store;
let seen: ChainEvent[];

beforeEach(async () => {
  anvil = await startAnvil();
  proxy = await startFaultyProxy(anvil.url);
  folder = await mkdtemp(join(tmpdir(), "openjoule-chain-"));
  store = await createStore({ path: join(folder, "oracle.db") });
  seen = [];
  await placeEmitters(anvil);
});
afterEach(async () => {
  await store.close();
  await proxy.close();
  await anvil.close();
  await rm(folder, { recursive: true, force: true });
});

function cursorWith(options: Partial<LogCursorOptions> = {}) {
  return createLogCursor({
    store,
    reader: createChainReader(createRpc({ urls: [proxy.url], timeoutMs: 2_000 })),
    contracts,
    handle: async (events) => {
      seen.push(...events);
    },
    logger: pino({ level: "silent" }),
    metrics: createChainMetrics(new Registry()),
    pollMs: 20,
    ...options,
  });
}
type Cursor = ReturnType<typeof cursorWith>;

async function catchUp(cursor: Cursor): Promise<void> {
  while (await cursor.step());
}
const types = () => seen.map((event) => event.type);
const first = sessionOf(1);
const second = sessionOf(2);
const prologue = () => emit(anvil, emissions.tariff(), emissions.committee(), emissions.offer());

describe("log cursor", () => {
  test("joins an opening with the contents of its hashes, emitted long before", async () => {
    await prologue();
    await anvil.mine(40);
    await catchUp(cursorWith());
    expect(seen).toEqual([]);

    const [transactionHash] = await emit(anvil, emissions.opened(first));
    // Another object: nothing is remembered but the database.
    await catchUp(cursorWith());
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      type: "sessionOpened",
      sessionId: idOf(first),
      evse: offer.evse,
      offer,
      session: first,
      terms,
      pricing,
      committee,
      transactionHash,
      blockNumber: 44,
      logIndex: 0,
    });
    const header = await anvil.reader.header(44);
    expect(seen[0]).toMatchObject({ blockHash: header?.hash, blockTimestampSeconds: header?.timestamp });
  });

  test("reads every kind of event in the order of the chain", async () => {
    const periods = [packPeriod({ kind: 0, start: 1_800_000_010, seconds: 60, energyWh: 2_000 })];
    await prologue();
    await anvil.send("anvil_setAutomine", false);
    // All in one block: the order is that of the logs.
    await emit(
      anvil,
      emissions.opened(first),
      emissions.topUp(first, 1_000_000n),
      emissions.checkpoint(first, periods),
      emissions.stop(first),
      emissions.settled(first, periods),
      emissions.opened(second),
      emissions.closed(second),
    );
    await anvil.mine();
    await catchUp(cursorWith());
    expect(types()).toEqual([
      "sessionOpened",
      "toppedUp",
      "checkpointRecorded",
      "stopRequested",
      "settled",
      "sessionOpened",
      "closed",
    ]);
    expect(seen[1]).toMatchObject({ payer: first.driver, amount: 1_000_000n });
    expect(seen[2]).toMatchObject({ sequence: 3, cost: 5n, periods });
    expect(seen[3]).toMatchObject({ by: first.driver, evse: offer.evse });
    expect(seen[4]).toMatchObject({ cost: 1_234_567n, fee: 61_728n, sequence: 7, stopReason: 8, periods });
    expect(new Set(seen.map((event) => event.eventId)).size).toBe(seen.length);
  });

  test("confirmations: an event waits until it is that old", async () => {
    const cursor = cursorWith({ confirmations: 3 });
    await prologue();
    await emit(anvil, emissions.opened(first));
    await anvil.mine();
    await catchUp(cursor);
    expect(seen).toEqual([]);
    await anvil.mine();
    await catchUp(cursor);
    expect(types()).toEqual(["sessionOpened"]);
  });

  test("a handler that fails moves nothing, and the same events come again with the same ids", async () => {
    await prologue();
    await emit(anvil, emissions.opened(first));
    const ids: string[] = [];
    const failing = cursorWith({
      handle: async (events, transaction) => {
        ids.push(...events.map((event) => event.eventId));
        await transaction
          .insertInto("inbox")
          .values({ event_id: "x", source: "chain", device_id: null, received_at_ms: 0, payload: "", reply: "" })
          .execute();
        throw new Error("no room");
      },
    });
    await expect(catchUp(failing)).rejects.toThrow("no room");
    expect(await store.db.selectFrom("inbox").selectAll().execute()).toEqual([]);
    expect(await store.db.selectFrom("chain_events").selectAll().execute()).toEqual([]);
    await catchUp(cursorWith());
    expect(seen.map((event) => event.eventId)).toEqual(ids);
  });

  test("restarted at any point it goes on where the database stands, each event once", async () => {
    await prologue();
    for (let counter = 1; counter <= 5; counter += 1) {
      await emit(anvil, emissions.opened(sessionOf(counter)), emissions.stop(sessionOf(counter)));
      await anvil.mine(30);
      await store.close();
      store = await createStore({ path: join(folder, "oracle.db") });
      await catchUp(cursorWith({ maxRange: 7 }));
    }
    expect(types()).toEqual(Array.from({ length: 5 }, () => ["sessionOpened", "stopRequested"]).flat());
  });
});

describe("reorgs", () => {
  test("takes back what the chain took back, newest first, and reads the new blocks", async () => {
    const cursor = cursorWith();
    await prologue();
    const snapshot = await anvil.send("evm_snapshot");
    await emit(anvil, emissions.opened(first), emissions.stop(first));
    await catchUp(cursor);
    const orphaned = [...seen];
    seen = [];

    await anvil.send("evm_revert", snapshot);
    await anvil.mine();
    await emit(anvil, emissions.opened(second));
    await anvil.mine();
    await catchUp(cursor);
    expect(seen).toMatchObject([
      { type: "removed", removedType: "stopRequested", removedEventId: orphaned[1]?.eventId, sessionId: idOf(first) },
      { type: "removed", removedType: "sessionOpened", removedEventId: orphaned[0]?.eventId, sessionId: idOf(first) },
      { type: "sessionOpened", sessionId: idOf(second) },
    ]);
  });

  test("is found after a restart and when the new chain is longer by far", async () => {
    await prologue();
    const snapshot = await anvil.send("evm_snapshot");
    await emit(anvil, emissions.opened(first));
    await catchUp(cursorWith());
    await anvil.send("evm_revert", snapshot);
    await anvil.mine(100);
    await emit(anvil, emissions.opened(second));
    await catchUp(cursorWith());
    expect(types()).toEqual(["sessionOpened", "removed", "sessionOpened"]);
  });

  test("deeper than the remembered headers it still finds the last good event", async () => {
    const cursor = cursorWith({ reorgWindow: 4 });
    await prologue();
    await emit(anvil, emissions.opened(first));
    const snapshot = await anvil.send("evm_snapshot");
    await anvil.mine(20);
    await emit(anvil, emissions.opened(second));
    await anvil.mine(20);
    await catchUp(cursor);
    await anvil.send("evm_revert", snapshot);
    // Another time makes other blocks.
    await anvil.send("anvil_mine", "0x3c", "0x5");
    await catchUp(cursor);
    expect(types()).toEqual(["sessionOpened", "sessionOpened", "removed"]);
    expect(seen[2]).toMatchObject({ sessionId: idOf(second) });
  });

  test("a log that returns after a reorg is a new event with a new id", async () => {
    const cursor = cursorWith();
    await prologue();
    await emit(anvil, emissions.opened(first));
    await catchUp(cursor);
    // For a while the node follows a fork whose newest block is another and empty.
    const head = { hash: `0x${"ab".repeat(32)}`, logsBloom: `0x${"00".repeat(256)}` };
    proxy.setFault(({ method, params }) => {
      if (method === "eth_getLogs") return { kind: "rewrite", result: () => [] };
      const ofHead = method === "eth_getBlockByNumber" && (params[0] === "latest" || params[0] === "0x4");
      return ofHead ? { kind: "rewrite", result: (block) => ({ ...(block as object), ...head }) } : { kind: "pass" };
    });
    await catchUp(cursor);
    proxy.setFault(() => ({ kind: "pass" }));
    await catchUp(cursor);
    expect(types()).toEqual(["sessionOpened", "removed", "sessionOpened"]);
    // The very same block: were the id its hash and index alone, the inbox would drop the event as a repetition.
    expect(seen[2]?.blockHash).toBe(seen[0]?.blockHash);
    expect(seen[2]?.eventId).not.toBe(seen[0]?.eventId);
  });

  test("a failing handler leaves the reorg to be undone again", async () => {
    await prologue();
    const snapshot = await anvil.send("evm_snapshot");
    await emit(anvil, emissions.opened(first));
    await catchUp(cursorWith());
    await anvil.send("evm_revert", snapshot);
    await anvil.mine(3);
    const failing = cursorWith({ handle: () => Promise.reject(new Error("no room")) });
    await expect(catchUp(failing)).rejects.toThrow("no room");
    await catchUp(cursorWith());
    expect(types()).toEqual(["sessionOpened", "removed"]);
  });

  test("a node that lags behind is no reorg", async () => {
    const cursor = cursorWith();
    await prologue();
    await emit(anvil, emissions.opened(first));
    const old = await anvil.send("eth_getBlockByNumber", "0x2", false);
    await catchUp(cursor);
    proxy.setFault(({ method, params }) =>
      method === "eth_getBlockByNumber" && params[0] === "latest"
        ? { kind: "rewrite", result: () => old }
        : { kind: "pass" },
    );
    expect(await cursor.step()).toBe(false);
    proxy.setFault(() => ({ kind: "pass" }));
    await emit(anvil, emissions.stop(first));
    await catchUp(cursor);
    expect(types()).toEqual(["sessionOpened", "stopRequested"]);
  });
});

describe("nodes that misbehave", () => {
  test("a range too large for the node is halved until it answers, and nothing is missed", async () => {
    await prologue();
    for (let counter = 1; counter <= 4; counter += 1) {
      await emit(anvil, emissions.opened(sessionOf(counter)));
      await anvil.mine(25);
    }
    proxy.setFault(({ method, params }) => {
      if (method !== "eth_getLogs") return { kind: "pass" };
      const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
      const blocks = Number(toBlock) - Number(fromBlock) + 1;
      return blocks > 10
        ? { kind: "error", code: -32005, message: "query returned more than 10000 results" }
        : { kind: "pass" };
    });
    await catchUp(cursorWith({ reorgWindow: 16 }));
    expect(types()).toEqual(["sessionOpened", "sessionOpened", "sessionOpened", "sessionOpened"]);
    const asked = proxy.calls.filter(({ method }) => method === "eth_getLogs").length;
    expect(asked).toBeLessThan(40);
  });

  test("an empty answer for a block that the node has not indexed yet is noticed by the bloom filter", async () => {
    await prologue();
    await emit(anvil, emissions.opened(first));
    proxy.setFault(({ method, params }) =>
      method === "eth_getLogs" && !("blockHash" in (params[0] as object))
        ? { kind: "rewrite", result: () => [] }
        : { kind: "pass" },
    );
    await catchUp(cursorWith());
    expect(types()).toEqual(["sessionOpened"]);
  });

  test("logs of another fork than the headers are not taken", async () => {
    await prologue();
    await emit(anvil, emissions.opened(first));
    const cursor = cursorWith();
    proxy.setFault(({ method }) =>
      method === "eth_getLogs"
        ? {
            kind: "rewrite",
            result: (logs) => (logs as object[]).map((log) => ({ ...log, blockHash: `0x${"ab".repeat(32)}` })),
          }
        : { kind: "pass" },
    );
    await expect(cursor.step()).rejects.toThrow(/a log of block/);
    proxy.setFault(() => ({ kind: "pass" }));
    await catchUp(cursor);
    expect(types()).toEqual(["sessionOpened"]);
  });

  test("an offer that does not hash to what it says is refused", async () => {
    await prologue();
    proxy.setFault(({ method }) =>
      method === "eth_getLogs"
        ? {
            kind: "rewrite",
            // 150 kW of the offer become 151 kW.
            result: (logs) => JSON.parse(JSON.stringify(logs).replaceAll("249f0", "24dd8")),
          }
        : { kind: "pass" },
    );
    await expect(catchUp(cursorWith())).rejects.toThrow(/offerHash is .*, expected/);
    expect(await store.db.selectFrom("contents").selectAll().execute()).toEqual([]);
  });

  test("a session of an offer that was never seen stops the reading by name", async () => {
    await emit(anvil, emissions.opened(first));
    await expect(catchUp(cursorWith())).rejects.toThrow(/offer 0x.* is unknown/);
  });

  test("backs off while the node is away and resumes by itself", async () => {
    await prologue();
    let failing = true;
    proxy.setFault(() => (failing ? { kind: "dropCall" } : { kind: "pass" }));
    const cursor = cursorWith();
    cursor.start();
    await until(() => cursor.status().error !== null);
    await emit(anvil, emissions.opened(first));
    failing = false;
    await until(() => seen.length === 1);
    expect(cursor.status()).toMatchObject({ error: null, cursor: { number: 4 }, head: { number: 4 } });
    await cursor.close();
  });

  test("refuses a database that follows another deployment", async () => {
    await catchUp(cursorWith());
    const other = { ...contracts, chargingSessions: contracts.stationRegistry };
    await expect(catchUp(cursorWith({ contracts: other }))).rejects.toThrow(/use another database/);
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (condition()) return;
    await sleep(10);
  }
  throw new Error("did not happen in 5 s");
}
