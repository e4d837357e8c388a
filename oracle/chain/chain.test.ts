import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Registry } from "@prometheus-io/client";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createStore, type Store } from "../store/store.ts";
import { type Chain, createChain } from "./chain.ts";
import { createChainMetrics } from "./metrics.ts";
import { submitTransaction } from "./outbox-store.ts";
import { createSigners } from "./signer.ts";
import { type Anvil, DEV_KEYS, startAnvil } from "./testing/anvil.ts";
import { contracts } from "./testing/contracts.ts";
import { type FaultyProxy, startFaultyProxy } from "./testing/proxy.ts";

let anvil: Anvil;
let proxy: FaultyProxy;
let folder: string;
let store: Store;
let chain: Chain;
/** How far the clock is ahead, milliseconds. */
let ahead: number;

beforeEach(async () => {
  ahead = 0;
  anvil = await startAnvil();
  proxy = await startFaultyProxy(anvil.url);
  folder = await mkdtemp(join(tmpdir(), "openjoule-chain-"));
  store = await createStore({ path: join(folder, "oracle.db") });
  const [gas, statement] = DEV_KEYS.map((privateKey) => ({ kind: "raw" as const, privateKey }));
  if (!gas || !statement) throw new Error("no keys");
  const { chainId } = contracts;
  chain = createChain({
    store,
    rpcUrls: [proxy.url],
    contracts,
    signers: await createSigners({ chainId, statements: [statement], gas }),
    handle: async () => undefined,
    cursor: { pollMs: 20 },
    readiness: { maxHeadAgeSeconds: 600 },
    logger: pino({ level: "silent" }),
    metrics: createChainMetrics(new Registry()),
    now: () => Date.now() + ahead,
  });
});
afterEach(async () => {
  await chain.close();
  await store.close();
  await proxy.close();
  await anvil.close();
  await rm(folder, { recursive: true, force: true });
});

const check = () => chain.readiness.find(({ name }) => name === "chain")?.check();

async function until(condition: () => unknown): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await condition()) return;
    await sleep(10);
  }
  throw new Error("did not happen in 5 s");
}

test("a lost answer is no outage; a node that stays away is, after 5 s, and until it is back", async () => {
  expect(await check()).toBe("not read yet");
  chain.start();
  await until(async () => (await check()) === null);
  proxy.setFault(() => ({ kind: "dropCall" }));
  await until(() => chain.cursor.status().error !== null);
  expect(await check()).toBeNull();
  ahead = 6_000;
  expect(await check()).toMatch(/^not read for [67] s: rpc transport: eth_getBlockByNumber/);
  proxy.setFault(() => ({ kind: "pass" }));
  await until(async () => (await check()) === null);
});

test("a chain that is two hours ahead of this machine sets the time", async () => {
  expect(Math.abs(chain.nowMs() - Date.now())).toBeLessThan(1_000);
  await anvil.send("anvil_increaseTime", 7_200);
  await anvil.mine();
  await chain.cursor.step();
  expect(chain.nowMs() - Date.now()).toBeGreaterThan(7_190_000);
});

test("what is due by the time of a chain that is ahead is sent at once", async () => {
  await anvil.send("anvil_increaseTime", 7_200);
  await anvil.mine();
  await chain.cursor.step();
  const submission = { id: "test", kind: "test", sessionId: null, to: contracts.chargingSessions, data: "0x" } as const;
  await submitTransaction(store.db, submission, chain.nowMs());
  chain.start();
  const stateOf = () => store.db.selectFrom("transactions").select("state").executeTakeFirstOrThrow();
  await until(async () => (await stateOf()).state !== "pending");
});

test("a node that answers but has stopped following the chain is not ready", async () => {
  chain.start();
  await until(async () => (await check()) === null);
  ahead = 2_000_000;
  // Anvil mines nothing by itself.
  await until(async () => /^the newest block is 2\d{3} s old$/.test((await check()) ?? ""));
  await anvil.send("anvil_increaseTime", 2_000);
  await anvil.mine();
  await until(async () => (await check()) === null);
});
