/** Statement keys that are added and retired on a real chain, while sessions run: who signs what, and that it settles. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { keyProofTypedData, oracleRegistryAbi, pricingHash, testCurrencyAbi } from "@openjoule/sdk";
import { Registry } from "@prometheus-io/client";
import pino from "pino";
import { type Hex, maxUint256 } from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createInProcessBus, type InProcessBus } from "../../oracle/bus/in-process.ts";
import { type Chain, createChain } from "../../oracle/chain/chain.ts";
import { domainOf } from "../../oracle/chain/decode.ts";
import { createChainMetrics } from "../../oracle/chain/metrics.ts";
import { createSigners } from "../../oracle/chain/signer.ts";
import { type Anvil, startAnvil } from "../../oracle/chain/testing/anvil.ts";
import { defaultPolicy } from "../../oracle/core/types.ts";
import { createEngine, type Engine } from "../../oracle/engine/engine.ts";
import { learnIdentity } from "../../oracle/identity.ts";
import { createHighWaterFile } from "../../oracle/store/high-water.ts";
import { createStore, type Store } from "../../oracle/store/store.ts";
import { compileContracts } from "../../scripts/deploy/compile.ts";
import { localAccount, localPrivateKey } from "../../scripts/local/accounts.ts";
import { createSender, type Sender } from "../../scripts/local/sender.ts";
import { createWorld, fund, sessionsOf, type World } from "../../scripts/local/world.ts";

const CHAIN_ID = 31_337;
const DEPOSIT = 20_000_000n;
const driver = localAccount("driver");
const operator = localAccount("operator");
const first = localAccount("statementKey");
const second = localAccount("visitor");

let anvil: Anvil;
let sender: Sender;
let world: World;
let folder: string;
let store: Store;
let bus: InProcessBus;
let engine: Engine;
let chain: Chain;

beforeEach(async () => {
  await compileContracts();
  anvil = await startAnvil("--chain-id", String(CHAIN_ID));
  folder = await mkdtemp(join(tmpdir(), "openjoule-rotation-"));
  sender = createSender({ rpcUrl: anvil.url, chainId: CHAIN_ID });
  world = await createWorld(sender, {
    deployer: localAccount("deployer"),
    owner: localAccount("owner"),
    operators: [{ account: operator, key: first }],
    threshold: 1,
    feeBps: 500,
  });
  await fund(sender, world, localAccount("deployer"), driver.address, 10n * DEPOSIT);
  await deposit();
  await startOracle();
});
afterEach(async () => {
  await chain.close();
  await engine.close();
  await bus.close();
  await store.close();
  await anvil.close();
  await rm(folder, { recursive: true, force: true });
});

/** One operator with both keys, whichever is registered. */
async function startOracle(): Promise<void> {
  const { StationRegistry, OracleRegistry, ChargingSessions } = world.deployment.contracts;
  const contracts = {
    chainId: CHAIN_ID,
    startBlock: world.deployment.startBlock,
    stationRegistry: StationRegistry.address,
    oracleRegistry: OracleRegistry.address,
    chargingSessions: ChargingSessions.address,
  };
  store = await createStore({ path: join(folder, "oracle.db") });
  bus = createInProcessBus();
  const statements = [localPrivateKey("statementKey"), localPrivateKey("visitor")];
  const signers = await createSigners({
    chainId: CHAIN_ID,
    statements: statements.map((privateKey) => ({ kind: "raw", privateKey })),
    gas: { kind: "raw", privateKey: localPrivateKey("gasKey") },
  });
  const logger = pino({ level: process.env.ORACLE_TEST_LOG ?? "silent" });
  engine = createEngine({
    store,
    highWater: createHighWaterFile(join(folder, "mark")),
    bus: bus.core,
    logger,
    registry: new Registry(),
    // No device ever comes: a session ends by its driver, or by the time that delivery has to begin.
    policy: defaultPolicy,
    domain: domainOf(contracts),
    heartbeatSeconds: 60,
    onSettlement: () => chain.outbox.wake(),
    nowMs: () => chain.nowMs(),
  });
  chain = createChain({
    store,
    rpcUrls: [anvil.url],
    contracts,
    signers,
    handle: engine.chainEvents.handle,
    onCommitted: engine.chainEvents.onCommitted,
    cursor: { pollMs: 50 },
    outbox: { pollMs: 50, retryMs: 100, policy: { finalityDepth: 4, rebroadcastMs: 500 } },
    logger,
    metrics: createChainMetrics(new Registry()),
  });
  await bindEvses();
  const identity = await learnIdentity({
    store,
    reader: chain.reader,
    statementKeys: chain.keys,
    keys: signers.statements.map((signer) => ({ operator: operator.address, signer })),
    committeeThreshold: 1,
    logger,
    signal: new AbortController().signal,
  });
  await engine.start(identity);
  chain.start();
}

async function bindEvses(): Promise<void> {
  await store.db
    .insertInto("devices")
    .values({ device_id: "CP1", password_hash: null, created_at_ms: 0, updated_at_ms: 0 })
    .execute();
  const none = { device_id: "CP1", status: null, error_code: null, status_at_ms: null };
  const rows = [0, 1, 2].map((index) => ({
    ...none,
    connector_id: index + 1,
    evse_key: world.offerOf(index).evse.toString(),
  }));
  await store.db.insertInto("device_connectors").values(rows).execute();
}

async function deposit(): Promise<void> {
  const { ChargingSessions, TestCurrency } = world.deployment.contracts;
  const token = { address: TestCurrency.address, abi: testCurrencyAbi } as const;
  const approval = [ChargingSessions.address, maxUint256] as const;
  await sender.call(driver, { name: "approve", ...token, functionName: "approve", args: approval });
  const args = [TestCurrency.address, 10n * DEPOSIT] as const;
  await sender.call(driver, { name: "deposit", ...sessionsOf(world), functionName: "deposit", args });
}

/** A second later than whatever was before: keys and openings are told apart by the chain's seconds. */
async function later(): Promise<void> {
  await anvil.send("anvil_increaseTime", 5);
  await anvil.mine();
}

/** The driver opens a session at an EVSE. */
async function open(index: number): Promise<void> {
  const offer = world.offerOf(index);
  const sessions = sessionsOf(world);
  const activation = [offer, world.config, world.terms, pricingHash(world.pricing)] as const;
  await sender.call(driver, { name: "activate", ...sessions, functionName: "activateOffer", args: activation });
  const args = [offer, DEPOSIT, 3_600, 0n] as const;
  await sender.call(driver, { name: "open", ...sessions, functionName: "open", args });
  await later();
}

/** The session at an EVSE, once the oracle has it. */
const sessionAt = (index: number): Promise<Hex> =>
  until(async () => {
    const evse = world.offerOf(index).evse.toString();
    const row = await store.db
      .selectFrom("sessions")
      .select("session_id")
      .where("evse_key", "=", evse)
      .executeTakeFirst();
    return row?.session_id as Hex | undefined;
  }, `the session at EVSE ${index}`);

const registry = () =>
  ({ address: world.deployment.contracts.OracleRegistry.address, abi: oracleRegistryAbi }) as const;

async function addSecond(): Promise<void> {
  const domain = { chainId: CHAIN_ID, verifyingContract: registry().address };
  const proof = await second.signTypedData(
    keyProofTypedData(domain, { operator: operator.address, key: second.address }),
  );
  const args = [second.address, proof] as const;
  await sender.call(operator, { name: "add key", ...registry(), functionName: "addKey", args });
  await later();
}

async function retire(key: Hex): Promise<void> {
  await sender.call(operator, { name: "retire key", ...registry(), functionName: "retireKey", args: [key] });
  await later();
}

/** Ends a session and waits until the contract has taken its settlement; the keys that signed. */
async function settled(sessionId: Hex): Promise<string[]> {
  await engine.sessions.requestStop(sessionId, { by: driver.address, deadlineSeconds: 0 });
  const rows = await until(async () => {
    const view = await engine.sessions.get(sessionId);
    if (view?.status !== "settled") return undefined;
    return store.db.selectFrom("statement_signatures").select("key").where("session_id", "=", sessionId).execute();
  }, `the settlement of ${sessionId}`);
  return rows.map(({ key }) => key).sort();
}

const signerReadiness = () => chain.readiness.find(({ name }) => name === "signer")?.check();
const lower = (...keys: Hex[]) => keys.map((key) => key.toLowerCase()).sort();

test("a session is signed by the keys that counted when it was opened, and settles after a rotation", async () => {
  expect(await signerReadiness()).toBe(`the statement key ${second.address} is not registered with OracleRegistry`);
  await open(0);
  const before = await sessionAt(0);
  await addSecond();
  await open(1);
  const between = await sessionAt(1);
  await retire(first.address);
  await open(2);
  const after = await sessionAt(2);
  // The operator has a key for what comes now.
  expect(await signerReadiness()).toBeNull();

  expect(await settled(before)).toEqual(lower(first.address));
  expect(await settled(between)).toEqual(lower(first.address, second.address));
  expect(await settled(after)).toEqual(lower(second.address));
});

test("without a key for the sessions of now it serves none, says so, and still settles those of before", async () => {
  await addSecond();
  await open(0);
  const before = await sessionAt(0);
  await retire(first.address);
  await retire(second.address);
  expect(await signerReadiness()).toMatch(
    new RegExp(
      `^the statement key ${first.address} of ${operator.address} was retired at \\d+, ` +
        `${second.address} of ${operator.address} was retired at \\d+: sessions opened since are not served with it$`,
    ),
  );
  await open(1);
  const { number } = await anvil.reader.header("latest").then((header) => header ?? { number: 0 });
  await until(() => (chain.cursor.status().cursor?.number ?? 0) >= number || undefined, "the newest block");
  const evse = world.offerOf(1).evse.toString();
  expect(await store.db.selectFrom("sessions").selectAll().where("evse_key", "=", evse).execute()).toEqual([]);
  expect(await settled(before)).toEqual(lower(first.address, second.address));
});

async function until<T>(find: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  for (let tries = 0; tries < 1_500; tries += 1) {
    const found = await find();
    if (found !== undefined) return found;
    await sleep(20);
  }
  throw new Error(`${what} did not come in 30 s`);
}
