import {
  extensionProblem,
  greatestEnergyWh,
  oracleRegistryAbi,
  recoverStatementKey,
  sessionCost,
  shareOut,
  statementDigest,
  sumPeriods,
  testCurrencyAbi,
} from "@openjoule/sdk";
import type { Address, Hex } from "viem";
import { expect } from "vitest";
import { localAccount } from "../../../scripts/local/accounts.ts";
import type { GivenStatement } from "../../../scripts/local/session.ts";
import { sessionsOf } from "../../../scripts/local/world.ts";
import type { OpenedSession } from "../../../simulators/driver/driver.ts";
import { registeredWh } from "./charge-point.ts";
import { type TestNetwork, waitForBlocks } from "./network.ts";
import { readStatements, settlementsOf, type TestSession, toStatement } from "./session.ts";

/** What somebody holds in wallet and ledger together, base units. */
export async function moneyOf({ sender, world }: TestNetwork, holder: Address): Promise<bigint> {
  const { TestCurrency } = world.deployment.contracts;
  const [wallet, ledger] = await Promise.all([
    sender.publicClient.readContract({
      address: TestCurrency.address,
      abi: testCurrencyAbi,
      functionName: "balanceOf",
      args: [holder],
    }),
    sender.publicClient.readContract({
      ...sessionsOf(world),
      functionName: "balanceOf",
      args: [holder, BigInt(TestCurrency.address)],
    }),
  ]);
  return wallet + ledger;
}

/** The three parties' money, before and after something. */
export async function moneyOfParties(network: TestNetwork, driver: Address) {
  const [drivers, owners, operators] = await Promise.all([
    moneyOf(network, driver),
    moneyOf(network, localAccount("owner").address),
    moneyOf(network, localAccount("operator").address),
  ]);
  return { driver: drivers, owner: owners, operator: operators };
}

/** Deposits of the sessions that have neither been settled nor closed, base units. */
async function lockedBy({ sender, world, sessions }: TestNetwork): Promise<bigint> {
  const left = await sender.publicClient.getContractEvents({ ...sessionsOf(world), fromBlock: 0n, strict: true });
  const ended = new Set(
    left.flatMap((log) =>
      log.eventName === "SessionSettled" || log.eventName === "SessionClosed" ? [log.args.sessionId] : [],
    ),
  );
  const running = sessions.filter(({ sessionId }) => !ended.has(sessionId));
  return running.reduce((sum, { opened }) => sum + opened.session.deposit, 0n);
}

/** The tokens that ChargingSessions holds are what its ledger owes, and what running sessions have locked. */
export async function expectSolvent(network: TestNetwork): Promise<void> {
  const { sender, world, holders } = network;
  const { TestCurrency } = world.deployment.contracts;
  const sessions = sessionsOf(world);
  const token = { address: TestCurrency.address, abi: testCurrencyAbi } as const;
  const read = (holder: Address) =>
    sender.publicClient.readContract({
      ...sessions,
      functionName: "balanceOf",
      args: [holder, BigInt(TestCurrency.address)],
    });
  const held = await sender.publicClient.readContract({
    ...token,
    functionName: "balanceOf",
    args: [sessions.address],
  });
  const owed = (await Promise.all(holders.map(read))).reduce((sum, amount) => sum + amount, await lockedBy(network));
  expect(held, "tokens held against what is owed").toBe(owed);
}

/**
 * What must hold of any statements of one session, whoever kills or cuts whatever: each has the digest that the sdk computes
 * and the signature of the operator's key over it, the sequences rise, each extends the one before.
 */
export async function expectSoundStatements(network: TestNetwork, opened: OpenedSession, given: GivenStatement[]) {
  const { sender, world } = network;
  const sessions = sessionsOf(world);
  const domain = { chainId: world.deployment.chainId, verifyingContract: sessions.address };
  const key = localAccount("statementKey").address;
  const operator = await sender.publicClient.readContract({
    address: world.deployment.contracts.OracleRegistry.address,
    abi: oracleRegistryAbi,
    functionName: "operatorOf",
    args: [key, opened.session.openedAt],
  });
  expect(operator, "the key's operator").toBe(localAccount("operator").address);

  for (const [index, one] of given.entries()) {
    const statement = toStatement(one);
    expect(one.digest, `digest of statement ${one.sequence}`).toBe(
      statementDigest(domain, opened.sessionId, statement),
    );
    expect(one.signatures).toHaveLength(1);
    for (const { r, vs } of one.signatures) {
      expect(await recoverStatementKey(domain, opened.sessionId, statement, { r, vs })).toBe(key);
    }
    const cost = costOf(opened, one);
    expect(BigInt(one.cost), `cost of statement ${one.sequence}`).toBe(cost.total);
    const before = given[index - 1];
    if (before) expect(extensionProblem(toStatement(before), statement), `statement ${one.sequence}`).toBeUndefined();
  }
}

/** A statement's cost by the sdk. */
export function costOf({ pricing, session }: OpenedSession, given: GivenStatement) {
  const { periods, waived } = toStatement(given);
  return sessionCost({ pricing, periods, waived, locked: session.deposit });
}

/** Of one sequence there is one digest only, in everything that any incarnation of the oracle has ever said. */
export function expectOneDigestEach(heard: readonly GivenStatement[]): void {
  const digests = new Map<number, Set<Hex>>();
  for (const { sequence, digest } of heard)
    digests.set(sequence, (digests.get(sequence) ?? new Set<Hex>()).add(digest));
  for (const [sequence, set] of digests) expect([...set], `digests of statement ${sequence}`).toHaveLength(1);
}

export interface SettledExpectation {
  /** How the session must have ended. */
  stopReason: number;
  /** The parties' money before the session. */
  before?: { driver: bigint; owner: bigint; operator: bigint };
  /** False where the charge point never started a transaction. Default true. */
  delivered?: boolean;
}

/**
 * The whole account of a settled session: paid once, by the last statement; the energy is the register's, the cost the sdk's
 * to the unit, each party has what is due, no digest was ever changed.
 */
export async function expectSettled(network: TestNetwork, session: TestSession, expected: SettledExpectation) {
  const { opened, sessionId, index } = session;
  const settlements = await settlementsOf(network, sessionId);
  expect(settlements, "SessionSettled events").toHaveLength(1);
  const settled = settlements[0]?.args;
  if (settled === undefined) throw new Error("unreachable");

  const statements = await readStatements(session);
  await expectSoundStatements(network, opened, statements);
  expectOneDigestEach([...session.heard, ...statements]);
  const last = statements.at(-1);
  if (last === undefined) throw new Error("a settled session has no statement");
  expect(settled).toMatchObject({ sequence: last.sequence, stopReason: last.stopReason });
  expect(settled.periods.map(String)).toEqual(last.periods);
  expect(settled.stopReason).toBe(expected.stopReason);

  const { energyWh, chargingSeconds, idleSeconds } = sumPeriods(toStatement(last).periods);
  if (expected.delivered ?? true) {
    const registered = await registeredWh(network, index + 1);
    // Seconds are whole: what a short session at full power has beyond the cap times the stated ones is cut, as the contract
    // would not take it.
    const greatest = Number(greatestEnergyWh(opened.offer.powerCapW, chargingSeconds + idleSeconds));
    const due = Math.min(registered, greatest);
    const words = `${energyWh} Wh signed, ${registered} Wh registered, at most ${greatest} Wh taken`;
    expect(Math.abs(energyWh - due), words).toBeLessThanOrEqual(1);
  } else expect(energyWh).toBe(0);

  const cost = costOf(opened, last).total;
  const { committee } = network.world;
  const { deposit: locked } = opened.session;
  const shares = shareOut({ cost, locked, feeBps: committee.feeBps, members: committee.members.length });
  expect(settled).toMatchObject({ cost, fee: shares.fee });
  const { before } = expected;
  if (before) {
    expect(await moneyOfParties(network, session.driver.account.address)).toEqual({
      driver: before.driver - cost,
      owner: before.owner + shares.owner,
      operator: before.operator + shares.fee,
    });
  }
  await expectSolvent(network);
  session.stop();
  network.settled.push(session);
  return { statement: last, cost, energyWh, settled };
}

/** Some blocks later, each session that was settled still is so once, and its statements are what they were. */
export async function expectNothingMore(network: TestNetwork): Promise<void> {
  await waitForBlocks(network, 3);
  expect(network.settled.length).toBeGreaterThan(0);
  await expectSolvent(network);
  for (const session of network.settled) {
    expect(await settlementsOf(network, session.sessionId), `settlements of ${session.sessionId}`).toHaveLength(1);
    expectOneDigestEach([...session.heard, ...(await readStatements(session))]);
  }
}
