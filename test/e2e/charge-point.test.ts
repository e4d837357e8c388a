/** What charge points do in the field, over the real socket: two sessions at once, lost power, lost network, disobedience. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chargingSessionsAbi, StopReason } from "@openjoule/sdk";
import { parseEventLogs } from "viem";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "../../scripts/local/wait.ts";
import { localPricing } from "../../scripts/local/world.ts";
import { chargePointEvents, commandChargePoint } from "./support/charge-point.ts";
import { expectNothingMore, expectSettled, expectSolvent, moneyOf, moneyOfParties } from "./support/checks.ts";
import { startTestNetwork, type TestNetwork } from "./support/network.ts";
import { openSession, readStatements, type TestSession, untilEnergy, untilSettled } from "./support/session.ts";

let network: TestNetwork;
let folder: string;

/** 10.00 per kWh, so that a small deposit is soon used up. */
const [element] = localPricing.elements;
if (!element) throw new Error("the local tariff has no element");
const pricing = { ...localPricing, elements: [{ ...element, pricePerKwh: 10_000_000n }] };
const ample = 30_000_000n;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "charge-point-test-"));
  network = await startTestNetwork({
    pricing,
    chargePointOptions: ["--state-file", join(folder, "state.json")],
    oracleEnvironment: { STOP_LATENCY_SECONDS: "1" },
  });
});
afterAll(async () => {
  await network?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const misbehaviours = ["refuse-remote-start", "ignore-remote-stop"];
afterEach(() => commandChargePoint(network, { do: "misbehave", remove: misbehaviours }));

async function open(index: number, deposit = ample) {
  const driver = await network.newDriver();
  const before = await moneyOfParties(network, driver.account.address);
  return { before, session: await openSession(network, { index, deposit }, driver) };
}

/** Whether the opening had to prove its offer first. */
async function provedItsOffer({ opened }: TestSession): Promise<boolean> {
  const { logs } = await network.sender.publicClient.getTransactionReceipt({ hash: opened.transactionHash });
  return parseEventLogs({ abi: chargingSessionsAbi, eventName: "OfferActivated", logs }).length > 0;
}

describe("a charge point", () => {
  it("delivers two sessions at once: one ends at the driver's request, the other when the cable is pulled", async () => {
    const first = await open(0);
    const second = await open(1);
    await Promise.all([untilEnergy(network, first.session, 50), untilEnergy(network, second.session, 30)]);
    commandChargePoint(network, { do: "unplug", connector: 2 });
    await untilSettled(network, second.session);
    await expectSettled(network, second.session, { stopReason: StopReason.EVDisconnected });

    await first.session.requestStop();
    await untilSettled(network, first.session);
    const { cost } = await expectSettled(network, first.session, { stopReason: StopReason.Remote });
    const { address } = first.session.driver.account;
    expect(await moneyOf(network, address)).toBe(first.before.driver - cost);
    expect(await provedItsOffer(first.session)).toBe(true);
  });

  it("killed in mid-session (kill -9) and started again goes on where it was; its EVSE opens without a new proof", async () => {
    const { session, before } = await open(0);
    expect(await provedItsOffer(session)).toBe(false);
    await untilEnergy(network, session, 50);
    await network.chargePoint.kill();
    const delivered = session.live()?.energyWh ?? 0;
    await network.restartChargePoint();
    await untilEnergy(network, session, delivered + 60);
    await session.requestStop();
    await untilSettled(network, session);
    await expectSettled(network, session, { stopReason: StopReason.Remote, before });
    const starts = chargePointEvents(network).filter(
      ({ event, connector }) => event === "remoteStart" && connector === 1,
    );
    expect(starts, "one start for each of the two sessions").toHaveLength(2);
  });

  it("offline when the driver asks for the end: told as soon as it is back, and all it delivered is paid", async () => {
    const { session, before } = await open(2);
    await untilEnergy(network, session, 30);
    commandChargePoint(network, { do: "offline", seconds: 4 });
    const offlineAt = session.live()?.energyWh ?? 0;
    await session.requestStop();
    await untilSettled(network, session);
    const { energyWh } = await expectSettled(network, session, { stopReason: StopReason.Remote, before });
    // At 41 Wh a second.
    expect(energyWh).toBeGreaterThan(offlineAt + 80);
  });

  it("refuses to start although the cable is in: the driver has everything back, by a final statement of zero", async () => {
    commandChargePoint(network, { do: "misbehave", add: ["refuse-remote-start"] });
    commandChargePoint(network, { do: "plug", connector: 4 });
    const { session, before } = await open(3);
    await untilSettled(network, session);
    const expected = { stopReason: StopReason.Refused, delivered: false, before };
    const { cost, settled } = await expectSettled(network, session, expected);
    expect(cost).toBe(0n);
    expect(settled.periods).toEqual([]);
    const refusals = chargePointEvents(network).filter(({ event, accepted }) => event === "remoteStart" && !accepted);
    expect(refusals.length, "asked more than once").toBeGreaterThan(1);
    commandChargePoint(network, { do: "unplug", connector: 4 });
  });

  it("ignores a stop and delivers beyond the deposit: the cost is never above it", async () => {
    commandChargePoint(network, { do: "misbehave", add: ["ignore-remote-stop"] });
    const deposit = 2_000_000n;
    // 0.50 to begin, then 150 Wh: four seconds.
    const { session, before } = await open(3, deposit);
    const beyond = () => (session.live()?.energyWh ?? 0) > 200;
    await waitFor("energy beyond the deposit", beyond, { timeoutSeconds: 30 });
    expect(session.live()?.status).toBe("stopping");
    expect(chargePointEvents(network).some(({ event, connector }) => event === "remoteStop" && connector === 4)).toBe(
      true,
    );
    await expectSolvent(network);

    // It is told again until it obeys.
    commandChargePoint(network, { do: "misbehave", remove: ["ignore-remote-stop"] });
    await untilSettled(network, session);
    const expected = { stopReason: StopReason.EnergyLimitReached, before };
    const { cost } = await expectSettled(network, session, expected);
    expect(cost).toBe(deposit);
    for (const statement of await readStatements(session)) expect(BigInt(statement.cost)).toBeLessThanOrEqual(deposit);
  });

  it("obeys when the deposit is used up: the cost stays within it, and close to it", async () => {
    const deposit = 2_000_000n;
    const { session, before } = await open(1, deposit);
    await untilSettled(network, session);
    const expected = { stopReason: StopReason.EnergyLimitReached, before };
    const { cost, energyWh } = await expectSettled(network, session, expected);
    expect(cost).toBeLessThanOrEqual(deposit);
    expect(energyWh).toBeGreaterThan(30);
  });

  it("and nobody files anything a second time", () => expectNothingMore(network));
});
