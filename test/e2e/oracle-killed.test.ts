/** `kill -9` of the oracle in mid-session, at the moments that matter; started again, it settles that session once. */
import { StopReason } from "@openjoule/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type FaultyProxy, startFaultyProxy } from "../../oracle/chain/testing/proxy.ts";
import { localAccount } from "../../scripts/local/accounts.ts";
import { findFreePort } from "../../scripts/local/ports.ts";
import { waitFor } from "../../scripts/local/wait.ts";
import { chargePointEvents, commandChargePoint, untilChargePoint } from "./support/charge-point.ts";
import { expectNothingMore, expectSettled, moneyOfParties } from "./support/checks.ts";
import { startTestNetwork, type TestNetwork } from "./support/network.ts";
import { openSession, settlementsOf, untilEnergy, untilFinal, untilSettled, untilStatus } from "./support/session.ts";

/**
 * Half of the offer's power cap. The contract takes energy up to the cap times the stated seconds, and seconds are whole:
 * at full power a session of 1.6 s states one second, and what is beyond that is cut.
 */
const HALF_POWER = ["--power", "75000"];

let network: TestNetwork;
/** Between the oracle and the chain: it can keep a settlement from leaving. */
let proxy: FaultyProxy;

beforeAll(async () => {
  const port = await findFreePort();
  proxy = await startFaultyProxy(`http://127.0.0.1:${port}`);
  network = await startTestNetwork({
    ports: { chain: port },
    oracleEnvironment: { RPC_URL: proxy.url },
    chargePointOptions: HALF_POWER,
  });
});
afterAll(async () => {
  await network?.stop();
  await proxy?.close();
});
afterEach(() => proxy.setFault(() => ({ kind: "pass" })));

async function open(index: number) {
  const driver = await network.newDriver();
  const before = await moneyOfParties(network, driver.account.address);
  return { before, session: await openSession(network, { index }, driver) };
}

describe("the oracle killed in mid-session", () => {
  it("before the device was told to start: it starts, and the session is settled once", async () => {
    commandChargePoint(network, { do: "offline", seconds: 3 });
    const { session, before } = await open(0);
    await untilStatus(network, session, "starting");
    await network.oracle.kill();
    expect(chargePointEvents(network).map(({ event }) => event)).not.toContain("remoteStart");
    await network.restartOracle();
    await untilEnergy(network, session, 30);
    await session.requestStop();
    await untilSettled(network, session);
    await expectSettled(network, session, { stopReason: StopReason.Remote, before });
  });

  it("three times while energy flows and right after the request to stop: what is delivered meanwhile is paid too", async () => {
    const { session, before } = await open(1);
    for (const energyWh of [20, 80, 140]) {
      await untilEnergy(network, session, energyWh);
      await network.oracle.kill();
      const energyAtKill = session.live()?.energyWh ?? 0;
      const heard = session.heard.length;
      await network.restartOracle();
      // 75 kW are 20 Wh a second: more than was there at the kill.
      await untilEnergy(network, session, energyAtKill + 30);
      expect(session.heard.length, "the statements were told again").toBeGreaterThan(heard);
    }
    await session.requestStop();
    await network.oracle.kill();
    await network.restartOracle();
    await untilSettled(network, session);
    await expectSettled(network, session, { stopReason: StopReason.Remote, before });
  });

  it("between signature and settlement, and between settlement and block: the same statement is filed, once", async () => {
    const { session, before } = await open(2);
    await untilEnergy(network, session, 30);
    proxy.setFault(({ method }) => ({ kind: method === "eth_sendRawTransaction" ? "dropCall" : "pass" }));
    await session.requestStop();
    const final = await untilFinal(session);
    await network.oracle.kill();
    expect(await settlementsOf(network, session.sessionId)).toHaveLength(0);

    // Now it is sent, but the answer is lost, and nothing is mined.
    await network.chain.rpc("evm_setIntervalMining", [0]);
    const sent: unknown[] = [];
    proxy.setFault(({ method, params }) => {
      if (method !== "eth_sendRawTransaction") return { kind: "pass" };
      sent.push(params[0]);
      return { kind: "dropAnswer" };
    });
    await network.restartOracle();
    await waitFor("the settlement is sent", () => sent.length > 0, { timeoutSeconds: 20, alive: [network.oracle] });
    await network.oracle.kill();
    expect(await settlementsOf(network, session.sessionId)).toHaveLength(0);

    proxy.setFault(() => ({ kind: "pass" }));
    await network.restartOracle();
    await network.chain.rpc("evm_setIntervalMining", [1]);
    await untilSettled(network, session);
    const { statement } = await expectSettled(network, session, { stopReason: StopReason.Remote, before });
    expect(statement.digest).toBe(final.digest);
    const transactions = await network.sender.publicClient.getTransactionCount({
      address: localAccount("gasKey").address,
    });
    expect(transactions, "one transaction for each of three sessions").toBe(3);
  });

  it("while the charge point ends the session by itself: the stop is replayed and settled", async () => {
    const { session, before } = await open(3);
    await untilEnergy(network, session, 30);
    await network.oracle.kill();
    commandChargePoint(network, { do: "unplug", connector: 4 });
    await untilChargePoint(
      network,
      "the stop waits",
      ({ event, action }) => event === "queued" && action === "StopTransaction",
    );
    await network.restartOracle();
    await untilSettled(network, session);
    await expectSettled(network, session, { stopReason: StopReason.EVDisconnected, before });
  });

  it("and nobody files anything a second time", () => expectNothingMore(network));
});
