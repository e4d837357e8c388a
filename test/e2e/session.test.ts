/** One whole session from wallet to receipt, as `npm start` performs it; and one that the driver settles without the oracle. */
import { encodeStatement, queryReceipt, StopReason, shareOut, sumPeriods } from "@openjoule/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localAccount } from "../../scripts/local/accounts.ts";
import { readBalances } from "../../scripts/local/balances.ts";
import { resolveGraphNode } from "../../scripts/local/graph-node.ts";
import { performSession } from "../../scripts/local/session.ts";
import { waitFor } from "../../scripts/local/wait.ts";
import { registeredWh } from "./support/charge-point.ts";
import {
  costOf,
  expectNothingMore,
  expectSettled,
  expectSolvent,
  expectSoundStatements,
  moneyOfParties,
} from "./support/checks.ts";
import { readReadiness, startTestNetwork, type TestNetwork } from "./support/network.ts";
import { openSession, settlementsOf, toProof, toStatement, untilEnergy, untilFinal } from "./support/session.ts";

/** There is none for every platform: see resolveGraphNode. */
const hasGraphNode = resolveGraphNode({}).kind === "gnd";
let network: TestNetwork;

beforeAll(async () => {
  if (hasGraphNode) network = await startTestNetwork({ withSubgraph: true });
});
afterAll(() => network?.stop());

const deposit = 20_000_000n;

describe.runIf(hasGraphNode)("a session from wallet to receipt", () => {
  it("is paid by what the meter said, to the unit, and the subgraph tells the same", async () => {
    const lives: string[] = [];
    const record = await performSession(network, {
      index: 0,
      deposit,
      energyWh: 200,
      maxSeconds: 3600,
      onLive: ({ status }) => lives.push(status),
    });
    const { opened, receipt, statements, before, after } = record;
    const last = statements.at(-1);
    if (!last) throw new Error("no statement");

    await expectSoundStatements(network, opened, statements);
    expect(last.stopReason).toBe(StopReason.Remote);
    // The phases come in their order, and none comes back.
    const phases = ["starting", "charging", "stopping", "final", "settling", "settled"];
    const order = lives.map((status) => phases.indexOf(status));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(lives).toContain("charging");
    expect(statements.slice(0, -1).map(({ stopReason }) => stopReason)).not.toContain(StopReason.Remote);

    // The energy is the register's, which the oracle did not write.
    const statement = toStatement(last);
    const { energyWh } = sumPeriods(statement.periods);
    expect(energyWh).toBeGreaterThanOrEqual(200);
    expect(Math.abs(energyWh - (await registeredWh(network, 1)))).toBeLessThanOrEqual(1);

    // The receipt is the statement, priced by the sdk.
    const lines = costOf(opened, last);
    const { committee } = network.world;
    const shares = shareOut({ cost: lines.total, locked: deposit, feeBps: committee.feeBps, members: 1 });
    expect(receipt.lines).toEqual(lines);
    expect(receipt.periods).toEqual(statement.periods);
    expect(receipt).toMatchObject({
      sessionId: opened.sessionId,
      exit: "Settled",
      stopReason: "Remote",
      driver: localAccount("driver").address.toLowerCase(),
      owner: localAccount("owner").address.toLowerCase(),
      evseId: "FR*OJE*E0001",
      energyWh,
      locked: deposit,
      refund: shares.driver,
      fee: shares.fee,
      ownerRevenue: shares.owner,
      openedAt: opened.session.openedAt,
      openedTransaction: opened.transactionHash,
    });

    // Nothing is made, nothing is lost.
    const held = ({ wallet, ledger }: { wallet: bigint; ledger: bigint }) => wallet + ledger;
    expect(held(after.driver)).toBe(held(before.driver) - lines.total);
    expect(held(after.owner)).toBe(held(before.owner) + shares.owner);
    expect(held(after.operator)).toBe(held(before.operator) + shares.fee);
    expect(await readBalances(network)).toEqual(after);
    await expectSolvent(network);
    expect(await settlementsOf(network, opened.sessionId)).toHaveLength(1);
  });
});

describe.runIf(hasGraphNode)("an oracle that cannot pay for its transactions", () => {
  it("gives the final statement out, and the driver settles with it alone; what he makes of it himself is refused", async () => {
    const gasKey = localAccount("gasKey").address;
    await network.chain.rpc("anvil_setBalance", [gasKey, "0x0"]);
    const driver = await network.newDriver();
    const before = await moneyOfParties(network, driver.account.address);
    const session = await openSession(network, { index: 1 }, driver);
    await untilEnergy(network, session, 50);
    await session.requestStop();
    const final = await untilFinal(session);
    const { graphNode } = network;
    if (!graphNode) throw new Error("no graph-node");

    await waitFor(
      "the oracle says that it has no gas",
      async () => (await readReadiness(network)).checks.find(({ name }) => name === "gas")?.ready === false,
      { timeoutSeconds: 45 },
    );
    expect(await settlementsOf(network, session.sessionId)).toHaveLength(0);
    await expectSolvent(network);

    const proof = toProof(network, final);
    const [first, ...others] = toStatement(final).periods;
    if (!first) throw new Error("no period");
    const cheaper = encodeStatement({ ...toStatement(final), periods: [{ ...first, energyWh: 1 }, ...others] });
    await expect(driver.settle(session.opened, { ...proof, statement: cheaper })).rejects.toThrow("SignerUnknown");
    await expect(driver.settle(session.opened, { ...proof, signatures: [] })).rejects.toThrow("WrongSignatureCount");

    await driver.settle(session.opened, proof);
    await expect(driver.settle(session.opened, proof)).rejects.toThrow("UnknownSession");
    const { cost } = await expectSettled(network, session, { stopReason: StopReason.Remote, before });
    const receipt = await waitFor(
      "the subgraph has the receipt",
      () => queryReceipt(graphNode.url, session.sessionId),
      { timeoutSeconds: 20 },
    );
    expect(receipt.lines.total).toBe(cost);

    // The oracle sees that somebody else has done it, and with ether again it has nothing left to file.
    await network.chain.rpc("anvil_setBalance", [gasKey, "0x8ac7230489e80000"]);
    const status = async () => ((await (await fetch(session.url)).json()) as { status: string }).status;
    await waitFor("the oracle takes the session for settled", async () => (await status()) === "settled", {
      timeoutSeconds: 20,
    });
    await expectNothingMore(network);
  });
});
