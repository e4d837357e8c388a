import { createOffer, decodeEvseId, pricingHash, stationId, stationRegistryAbi, tariffProblem } from "@openjoule/sdk";
import { encodeFunctionData } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileContracts } from "../../scripts/deploy/compile.ts";
import { localAccount, localOwners } from "../../scripts/local/accounts.ts";
import { sendInBulk } from "../../scripts/local/bulk.ts";
import { type Chain, startChain } from "../../scripts/local/chain.ts";
import { type InhabitedStation, inhabit } from "../../scripts/local/inhabit.ts";
import type { Run } from "../../scripts/local/run.ts";
import { createSender, type Sender } from "../../scripts/local/sender.ts";
import { readSample } from "../../scripts/local/stations/station.ts";
import { createWorld, type World } from "../../scripts/local/world.ts";
import { createTestRun } from "./support/run.ts";

let run: Run;
let chain: Chain;
let sender: Sender;
let world: World;
let stations: InhabitedStation[];
let blocksBefore: bigint;

beforeAll(async () => {
  run = createTestRun();
  await compileContracts();
  chain = await startChain({ run });
  sender = createSender({ rpcUrl: chain.url, chainId: chain.chainId });
  world = await createWorld(sender, {
    deployer: localAccount("deployer"),
    owner: localAccount("owner"),
    operators: [{ account: localAccount("operator"), key: localAccount("statementKey") }],
    threshold: 1,
    feeBps: 200,
  });
  blocksBefore = await sender.publicClient.getBlockNumber();
  stations = await inhabit(sender, world);
});
afterAll(() => run.stop());

const registry = () =>
  ({ address: world.deployment.contracts.StationRegistry.address, abi: stationRegistryAbi }) as const;

describe("the sample of real stations", () => {
  const { attribution, stations: sample } = readSample();

  it("is spread, has every kind of power, no duplicates, and says where it comes from", () => {
    expect(attribution).toContain("Licence Ouverte");
    expect(sample.length).toBeGreaterThan(180);
    expect(new Set(sample.map(({ id }) => id)).size).toBe(sample.length);
    const evses = sample.flatMap((station) => station.evses);
    expect(new Set(evses.map(({ id }) => id)).size).toBe(evses.length);
    const places = new Set(sample.map(({ latitude, longitude }) => `${latitude},${longitude}`));
    expect(places.size).toBe(sample.length);
    for (const powerW of [22_000, 50_000, 150_000, 300_000]) {
      expect(sample.filter((one) => one.live && one.evses.some((evse) => evse.powerW === powerW))).not.toEqual([]);
    }
    expect(sample.filter(({ live }) => live)).toHaveLength(12);
  });
});

describe("an inhabited chain", () => {
  it("has every station of the sample, under the id and the place that the network says", async () => {
    const events = await sender.publicClient.getContractEvents({
      ...registry(),
      eventName: "StationRegistered",
      fromBlock: blocksBefore + 1n,
      strict: true,
    });
    const byId = new Map(events.map(({ args }) => [args.stationId, args]));
    expect(byId.size).toBe(readSample().stations.length);
    for (const { stationId, sample, config, place } of stations) {
      const args = byId.get(stationId);
      expect(args?.owner).toBe(config.registrant);
      expect(args?.place).toEqual(place);
      const location = JSON.parse(args?.place.metadata ?? "");
      expect(location).toMatchObject({ name: sample.name, city: sample.city, country: "FRA" });
      expect(location.attribution).toContain("QualiCharge");
      expect(args?.config.evses.map(({ id }) => decodeEvseId(id)?.canonical)).toEqual(sample.evses.map(({ id }) => id));
      expect(args?.config.evses.map(({ maxPowerW }) => maxPowerW)).toEqual(sample.evses.map(({ powerW }) => powerW));
    }
  });

  it("offers each EVSE under a tariff that the contract takes", async () => {
    const checks = stations.flatMap((station) =>
      station.config.evses.map(async ({ tariffMask }, index) => {
        const tariff = station.tariffs[Math.log2(tariffMask)];
        if (tariff === undefined) throw new Error(`${station.sample.id}: EVSE ${index} has no tariff`);
        expect(tariffProblem(tariff)).toBeUndefined();
        const offer = createOffer(station, index, tariff);
        const args = [offer, station.config, tariff.terms, pricingHash(tariff.pricing)] as const;
        await sender.publicClient.readContract({ ...registry(), functionName: "checkOffer", args });
      }),
    );
    await Promise.all(checks);
    expect(new Set(stations.flatMap(({ config }) => config.tariffIds)).size).toBeGreaterThanOrEqual(6);
  });

  it("took few blocks, whose times do not run ahead of the clock, and mines at once again", async () => {
    const head = await sender.publicClient.getBlock();
    expect(head.number - blocksBefore).toBeLessThan(15n);
    expect(Number(head.timestamp)).toBeLessThanOrEqual(Date.now() / 1000 + 30);
    const args = [localAccount("owner").address, stations[0]?.stationId ?? 0n] as const;
    const account = localAccount("owner");
    await expect(sender.call(account, { name: "x", ...registry(), functionName: "approve", args })).rejects.toThrow(
      "ERC721InvalidApprover",
    );
    const to = localAccount("driver").address;
    const hash = await sender.walletOf(account).sendTransaction({ to, value: 1n });
    const receipt = await sender.publicClient.waitForTransactionReceipt({ hash, timeout: 5_000 });
    expect(receipt.status).toBe("success");
  });

  it("names the call that the contract refuses, in its own words", async () => {
    await expect(inhabit(sender, world)).rejects.toThrow(
      /tariff acEnergy reverted in 0x[0-9a-f]{64}: .*TariffAlreadyPublished/s,
    );
  });

  it("names the station of a batch that the contract refuses, in its own words, and registers none of that batch", async () => {
    const [account] = localOwners();
    const own = stations.filter(({ owner }) => owner === account.address).slice(0, 2);
    const other = stations.find(({ owner }) => owner !== account.address);
    if (own[0] === undefined || other === undefined) throw new Error("the sample has too few owners");
    const fresh = {
      ...own[0].config,
      evses: own[0].config.evses.slice(0, 1).map((evse) => ({ ...evse, maxPowerW: 1 })),
    };
    const calls = [fresh, other.config].map((config) =>
      encodeFunctionData({ abi: stationRegistryAbi, functionName: "register", args: [other.place, config] }),
    );
    const data = encodeFunctionData({ abi: stationRegistryAbi, functionName: "batch", args: [calls] });
    const call = { name: "2 stations", entries: ["the first", "the second"], account, to: registry().address, data };
    await expect(sendInBulk(sender, [call])).rejects.toThrow(/the second reverted in 0x[0-9a-f]{64}: WrongRegistrant/);
    const ownerOf = sender.publicClient.readContract({
      ...registry(),
      functionName: "ownerOf",
      args: [stationId(fresh)],
    });
    await expect(ownerOf).rejects.toThrow("ERC721NonexistentToken");
  });
});
