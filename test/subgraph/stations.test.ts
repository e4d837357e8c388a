/**
 * Stations, tariffs, operators and what strangers can do to the subgraph, out of the real contracts on a real chain.
 */
import {
  configHash,
  createOffer,
  encodeEvseId,
  type Offer,
  oracleRegistryAbi,
  pricingHash,
  queryCommittee,
  queryStation,
  queryStationIndex,
  queryStations,
  queryStationsOfEvse,
  stationRegistryAbi,
  tariffId,
} from "@openjoule/sdk";
import { type Address, encodeAbiParameters, getAbiItem, type Hex, toFunctionSelector, zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readArtifact } from "../../scripts/deploy/artifacts.ts";
import { compileContracts } from "../../scripts/deploy/compile.ts";
import { deployContract } from "../../scripts/deploy/contracts.ts";
import { resolveGraphNode } from "../../scripts/local/graph-node.ts";
import type { Run } from "../../scripts/local/run.ts";
import { createTestRun } from "../local/support/run.ts";
import { accounts, operators, startNetwork, type TestNetwork } from "./support/network.ts";

const { deployer, owner, buyer, friend } = accounts;
const lower = (address: Address) => address.toLowerCase();

describe.runIf(resolveGraphNode({}).kind === "gnd")("stations in the subgraph", () => {
  let run: Run;
  let network: TestNetwork;

  beforeAll(async () => {
    run = createTestRun();
    network = await startNetwork(run);
  });
  afterAll(() => run.stop());

  const offer = (index: number): Offer => network.world.offerOf(index);
  const registry = () =>
    ({ address: network.world.deployment.contracts.StationRegistry.address, abi: stationRegistryAbi }) as const;

  it("lists the station so that its configuration's hash and an offer can be made of it", async () => {
    await network.indexed();
    const [station, ...others] = await queryStations(network.node.url);
    if (!station) throw new Error("no station");
    expect(others).toEqual([]);
    expect(station.stationId).toBe(network.world.stationId);
    expect(configHash(station.config)).toBe(configHash(network.world.config));
    expect(station.evses.map(({ evseId, status }) => `${evseId} ${status}`)).toEqual(
      [1, 2, 3, 4].map((number) => `FR*OJE*E000${number} Available`),
    );
    expect(station.place).toEqual(network.world.place);
    const [tariff] = station.tariffs;
    if (!tariff) throw new Error("no tariff");
    const { terms, pricing } = network.world;
    const currency = {
      token: lower(network.world.deployment.contracts.TestCurrency?.address ?? "0x"),
      symbol: "tEUR",
      decimals: 6,
    };
    expect(tariff).toEqual({ id: tariffId(terms, pricing), terms, pricing, currency });
    const made = createOffer(station, 2, tariff);
    expect({ ...made, owner: lower(made.owner) }).toEqual({ ...offer(2), owner: lower(offer(2).owner) });
    expect(await queryStations(network.node.url, { after: station.stationId })).toEqual([]);
    const { tariffs } = await network.node.query<{ tariffs: { id: Hex; pricingHash: Hex }[] }>(
      "{ tariffs { id pricingHash } }",
    );
    expect(tariffs).toEqual([
      { id: tariffId(network.world.terms, network.world.pricing), pricingHash: pricingHash(network.world.pricing) },
    ]);
  });

  it("finds the station by its id and by an EVSE's, and who signs there", async () => {
    await network.indexed();
    const { url } = network.node;
    const { stationId, config, committee } = network.world;
    const [listed] = await queryStations(url);
    const byId = await queryStation(url, stationId);
    expect(byId.value).toEqual(listed);
    // As old as the chain's newest block, which is of these minutes.
    expect(Math.abs(byId.asOf - Date.now() / 1000)).toBeLessThan(3600);
    expect((await queryStation(url, 5n << 16n)).value).toBeUndefined();
    expect((await queryStationsOfEvse(url, "frojee0002")).value).toEqual([listed]);
    expect((await queryStationsOfEvse(url, "FR*OJE*E9999")).value).toEqual([]);

    const { value: index } = await queryStationIndex(url);
    expect(index.stations.map((station) => station.stationId)).toEqual([stationId]);
    expect(index.stations[0]?.evses.map(({ status, tariffIds }) => [status, tariffIds])).toEqual(
      Array.from({ length: 4 }, () => ["Available", config.tariffIds]),
    );
    expect([...index.tariffs.values()]).toEqual(listed?.tariffs);

    const signers = await queryCommittee(url, config.committeeId);
    expect(signers).toMatchObject({ status: "Active", threshold: committee.threshold, feeBps: committee.feeBps });
    expect(signers?.operators.map(({ operator }) => operator)).toEqual(committee.members.map(lower));
    expect(await queryCommittee(url, zeroHash)).toBeUndefined();
  });

  it("has operators, keys and their committee", async () => {
    await network.indexed();
    const data = await network.node.query(
      "{ operators { id bond bondCurrency { symbol decimals } status keys { id } } committees { status threshold feeBps memberAddresses } }",
    );
    expect(data).toEqual({
      operators: operators
        .map(({ account, key }) => ({
          id: lower(account.address),
          bond: "1000000000",
          bondCurrency: { symbol: "tEUR", decimals: 6 },
          status: "Active",
          keys: [{ id: lower(key.address) }],
        }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
      committees: [
        { status: "Active", threshold: 2, feeBps: 333, memberAddresses: network.world.committee.members.map(lower) },
      ],
    });
  });

  it("survives a station whose text is not UTF-8, and tokens that mutter", async () => {
    const config = { ...network.world.config, registrant: buyer.address };
    const abi = getAbiItem({ abi: stationRegistryAbi, name: "register" });
    const [place, ...rest] = abi.inputs;
    const asBytes = {
      ...place,
      components: place.components.map((part) => (part.name === "metadata" ? { ...part, type: "bytes" } : part)),
    };
    const values = [{ latitudeE7: 1, longitudeE7: 2, metadata: "0x7b22ff00fe" }, config];
    const data = encodeAbiParameters([asBytes, ...rest], values as never);
    const wallet = network.sender.walletOf(buyer);
    const hash = await wallet.sendTransaction({
      to: registry().address,
      data: `${toFunctionSelector(abi)}${data.slice(2)}`,
    });
    expect(await network.sender.publicClient.waitForTransactionReceipt({ hash })).toMatchObject({ status: "success" });
    const stationId = BigInt(configHash(config));
    const moved = { latitudeE7: 3, longitudeE7: 4, metadata: "now in words" };
    await network.sender.call(buyer, { name: "move", ...registry(), functionName: "move", args: [stationId, moved] });

    const source = "test/solidity/tokens/MutteringToken.sol";
    await compileContracts([source]);
    const clients = { wallet: network.sender.walletOf(deployer), public: network.sender.publicClient };
    const { address } = await deployContract(clients, source);
    const token = { address, abi: readArtifact(source).abi } as const;
    await network.sender.call(friend, { name: "mint", ...token, functionName: "mint", args: [friend.address, 9n] });
    await network.sender.call(friend, {
      name: "deposit",
      ...network.actors.sessions,
      functionName: "deposit",
      args: [address, 9n],
    });
    await network.indexed();
    expect(
      await network.node.query("query ($token: Bytes!) { currencies(where: { token: $token }) { symbol decimals } }", {
        token: lower(address),
      }),
    ).toEqual({ currencies: [{ symbol: null, decimals: null }] });
    const station = (await queryStations(network.node.url)).find((listing) => listing.stationId === stationId);
    expect(station).toMatchObject({ place: moved, config: { registrant: lower(buyer.address) }, name: undefined });
  });

  it("follows a station's changes and its sale", async () => {
    const { config, stationId } = network.world;
    const [first, second, third, fourth] = config.evses;
    if (!first || !second || !third || !fourth) throw new Error("four EVSEs expected");
    const next = {
      ...config,
      evses: [
        first,
        { ...second, id: zeroHash, maxPowerW: 4_294_967_295, connectors: "0x00ff00000000000a" as Hex },
        { ...third, inService: false },
        fourth,
        { ...first, id: encodeEvseId("FR*OJE*E0005") },
      ],
    };
    await network.sender.call(owner, {
      name: "reconfigure",
      ...registry(),
      functionName: "reconfigure",
      args: [stationId, config, next],
    });
    await network.sender.call(owner, {
      name: "move",
      ...registry(),
      functionName: "move",
      args: [stationId, { ...network.world.place, metadata: '{"name":"Moved"}' }],
    });
    await network.indexed();
    const read = async () => (await queryStations(network.node.url)).find((station) => station.stationId === stationId);
    const changed = await read();
    if (!changed) throw new Error("no station");
    const onChain = await network.sender.publicClient.readContract({
      ...registry(),
      functionName: "configHash",
      args: [stationId],
    });
    expect(configHash(changed.config)).toBe(onChain);
    expect(changed.name).toBe("Moved");
    expect(changed.evses.map(({ status }) => status)).toEqual([
      "Available",
      "Retired",
      "OutOfService",
      "Available",
      "Available",
    ]);
    expect(await network.node.query("{ evses(where: { activeOffer_not: null }) { id } }")).toEqual({ evses: [] });

    await network.sender.call(owner, {
      name: "sell",
      ...registry(),
      functionName: "transferFrom",
      args: [owner.address, buyer.address, stationId],
    });
    await network.indexed();
    expect(await read()).toMatchObject({ owner: lower(buyer.address), ownerEpoch: 1 });
  });

  it("follows an operator who leaves", async () => {
    const { committee, deployment } = network.world;
    const [operator] = operators;
    if (!operator) throw new Error("no operator");
    const oracles = { address: deployment.contracts.OracleRegistry.address, abi: oracleRegistryAbi } as const;
    const call = (name: string, request: object) =>
      network.sender.call(operator.account, { name, ...oracles, ...request } as never);
    await call("update", { functionName: "updateOperator", args: [50, "https://elsewhere.example"] });
    await call("retire key", { functionName: "retireKey", args: [operator.key.address] });
    await call("deactivate", { functionName: "deactivateCommittee", args: [committee] });
    await call("unbond", { functionName: "startUnbonding", args: [] });
    await network.indexed();
    const id = lower(operator.account.address);
    const query = `{ operator(id: "${id}") { status bond feeBps endpoint bondAvailableAt keys { retiredAt } memberships { committee { status deactivatedBy { id } } } } }`;
    const now = await network.actors.now();
    const leaving = await network.node.query<{ operator: { bondAvailableAt: string; keys: { retiredAt: string }[] } }>(
      query,
    );
    expect(leaving).toMatchObject({
      operator: {
        status: "Unbonding",
        bond: "1000000000",
        feeBps: 50,
        endpoint: "https://elsewhere.example",
        memberships: [{ committee: { status: "Deactivated", deactivatedBy: { id } } }],
      },
    });
    expect(Number(leaving.operator.keys[0]?.retiredAt)).toBeLessThanOrEqual(now);
    await network.actors.waitUntil(Number(leaving.operator.bondAvailableAt));
    await call("withdraw bond", { functionName: "withdrawBond", args: [friend.address] });
    await network.indexed();
    expect(await network.node.query(query)).toMatchObject({
      operator: { status: "Gone", bond: "0", bondAvailableAt: null },
    });
  });
});
