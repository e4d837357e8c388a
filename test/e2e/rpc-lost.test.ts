/** The connection to the chain lost in mid-session: delivery goes on, statements are signed, and it is settled once. */
import { StopReason } from "@openjoule/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type FaultyProxy, startFaultyProxy } from "../../oracle/chain/testing/proxy.ts";
import { findFreePort } from "../../scripts/local/ports.ts";
import { waitFor } from "../../scripts/local/wait.ts";
import { expectNothingMore, expectSettled, moneyOfParties } from "./support/checks.ts";
import { readReadiness, startTestNetwork, type TestNetwork } from "./support/network.ts";
import { openSession, untilEnergy, untilSettled } from "./support/session.ts";

let network: TestNetwork;
let proxy: FaultyProxy;

beforeAll(async () => {
  const port = await findFreePort();
  proxy = await startFaultyProxy(`http://127.0.0.1:${port}`);
  network = await startTestNetwork({ ports: { chain: port }, oracleEnvironment: { RPC_URL: proxy.url } });
});
afterAll(async () => {
  await network?.stop();
  await proxy?.close();
});
afterEach(() => proxy.setFault(() => ({ kind: "pass" })));

const CUT_SECONDS = 8;

describe("the connection to the chain lost in mid-session", () => {
  it(`for ${CUT_SECONDS} s: it says so, goes on signing, is ready again by itself, and settles once`, async () => {
    const driver = await network.newDriver();
    const before = await moneyOfParties(network, driver.account.address);
    const session = await openSession(network, { index: 0 }, driver);
    await untilEnergy(network, session, 30);
    expect((await readReadiness(network)).status).toBe("ready");

    proxy.setFault(() => ({ kind: "dropCall" }));
    const cutAt = performance.now();
    const heard = session.heard.length;
    const energyAtCut = session.live()?.energyWh ?? 0;
    // The driver asks for the end on the chain, which the oracle cannot see now.
    await session.requestStop();
    await untilEnergy(network, session, energyAtCut + 60);
    expect(session.heard.length, "statements signed meanwhile").toBeGreaterThan(heard);
    const reason = await waitFor(
      "the oracle says that the chain is away",
      async () => {
        const { status, checks } = await readReadiness(network);
        return status === "notReady" && checks.find(({ name, ready }) => name === "chain" && !ready)?.reason;
      },
      { timeoutSeconds: CUT_SECONDS },
    );
    expect(reason).toMatch(/^not read for \d s: rpc transport/);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, CUT_SECONDS * 1000 - (performance.now() - cutAt))));
    expect(session.live()?.status).toBe("charging");

    proxy.setFault(() => ({ kind: "pass" }));
    await untilSettled(network, session);
    await expectSettled(network, session, { stopReason: StopReason.Remote, before });
    await waitFor("the oracle is ready", async () => (await readReadiness(network)).status === "ready", {
      timeoutSeconds: 20,
    });
  });

  it("after each settlement was sent, before its answer: it is not paid twice", async () => {
    const driver = await network.newDriver();
    const before = await moneyOfParties(network, driver.account.address);
    const session = await openSession(network, { index: 1 }, driver);
    await untilEnergy(network, session, 30);
    const sent = new Set<unknown>();
    proxy.setFault(({ method, params }) => {
      if (method !== "eth_sendRawTransaction") return { kind: "pass" };
      sent.add(params[0]);
      return { kind: "dropAnswer" };
    });
    await session.requestStop();
    await untilSettled(network, session);
    await expectSettled(network, session, { stopReason: StopReason.Remote, before });
    expect(sent.size, "one transaction, however often it was sent").toBe(1);
  });

  it("before the oracle hears of the session: it is served when the chain is there again", async () => {
    proxy.setFault(() => ({ kind: "dropCall" }));
    const driver = await network.newDriver();
    const before = await moneyOfParties(network, driver.account.address);
    const session = await openSession(network, { index: 2 }, driver);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await fetch(session.url)).status).toBe(404);
    // An oracle that is started without the chain waits for it.
    await network.oracle.kill();
    const restarted = network.restartOracle();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    proxy.setFault(() => ({ kind: "pass" }));
    await restarted;
    await untilEnergy(network, session, 30);
    await session.requestStop();
    await untilSettled(network, session);
    await expectSettled(network, session, { stopReason: StopReason.Remote, before });
  });

  it("and nobody files anything a second time", () => expectNothingMore(network));
});
