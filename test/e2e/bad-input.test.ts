/** What a driver may get wrong when he pays: each is refused by name before a transaction is sent, and nothing is taken. */
import {
  chargingSessionsAbi,
  contractErrorsAbi,
  encodeEvseId,
  evseKey,
  type Offer,
  StopReason,
  stationRegistryAbi,
  type TariffPricing,
  tariffId,
} from "@openjoule/sdk";
import { parseSignature, toHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localAccount } from "../../scripts/local/accounts.ts";
import { type Choice, createDriver, type Driver } from "../../simulators/driver/driver.ts";
import { expectSettled, expectSolvent, moneyOf } from "./support/checks.ts";
import { startTestNetwork, type TestNetwork } from "./support/network.ts";
import { openSession, untilEnergy, untilSettled } from "./support/session.ts";

let network: TestNetwork;
let driver: Driver;

beforeAll(async () => {
  network = await startTestNetwork();
  driver = await network.newDriver();
});
afterAll(() => network?.stop());

const usual = { deposit: 5_000_000n, maxSeconds: 3600 };

/** EIP-2612. */
const permitTypes = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

/** What the world offers at an EVSE, with something else in its place. */
function choiceOf(index: number, change: Partial<Choice> & { offerChange?: Partial<Offer> } = {}): Choice {
  const { offerOf, config, terms, pricing } = network.world;
  const { offerChange, ...others } = change;
  return { offer: { ...offerOf(index), ...offerChange }, config, terms, pricing, ...others };
}

/** The error must have this name, and nothing may have been paid or sent. */
async function expectRefused(name: string, choice: Choice, given = usual, by = driver): Promise<void> {
  const { address } = driver.account;
  const state = () =>
    Promise.all([moneyOf(network, address), network.sender.publicClient.getTransactionCount({ address })]);
  const before = await state();
  await expect(by.open(choice, given)).rejects.toThrow(new RegExp(`\\b${name}\\b`));
  expect(await state()).toEqual(before);
}

describe("opening a session is refused by name", () => {
  it("at a station that nobody has registered", () =>
    expectRefused(
      "UnknownStation",
      choiceOf(0, { offerChange: { evse: evseKey(BigInt(toHex("nowhere")) << 24n, 0) } }),
    ));

  it("at an EVSE that the station does not have", () =>
    expectRefused("UnknownEvse", choiceOf(0, { offerChange: { evse: evseKey(network.world.stationId, 7) } })));

  it("with a configuration that is not the station's", () => {
    const { config } = network.world;
    const [first, ...others] = config.evses;
    if (!first) throw new Error("no EVSE");
    const forged = { ...config, evses: [{ ...first, id: encodeEvseId("FR*OJE*E9999") }, ...others] };
    return expectRefused("ConfigMismatch", choiceOf(0, { config: forged }));
  });

  it("under a tariff that is published but not offered there", async () => {
    const { world, sender } = network;
    const pricing: TariffPricing = { ...world.pricing, minimum: 1n };
    const registry = { address: world.deployment.contracts.StationRegistry.address, abi: stationRegistryAbi } as const;
    const publish = { ...registry, functionName: "publishTariff", args: [world.terms, pricing] } as const;
    await sender.call(localAccount("owner"), { name: "publish tariff", ...publish });
    const cheaper = { offerChange: { tariffId: tariffId(world.terms, pricing) }, pricing };
    await expectRefused("TariffNotOffered", choiceOf(0, cheaper));
  });

  it("at a price other than the offer's", () => {
    const pricing = { ...network.world.pricing, minimum: 0n };
    return expectRefused("OfferTariffMismatch", choiceOf(0, { pricing }));
  });

  it.each([
    ["another owner", { owner: localAccount("driver").address }, "OfferOwnerMismatch"],
    ["another committee", { committeeId: toHex("nobody", { size: 32 }) }, "OfferCommitteeMismatch"],
    ["a higher power cap", { powerCapW: 1_000_000 }, "OfferPowerMismatch"],
    ["a lower minimum deposit", { minimumDeposit: 1n }, "OfferDepositMismatch"],
  ])("for an offer with %s", (_what, offerChange, name) => expectRefused(name, choiceOf(0, { offerChange })));

  it("with a deposit under the tariff's minimum", () =>
    expectRefused("DepositBelowMinimum", choiceOf(0), { ...usual, deposit: network.world.terms.minimumDeposit - 1n }));

  it("with no deposit at all", () => expectRefused("ZeroAmount", choiceOf(0), { ...usual, deposit: 0n }));

  it("with a deposit beyond what is in the wallet", () =>
    expectRefused("ERC20InsufficientBalance", choiceOf(0), { ...usual, deposit: 100_000_001n }));

  it("for no time, or for longer than any session may take", async () => {
    await expectRefused("InvalidDuration", choiceOf(0), { ...usual, maxSeconds: 0 });
    await expectRefused("InvalidDuration", choiceOf(0), { ...usual, maxSeconds: 0xffff_ffff });
  });

  it("on another chain than the deployment's", async () => {
    const { sender, world, chain } = network;
    const { account } = driver;
    const deployment = { ...world.deployment, chainId: 1 };
    const mistaken = createDriver({ account, chain: sender.chain, rpcUrl: chain.url, deployment });
    await expectRefused("WrongChain", choiceOf(0), usual, mistaken);
  });

  it("with a permit that was signed for another chain", async () => {
    const { sender, world, chain } = network;
    const { ChargingSessions, TestCurrency } = world.deployment.contracts;
    const account = localAccount("driver");
    const deadline = BigInt(Math.floor(Date.now() / 1000) + 3600);
    const depositOn = async (chainId: number) => {
      const message = {
        owner: account.address,
        spender: ChargingSessions.address,
        value: usual.deposit,
        nonce: 0n,
        deadline,
      };
      const domain = { name: "OpenJoule Test Euro", version: "1", chainId, verifyingContract: TestCurrency.address };
      const signed = await account.signTypedData({ domain, types: permitTypes, primaryType: "Permit", message });
      const { r, s, yParity } = parseSignature(signed);
      return sender.publicClient.simulateContract({
        address: ChargingSessions.address,
        abi: [...chargingSessionsAbi, ...contractErrorsAbi],
        functionName: "depositWithPermit",
        args: [TestCurrency.address, usual.deposit, deadline, 27 + yParity, r, s],
        account,
      });
    };
    await expect(depositOn(1)).rejects.toThrow("ERC20InsufficientAllowance");
    expect((await depositOn(chain.chainId)).result).toBe(usual.deposit);
  });

  it("at an EVSE out of service, until it is in service again", async () => {
    const { world, sender } = network;
    const { config, stationId } = world;
    const closed = { ...config, evses: config.evses.map((evse, index) => ({ ...evse, inService: index !== 2 })) };
    const registry = { address: world.deployment.contracts.StationRegistry.address, abi: stationRegistryAbi } as const;
    const reconfigure = (from: typeof config, to: typeof config) =>
      sender.call(localAccount("owner"), {
        name: "reconfigure",
        ...registry,
        functionName: "reconfigure",
        args: [stationId, from, to],
      });
    await reconfigure(config, closed);
    await expectRefused("EvseOutOfService", choiceOf(2, { config: closed }));
    await expectRefused("ConfigMismatch", choiceOf(2));
    await reconfigure(closed, config);
  });

  it("at an EVSE in a session; and the session is none the worse for it", async () => {
    const session = await openSession(network, { index: 2 });
    await expectRefused("EvseBusy", choiceOf(2));
    await expect(driver.requestStop(session.opened)).rejects.toThrow("NotParty");
    await expect(
      driver.requestStop({ ...session.opened, session: { ...session.opened.session, deposit: 1n } }),
    ).rejects.toThrow("UnknownSession");
    await untilEnergy(network, session, 20);
    await session.requestStop();
    await expect(session.requestStop()).rejects.toThrow(/StopAlreadyRequested|UnknownSession/);
    await untilSettled(network, session);
    await expectSettled(network, session, { stopReason: StopReason.Remote });
    await expectSolvent(network);
  });
});
