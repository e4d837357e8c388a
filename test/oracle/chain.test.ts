/** The oracle's chain part against the real contracts: an opening read, a settlement sent, by two oracles at once. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  chargingSessionsAbi,
  encodeStatement,
  PeriodKind,
  packPeriod,
  pricingHash,
  type Statement,
  StopReason,
  statementDigest,
  termsHash,
  testCurrencyAbi,
} from "@openjoule/sdk";
import { Registry } from "@prometheus-io/client";
import pino from "pino";
import { type Hex, maxUint256, zeroHash } from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Chain, createChain } from "../../oracle/chain/chain.ts";
import { type ContractSet, domainOf } from "../../oracle/chain/decode.ts";
import { createChainMetrics } from "../../oracle/chain/metrics.ts";
import { createSigners, type Signers } from "../../oracle/chain/signer.ts";
import { type Anvil, DEV_KEYS, startAnvil } from "../../oracle/chain/testing/anvil.ts";
import type { ChainEvent, ChainEventOf, ChainEventType } from "../../oracle/chain/types.ts";
import { createStore, type Store } from "../../oracle/store/store.ts";
import { compileContracts } from "../../scripts/deploy/compile.ts";
import { localAccount, localPrivateKey } from "../../scripts/local/accounts.ts";
import { createSender, type Sender } from "../../scripts/local/sender.ts";
import { createWorld, fund, sessionsOf, type World } from "../../scripts/local/world.ts";

type Oracle = { chain: Chain; store: Store; signers: Signers; events: ChainEvent[] };

const CHAIN_ID = 31_337;
const DEPOSIT = 20_000_000n;
const driver = localAccount("driver");
const operator = localAccount("operator");

let anvil: Anvil;
let sender: Sender;
let world: World;
let contracts: ContractSet;
let folder: string;
let oracles: Oracle[];

beforeEach(async () => {
  await compileContracts();
  anvil = await startAnvil("--chain-id", String(CHAIN_ID));
  folder = await mkdtemp(join(tmpdir(), "openjoule-chain-"));
  sender = createSender({ rpcUrl: anvil.url, chainId: CHAIN_ID });
  world = await createWorld(sender, {
    deployer: localAccount("deployer"),
    owner: localAccount("owner"),
    operators: [{ account: operator, key: localAccount("statementKey") }],
    threshold: 1,
    feeBps: 500,
  });
  const { StationRegistry, OracleRegistry, ChargingSessions } = world.deployment.contracts;
  contracts = {
    chainId: CHAIN_ID,
    startBlock: world.deployment.startBlock,
    stationRegistry: StationRegistry.address,
    oracleRegistry: OracleRegistry.address,
    chargingSessions: ChargingSessions.address,
  };
  await fund(sender, world, localAccount("deployer"), driver.address, DEPOSIT);
  oracles = await Promise.all([startOracle("a", localPrivateKey("gasKey")), startOracle("b", DEV_KEYS[0] as Hex)]);
});
afterEach(async () => {
  for (const { chain, store } of oracles) {
    await chain.close();
    await store.close();
  }
  await anvil.close();
  await rm(folder, { recursive: true, force: true });
});

/** One of two machines of the same operator: a store and a gas key of its own, the same statement key. */
async function startOracle(name: string, gasKey: Hex): Promise<Oracle> {
  const store = await createStore({ path: join(folder, `${name}.db`) });
  const signers = await createSigners({
    chainId: CHAIN_ID,
    statements: [{ kind: "raw", privateKey: localPrivateKey("statementKey") }],
    gas: { kind: "raw", privateKey: gasKey },
  });
  const events: ChainEvent[] = [];
  const chain = createChain({
    store,
    rpcUrls: [anvil.url],
    contracts,
    signers,
    handle: async (batch) => void events.push(...batch),
    cursor: { pollMs: 50 },
    outbox: { pollMs: 50, retryMs: 100, policy: { finalityDepth: 4, rebroadcastMs: 500 } },
    logger: pino({ level: "silent" }),
    metrics: createChainMetrics(new Registry()),
  });
  chain.start();
  return { chain, store, signers, events };
}

/** The driver deposits and opens a session at the first EVSE. */
async function open(): Promise<void> {
  const { ChargingSessions, TestCurrency } = world.deployment.contracts;
  const token = { address: TestCurrency.address, abi: testCurrencyAbi } as const;
  const sessions = { address: ChargingSessions.address, abi: chargingSessionsAbi } as const;
  const offer = world.offerOf(0);
  const args = [ChargingSessions.address, maxUint256] as const;
  await sender.call(driver, { name: "approve", ...token, functionName: "approve", args });
  const deposit = [TestCurrency.address, DEPOSIT] as const;
  await sender.call(driver, { name: "deposit", ...sessions, functionName: "deposit", args: deposit });
  await sender.call(driver, {
    name: "activate offer",
    ...sessions,
    functionName: "activateOffer",
    args: [offer, world.config, world.terms, pricingHash(world.pricing)],
  });
  await sender.call(driver, { name: "open", ...sessions, functionName: "open", args: [offer, DEPOSIT, 3_600, 0n] });
}

async function seen<T extends ChainEventType>(oracle: Oracle, type: T): Promise<ChainEventOf<T>> {
  const find = () => oracle.events.find((event): event is ChainEventOf<T> => event.type === type);
  return until(find, `${type}`);
}

/** Signs the same final statement as the other machine would and hands it to the outbox. */
async function settle(oracle: Oracle, opened: ChainEventOf<"sessionOpened">, energyWh: number): Promise<void> {
  const period = { kind: PeriodKind.Charging, start: opened.session.openedAt, seconds: 60, energyWh };
  const statement: Statement = {
    sequence: 1,
    stopReason: StopReason.Remote,
    waived: 0n,
    evidence: zeroHash,
    periods: [period],
  };
  const signature = await oracle.signers.statements[0]?.sign(
    statementDigest(domainOf(contracts), opened.sessionId, statement),
  );
  if (signature === undefined) throw new Error("there is no statement signer");
  const { sessionId, offer, session, committee, pricing } = opened;
  await oracle.store.transaction((transaction) =>
    oracle.chain.submitSettle(transaction, {
      sessionId,
      offer,
      session,
      committee,
      pricing,
      termsHash: opened.termsHash,
      statement: encodeStatement(statement),
      signatures: [{ operator: operator.address, signature }],
    }),
  );
  oracle.chain.outbox.wake();
}

const transactionOf = (oracle: Oracle) =>
  oracle.store.db.selectFrom("transactions").selectAll().executeTakeFirstOrThrow();

test("two machines read one opening and settle it once; both come to an end", async () => {
  await open();
  const [a, b] = oracles as [Oracle, Oracle];
  const opened = await seen(a, "sessionOpened");
  expect(opened).toMatchObject({
    evse: world.offerOf(0).evse,
    offer: world.offerOf(0),
    terms: world.terms,
    termsHash: termsHash(world.terms),
    pricing: world.pricing,
    committee: world.committee,
    session: { driver: driver.address, deposit: DEPOSIT, maxSeconds: 3_600 },
  });
  await seen(b, "sessionOpened");
  for (const { chain } of oracles) {
    const answers = await Promise.all(chain.readiness.map(async ({ name, check }) => [name, await check()]));
    expect(answers).toEqual([
      ["chain", null],
      ["gas", null],
      ["signer", null],
    ]);
  }

  // Both send before a block is made: one of the two reverts on the chain.
  await anvil.send("anvil_setAutomine", false);
  await Promise.all([settle(a, opened, 1_000), settle(b, opened, 1_000)]);
  for (const oracle of oracles) {
    await until(async () => (await transactionOf(oracle)).state === "broadcast" || undefined, "broadcast");
  }
  await anvil.send("anvil_setAutomine", true);
  await anvil.mine(6);
  for (const oracle of oracles) {
    expect(await seen(oracle, "settled")).toMatchObject({
      sessionId: opened.sessionId,
      sequence: 1,
      stopReason: StopReason.Remote,
      // 0.45 for 1 kWh and 0.50 to begin, of which 5 % to the committee.
      cost: 950_000n,
      fee: 47_500n,
      periods: [
        packPeriod({ kind: PeriodKind.Charging, start: opened.session.openedAt, seconds: 60, energyWh: 1_000 }),
      ],
    });
  }
  for (const oracle of oracles) {
    await until(async () => {
      await anvil.mine();
      return (await transactionOf(oracle)).state === "final" || undefined;
    }, "final");
  }
  const errors = (await Promise.all(oracles.map(transactionOf))).map(({ error }) => error ?? "");
  expect(errors.sort()).toEqual(["", expect.stringMatching(/^superseded: UnknownSession\(0x/)]);
  expect(oracles.flatMap(({ events }) => events).filter(({ type }) => type === "settled")).toHaveLength(2);
  const balance = (who: Hex) =>
    sender.publicClient.readContract({
      ...sessionsOf(world),
      functionName: "balanceOf",
      args: [who, world.offerOf(0).currency],
    });
  expect(await balance(driver.address)).toBe(DEPOSIT - 950_000n);
  expect(await balance(localAccount("owner").address)).toBe(902_500n);
  expect(await balance(operator.address)).toBe(47_500n);
});

test("a statement that the contract refuses is not sent, and is stuck under the contract's name", async () => {
  await open();
  const [a] = oracles as [Oracle];
  const opened = await seen(a, "sessionOpened");
  // 150 kW for a minute is 2.5 kWh.
  await settle(a, opened, 10_000);
  await until(async () => (await transactionOf(a)).error ?? undefined, "refusal");
  expect(await transactionOf(a)).toMatchObject({ state: "pending", nonce: null });
  await anvil.mine(5);
  // Never given up: what is refused now may be accepted later.
  await until(async () => (await transactionOf(a)).state === "stuck" || undefined, "the alert");
  expect((await transactionOf(a)).error).toBe("EnergyAbovePowerCap(10000, 2635)");
});

async function until<T>(find: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  for (let tries = 0; tries < 500; tries += 1) {
    const found = await find();
    if (found !== undefined) return found;
    await sleep(20);
  }
  throw new Error(`${what} did not come in 10 s`);
}
