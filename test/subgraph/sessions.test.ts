/**
 * Sessions and money in the subgraph, out of the real contracts on a real chain, beside what the chain and the sdk say.
 */
import {
  type Offer,
  PeriodKind,
  pricingHash,
  queryBalances,
  queryReceipt,
  querySession,
  type Statement,
  StopReason,
  sessionCost,
  shareOut,
  testCurrencyAbi,
} from "@openjoule/sdk";
import { type Address, zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveGraphNode } from "../../scripts/local/graph-node.ts";
import type { Run } from "../../scripts/local/run.ts";
import { createTestRun } from "../local/support/run.ts";
import { accounts, type Opened, startNetwork, type TestNetwork } from "./support/network.ts";

const { owner, buyer, driver, friend } = accounts;
const lower = (address: Address) => address.toLowerCase();

/** A statement of 3333 Wh with a charging and an idle period. */
function statement(opened: Opened, given: Partial<Statement>): Statement {
  return {
    sequence: 1,
    stopReason: StopReason.None,
    waived: 0n,
    evidence: zeroHash,
    periods: [
      { kind: PeriodKind.Charging, start: opened.session.openedAt + 5, seconds: 111, energyWh: 3_333 },
      { kind: PeriodKind.Idle, start: opened.session.openedAt + 116, seconds: 77, energyWh: 0 },
    ],
    ...given,
  };
}

describe.runIf(resolveGraphNode({}).kind === "gnd")("sessions in the subgraph", () => {
  let run: Run;
  let network: TestNetwork;

  beforeAll(async () => {
    run = createTestRun();
    network = await startNetwork(run);
  });
  afterAll(() => run.stop());

  const offer = (index: number): Offer => network.world.offerOf(index);

  /** What a session changes. */
  const readState = () =>
    network.node.query(
      "{ balances(first: 1000) { id available locked } evses { status currentSession { id } sessionCount } sessions { id } actions(first: 1000) { id } }",
    );

  /** Every balance that the subgraph has is the ledger's, and locks and balances together are what the contract holds. */
  async function expectBalances() {
    await network.indexed();
    const currency = offer(0).currency;
    const { balances } = await network.node.query<{
      balances: { account: { id: Address }; available: string; locked: string }[];
    }>("{ balances(first: 1000) { account { id } available locked } }");
    let sum = 0n;
    for (const { account, available, locked } of balances) {
      expect(BigInt(available), account.id).toBe(await network.actors.balanceOf(account.id, currency));
      expect(BigInt(locked), account.id).toBeGreaterThanOrEqual(0n);
      sum += BigInt(available) + BigInt(locked);
    }
    const token = { address: network.world.deployment.contracts.TestCurrency.address, abi: testCurrencyAbi } as const;
    const held = await network.sender.publicClient.readContract({
      ...token,
      functionName: "balanceOf",
      args: [network.actors.sessions.address],
    });
    expect(sum).toBe(held);
  }

  it("follows a session to a receipt that is the sdk's to the unit", async () => {
    const opened = await network.actors.open(offer(0), 9_000_001n, 3_600);
    await network.indexed();
    expect(
      await network.node.query("{ evses(where: { status: InSession }) { currentSession { id } sessionCount } }"),
    ).toEqual({
      evses: [{ currentSession: { id: opened.sessionId }, sessionCount: "1" }],
    });
    await network.sender.call(friend, {
      name: "top up",
      ...network.actors.sessions,
      functionName: "topUp",
      args: [opened.offer, opened.session, 1_000_000n],
    });
    await network.actors.waitUntil(opened.session.openedAt + 300);
    await network.actors.checkpoint(opened, statement(opened, { sequence: 3 }));
    await expectBalances();
    const final = statement(opened, { sequence: 4, stopReason: StopReason.EVDisconnected, waived: 12_345n });
    const { transactionHash, blockNumber } = await network.actors.settle(opened, final);
    await expectBalances();

    const receipt = await queryReceipt(network.node.url, opened.sessionId);
    const lines = sessionCost({
      pricing: network.world.pricing,
      periods: final.periods,
      waived: final.waived,
      locked: 10_000_001n,
    });
    const shares = shareOut({ cost: lines.total, locked: 10_000_001n, feeBps: 333, members: 3 });
    expect(receipt).toMatchObject({
      exit: "Settled",
      stopReason: "EVDisconnected",
      driver: lower(driver.address),
      owner: lower(owner.address),
      evseId: "FR*OJE*E0001",
      currency: { token: lower(network.world.deployment.contracts.TestCurrency.address), symbol: "tEUR", decimals: 6 },
      energyWh: 3_333,
      chargingSeconds: 111,
      idleSeconds: 77,
      periods: final.periods,
      lines,
      locked: 10_000_001n,
      refund: shares.driver,
      fee: shares.fee,
      feePerMember: shares.perMember,
      ownerRevenue: shares.owner,
      openedTransaction: opened.receipt.transactionHash,
      paidTransaction: transactionHash,
      paidBlock: Number(blockNumber),
    });
    const data = await network.node.query(
      "{ receipts { linesMatchCost } statements(orderBy: sequence) { sequence final linesMatchCost } evses(where: { index: 0 }) { status activeOffer { powerCapW } } }",
    );
    expect(data).toEqual({
      receipts: [{ linesMatchCost: true }],
      statements: [
        { sequence: "3", final: false, linesMatchCost: true },
        { sequence: "4", final: true, linesMatchCost: true },
      ],
      evses: [{ status: "Available", activeOffer: { powerCapW: "150000" } }],
    });
  });

  it("gives everything that the other exit takes", async () => {
    const opened = await network.actors.open(offer(0), 3_000_000n, 600);
    await network.actors.waitUntil(opened.session.openedAt + 300);
    await network.actors.checkpoint(opened, statement(opened, { sequence: 1 }));
    await network.sender.call(driver, {
      name: "request stop",
      ...network.actors.sessions,
      functionName: "requestStop",
      args: [opened.offer, opened.session],
    });
    await network.indexed();
    const record = await querySession(network.node.url, opened.sessionId);
    if (!record) throw new Error("the subgraph does not know the session");
    expect(record.closableFrom).toBe((await network.actors.now()) + network.world.terms.settlementWindowSeconds);
    const { offer: knownOffer, session, tariff } = record;
    const args = [knownOffer, session, tariff.terms, pricingHash(tariff.pricing)] as const;
    const close = { name: "close", ...network.actors.sessions, functionName: "close", args } as const;
    await expect(network.sender.call(friend, close)).rejects.toThrow("CloseTooEarly");
    await network.actors.waitUntil(record.closableFrom);
    await network.sender.call(friend, close);
    await expectBalances();
    expect(await queryReceipt(network.node.url, opened.sessionId)).toMatchObject({
      exit: "Closed",
      stopReason: undefined,
      energyWh: 3_333,
      fee: 0n,
      locked: 3_000_000n,
      lines: { total: record.cost },
    });
    expect(await querySession(network.node.url, opened.sessionId)).toMatchObject({ status: "Closed", locked: 0n });
  });

  it("has an account's balances after a transfer and a withdrawal", async () => {
    const { currency } = offer(0);
    const call = { ...network.actors.sessions } as const;
    await network.sender.call(driver, {
      name: "transfer",
      ...call,
      functionName: "transfer",
      args: [friend.address, currency, 7n],
    });
    await network.sender.call(friend, {
      name: "withdraw",
      ...call,
      functionName: "withdraw",
      args: [currency, 5n, buyer.address],
    });
    // Of nothing, of an id that is no currency: no row, no currency.
    await network.sender.call(friend, {
      name: "nothing",
      ...call,
      functionName: "transfer",
      args: [driver.address, 12345n << 200n, 0n],
    });
    await expectBalances();
    expect(await queryBalances(network.node.url, driver.address)).toEqual([
      {
        currency,
        token: lower(network.world.deployment.contracts.TestCurrency.address),
        symbol: "tEUR",
        decimals: 6,
        available: await network.actors.balanceOf(driver.address, currency),
        locked: 0n,
      },
    ]);
    expect(await network.node.query("{ currencies { symbol } }")).toEqual({ currencies: [{ symbol: "tEUR" }] });
  });

  it("takes back what a reorganisation removes", async () => {
    const before = await readState();
    const snapshot = await network.sender.publicClient.getBlockNumber();
    const opened = await network.actors.open(offer(0), 2_000_000n, 600);
    await network.indexed();
    expect(await querySession(network.node.url, opened.sessionId)).toMatchObject({ status: "Open" });
    expect(await readState()).not.toEqual(before);

    const removed = Number((await network.sender.publicClient.getBlockNumber()) - snapshot);
    await network.chain.rpc("anvil_reorg", [removed, []]);
    // graph-node looks at longer chains only.
    await network.chain.rpc("anvil_mine", ["0x2"]);
    await network.indexed();
    expect(await querySession(network.node.url, opened.sessionId)).toBeUndefined();
    expect(await readState()).toEqual(before);
  });

  it("has an action for every event that a user would recognise, and no errors", async () => {
    await network.indexed();
    const { actions, _meta } = await network.node.query<{
      actions: { kind: string }[];
      _meta: { hasIndexingErrors: boolean };
    }>("{ actions(first: 1000) { kind } _meta { hasIndexingErrors } }");
    const counts = Object.groupBy(actions, ({ kind }) => kind);
    expect(Object.fromEntries(Object.entries(counts).map(([kind, rows]) => [kind, rows?.length]))).toEqual({
      SessionOpened: 2,
      CheckpointRecorded: 2,
      SessionSettled: 1,
      SessionClosed: 1,
      SessionToppedUp: 1,
      StopRequested: 1,
      Deposited: 2,
      Transferred: 1,
      Withdrawn: 1,
      OfferActivated: 1,
      StationRegistered: 1,
      TariffPublished: 1,
      OperatorRegistered: 3,
      KeyAdded: 3,
      CommitteeAccepted: 3,
      CommitteeActivated: 1,
    });
    expect(_meta.hasIndexingErrors).toBe(false);
  });
});
