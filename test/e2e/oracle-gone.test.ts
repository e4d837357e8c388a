/** The oracle ends for good in mid-session: the driver leaves by the other exit, after a time known before he paid. */
import {
  compactSignature,
  encodeStatement,
  PeriodKind,
  type Statement,
  StopReason,
  statementTypedData,
  termsHash,
} from "@openjoule/sdk";
import { zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localAccount } from "../../scripts/local/accounts.ts";
import { sessionsOf } from "../../scripts/local/world.ts";
import type { OpenedSession } from "../../simulators/driver/driver.ts";
import { untilChargePoint } from "./support/charge-point.ts";
import { expectOneDigestEach, expectSolvent, moneyOf, moneyOfParties } from "./support/checks.ts";
import { startTestNetwork, type TestNetwork, waitForBlocks } from "./support/network.ts";
import {
  openSession,
  readStatements,
  settlementsOf,
  type TestSession,
  untilEnergy,
  untilStatus,
} from "./support/session.ts";

let network: TestNetwork;
let session: TestSession;
const deposit = 7_000_000n;

beforeAll(async () => {
  network = await startTestNetwork();
});
afterAll(async () => {
  await network?.stop();
});

/** A final statement with the operator's own signature, as a committee that has lost its oracle could still make one. */
async function signedFinal({ sessionId, session: { openedAt } }: OpenedSession) {
  const { deployment, committee } = network.world;
  const domain = { chainId: deployment.chainId, verifyingContract: deployment.contracts.ChargingSessions.address };
  const statement: Statement = {
    sequence: 1_000,
    stopReason: StopReason.Other,
    waived: 0n,
    evidence: zeroHash,
    periods: [{ kind: PeriodKind.Charging, start: openedAt, seconds: 5, energyWh: 100 }],
  };
  const signature = await localAccount("statementKey").signTypedData(statementTypedData(domain, sessionId, statement));
  return { statement: encodeStatement(statement), committee, signatures: [compactSignature(signature)] };
}

/** Takes the chain to a time and holds it there: no block comes by itself until `resume`. */
async function travelTo(timestamp: number): Promise<void> {
  await network.chain.rpc("evm_setIntervalMining", [0]);
  await network.chain.rpc("evm_setNextBlockTimestamp", [timestamp]);
  await network.chain.rpc("evm_mine");
}
const resume = () => network.chain.rpc("evm_setIntervalMining", [1]);

describe("an oracle that is gone for good", () => {
  it("leaves the driver waiting for the settlement window, no longer; then everything returns", async () => {
    const driver = await network.newDriver();
    const before = await moneyOfParties(network, driver.account.address);
    session = await openSession(network, { index: 0, deposit }, driver);
    const { opened } = session;
    await untilEnergy(network, session, 30);
    await network.oracle.kill();
    await session.requestStop();

    const { publicClient } = network.sender;
    const sessions = sessionsOf(network.world);
    const { stopRequestedAt, checkpointSequence } = await publicClient.readContract({
      ...sessions,
      functionName: "sessionState",
      args: [opened.sessionId],
    });
    expect(checkpointSequence).toBe(0);
    const availableAt = stopRequestedAt + opened.terms.settlementWindowSeconds;
    await expect(driver.close(opened)).rejects.toThrow(new RegExp(`CloseTooEarly[\\s\\S]*${availableAt}`));
    await travelTo(availableAt - 2);
    await expect(driver.close(opened)).rejects.toThrow("CloseTooEarly");
    await expectSolvent(network);

    // Until somebody closes it, a statement would still pay.
    await travelTo(availableAt);
    const proof = await signedFinal(opened);
    const { offer, session: opening, pricing, terms } = opened;
    const filing = { offer, session: opening, pricing, termsHash: termsHash(terms), ...proof };
    await publicClient.simulateContract({
      ...sessions,
      functionName: "settle",
      args: [filing],
      account: driver.account,
    });

    await resume();
    await driver.close(opened);
    expect(await moneyOfParties(network, driver.account.address)).toEqual(before);
    await expectSolvent(network);
    await expect(driver.settle(opened, proof)).rejects.toThrow("UnknownSession");
    await expect(driver.close(opened)).rejects.toThrow("UnknownSession");

    // And out of the network.
    await driver.withdraw(offer.currency, deposit);
    await expect(driver.withdraw(offer.currency, 1n)).rejects.toThrow("InsufficientBalance");
    expect(await moneyOf(network, driver.account.address)).toBe(before.driver);
  });

  it("when it returns after all, it finds the session closed, ends the energy and files nothing", async () => {
    await network.restartOracle();
    await untilStatus(network, session, "closed");
    await untilChargePoint(network, "the energy ends", ({ event }) => event === "transactionStopped");
    await waitForBlocks(network, 2);
    expect(await settlementsOf(network, session.sessionId)).toHaveLength(0);
    expectOneDigestEach([...session.heard, ...(await readStatements(session))]);
    expect(await network.sender.publicClient.getTransactionCount({ address: localAccount("gasKey").address })).toBe(0);
  });
});
