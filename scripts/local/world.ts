import {
  type Committee,
  chargingSessionsAbi,
  committeeId,
  EvseKind,
  encodeConnectors,
  encodeEvseId,
  evseKey,
  keyProofTypedData,
  type Offer,
  oracleRegistryAbi,
  type StationConfig,
  stationId,
  stationRegistryAbi,
  type TariffPricing,
  type TariffTerms,
  tariffId,
  testCurrencyAbi,
} from "@openjoule/sdk";
import {
  type Address,
  type HDAccount,
  type LocalAccount,
  type PrivateKeyAccount,
  parseEther,
  zeroAddress,
  zeroHash,
} from "viem";
import { defaultParameters, deployContract, deployNetwork } from "../deploy/contracts.ts";
import type { Sender } from "./sender.ts";

/** 0.45 per kWh, 1.20 per idle hour after the charge, 0.50 to begin, in a currency of 6 decimals. */
export const localPricing: TariffPricing = {
  minimum: 600_000n,
  maximum: 60_000_000n,
  noShowFee: 0n,
  utcOffsetSeconds: 0,
  elements: [{ pricePerKwh: 450_000n, pricePerHour: 0n, idlePerHour: 1_200_000n, flat: 500_000n, restrictions: 0n }],
};

/** The local tariff's terms in a currency. */
export function localTerms(currency: Address): TariffTerms {
  return {
    currency: BigInt(currency),
    minimumDeposit: 1_000_000n,
    settlementWindowSeconds: 6 * 3600,
    connectionSeconds: 300,
    taxBps: 0,
    reservation: { fee: 0n, holdSeconds: 0, freeCancelSeconds: 0, lateRefundBps: 0 },
    feeds: [],
    priceDecimals: 0,
    sequencerFeed: zeroAddress,
    sequencerGraceSeconds: 0,
  };
}

/** A made-up station: four DC EVSEs of 150 kW. */
export const localPlace = {
  latitudeE7: 488_566_000,
  longitudeE7: 23_522_000,
  metadata: JSON.stringify({
    name: "OpenJoule, place de l’Essai",
    address: "1 place de l’Essai",
    city: "Paris",
    country: "FRA",
  }),
};

export const localBond = 1_000_000_000n;
export const localEndpoint = "http://127.0.0.1:8080";

/** One operator of the committee: the account with the bond and the key that signs statements. */
export interface WorldOperator {
  account: HDAccount | PrivateKeyAccount;
  key: LocalAccount;
}

export interface WorldOptions {
  deployer: LocalAccount;
  owner: LocalAccount;
  operators: readonly WorldOperator[];
  threshold: number;
  feeBps: number;
  pricing?: TariffPricing;
  maxPowerW?: number;
  /** Where the operators' oracle answers. */
  endpoint?: string;
}

/**
 * Builds the smallest real network on an empty chain: currency, contracts, bonded operators with their committee, a
 * tariff and a station of four EVSEs. Every transaction is reported through the sender's `onStep`.
 */
export async function createWorld(sender: Sender, options: WorldOptions) {
  const clients = { wallet: sender.walletOf(options.deployer), public: sender.publicClient };
  const { blockNumber: startBlock, ...TestCurrency } = await deployContract(
    clients,
    "contracts/local/TestCurrency.sol",
  );
  const bondCurrency = TestCurrency.address;
  const contracts = await deployNetwork(clients, { ...defaultParameters, bondCurrency, minimumBond: localBond });
  const { StationRegistry, OracleRegistry } = contracts;

  for (const operator of options.operators) {
    const oracle = { address: OracleRegistry.address, abi: oracleRegistryAbi } as const;
    const token = { address: bondCurrency, abi: testCurrencyAbi } as const;
    const { account, key } = operator;
    await sender.call(account, {
      name: "mint bond",
      ...token,
      functionName: "mint",
      args: [account.address, localBond],
    });
    await sender.call(account, {
      name: "approve bond",
      ...token,
      functionName: "approve",
      args: [OracleRegistry.address, localBond],
    });
    await sender.call(account, {
      name: "register operator",
      ...oracle,
      functionName: "registerOperator",
      args: [localBond, options.feeBps, options.endpoint ?? localEndpoint],
    });
    const domain = { chainId: sender.chain.id, verifyingContract: OracleRegistry.address };
    const proof = await key.signTypedData(keyProofTypedData(domain, { operator: account.address, key: key.address }));
    await sender.call(account, {
      name: "add statement key",
      ...oracle,
      functionName: "addKey",
      args: [key.address, proof],
    });
  }

  const members = options.operators
    .map(({ account }) => account.address)
    .sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  const committee: Committee = { threshold: options.threshold, feeBps: options.feeBps, members };
  for (const { account } of options.operators) {
    await sender.call(account, {
      name: "accept committee",
      address: OracleRegistry.address,
      abi: oracleRegistryAbi,
      functionName: "acceptCommittee",
      args: [committee],
    });
  }

  const terms = localTerms(bondCurrency);
  const pricing = options.pricing ?? localPricing;
  await sender.call(options.owner, {
    name: "publish tariff",
    address: StationRegistry.address,
    abi: stationRegistryAbi,
    functionName: "publishTariff",
    args: [terms, pricing],
  });

  const maxPowerW = options.maxPowerW ?? 150_000;
  const config: StationConfig = {
    registrant: options.owner.address,
    committeeId: committeeId(committee),
    tariffIds: [tariffId(terms, pricing)],
    evses: [1, 2, 3, 4].map((number) => ({
      id: encodeEvseId(`FR*OJE*E000${number}`),
      maxPowerW,
      kind: EvseKind.DC,
      inService: true,
      tariffMask: 1,
      connectors: encodeConnectors(["IEC_62196_T2_COMBO"]),
      meterKeyHash: zeroHash,
    })),
  };
  await sender.call(options.owner, {
    name: "register station",
    address: StationRegistry.address,
    abi: stationRegistryAbi,
    functionName: "register",
    args: [localPlace, config],
  });

  const station = stationId(config);
  /** What the station's index-th EVSE offers, as a driver names it when opening. */
  const offerOf = (index: number): Offer => ({
    evse: evseKey(station, index),
    owner: options.owner.address,
    ownerEpoch: 0,
    tariffId: tariffId(terms, pricing),
    committeeId: committeeId(committee),
    meterKeyHash: zeroHash,
    currency: BigInt(bondCurrency),
    minimumDeposit: terms.minimumDeposit,
    powerCapW: maxPowerW,
  });

  const deployment = {
    chainId: sender.chain.id,
    startBlock: Number(startBlock),
    contracts: { ...contracts, TestCurrency },
  };
  return { deployment, committee, terms, pricing, config, place: localPlace, stationId: station, offerOf };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/** What a session's driver needs of the chain, for reading. */
export const sessionsOf = (world: World) =>
  ({ address: world.deployment.contracts.ChargingSessions.address, abi: chargingSessionsAbi }) as const;

/** Gives an account money on the local chain: test currency, and ether when it has none. */
export async function fund(sender: Sender, world: World, faucet: LocalAccount, to: Address, amount: bigint) {
  await sender.call(faucet, {
    name: "mint test currency",
    address: world.deployment.contracts.TestCurrency.address,
    abi: testCurrencyAbi,
    functionName: "mint",
    args: [to, amount],
  });
  if ((await sender.publicClient.getBalance({ address: to })) > 0n) return;
  const hash = await sender.walletOf(faucet).sendTransaction({ to, value: parseEther("1") });
  await sender.publicClient.waitForTransactionReceipt({ hash });
}
