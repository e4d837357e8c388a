import type { DeployedContract } from "@openjoule/sdk";
import type { WalletClient } from "viem";
import {
  type Abi,
  type Account,
  type Address,
  type Chain,
  getContractAddress,
  type PublicClient,
  type Transport,
} from "viem";
import { linkBytecode, readArtifact } from "./artifacts.ts";

/** Parameters that are fixed for ever at deployment. Times are seconds, money is base units of the bond currency. */
export interface NetworkParameters {
  bondCurrency: Address;
  minimumBond: bigint;
  maxDurationSeconds: number;
  leastWindowSeconds: number;
  greatestWindowSeconds: number;
  unbondingSeconds: number;
}

/** Everything but the bond, which depends on the currency. */
export const defaultParameters = {
  maxDurationSeconds: 7 * 24 * 3600,
  leastWindowSeconds: 6 * 3600,
  greatestWindowSeconds: 72 * 3600,
  // Longer than the longest session with its longest windows (7 + 3 + 1 days).
  unbondingSeconds: 21 * 24 * 3600,
} as const;

export interface Clients {
  wallet: WalletClient<Transport, Chain, Account>;
  public: PublicClient<Transport, Chain>;
}

/**
 * Deploys one compiled contract and waits for it.
 * @param libraries addresses of the libraries that it calls, see `deployLibraries`
 * @throws Error when the transaction fails or lands at another address than expected, or a library is missing
 */
export async function deployContract(
  clients: Clients,
  source: string,
  args: readonly unknown[] = [],
  expected?: Address,
  libraries: Readonly<Record<string, Address>> = {},
): Promise<DeployedContract & { blockNumber: bigint }> {
  const artifact = readArtifact(source);
  const bytecode = linkBytecode(artifact, libraries);
  const hash = await clients.wallet.deployContract({ abi: artifact.abi as Abi, bytecode, args });
  const receipt = await clients.public.waitForTransactionReceipt({ hash, pollingInterval: 50 });
  const address = receipt.contractAddress;
  if (receipt.status !== "success" || !address)
    throw new Error(`deploying ${artifact.contractName} reverted in ${hash}`);
  if (expected && expected.toLowerCase() !== address.toLowerCase()) {
    throw new Error(
      `${artifact.contractName} landed at ${address}, expected ${expected}: was the account used meanwhile?`,
    );
  }
  const constructorArguments = args.map((arg) => (typeof arg === "bigint" ? arg.toString() : (arg as string | number)));
  return { address, constructorArguments, blockNumber: receipt.blockNumber };
}

/** Deploys the libraries that a contract calls: their addresses by name. */
export async function deployLibraries(clients: Clients, source: string): Promise<Record<string, Address>> {
  const addresses: Record<string, Address> = {};
  for (const library of readArtifact(source).libraries) {
    addresses[library.name] = (await deployContract(clients, library.source)).address;
  }
  return addresses;
}

/**
 * Deploys the three contracts and the extension of one, before them the libraries that they call. Each knows the others for
 * ever, so their addresses are computed from the account's nonce before the first of them exists; the account must send
 * nothing else meanwhile. Then the two that only look at them.
 */
export async function deployNetwork(clients: Clients, parameters: NetworkParameters) {
  const libraries = await deployLibraries(clients, "contracts/ChargingSessions.sol");
  const from = clients.wallet.account.address;
  const nonce = BigInt(await clients.public.getTransactionCount({ address: from, blockTag: "pending" }));
  const at = (offset: bigint) => getContractAddress({ from, nonce: nonce + offset });
  const [stations, oracles, extension, sessions] = [at(0n), at(1n), at(2n), at(3n)];
  const p = parameters;

  const StationRegistry = await deployContract(
    clients,
    "contracts/StationRegistry.sol",
    [sessions, p.leastWindowSeconds, p.greatestWindowSeconds],
    stations,
  );
  const OracleRegistry = await deployContract(
    clients,
    "contracts/OracleRegistry.sol",
    [sessions, p.bondCurrency, p.minimumBond, p.unbondingSeconds, p.maxDurationSeconds],
    oracles,
  );
  const SessionsExtension = await deployContract(
    clients,
    "contracts/SessionsExtension.sol",
    [sessions, p.maxDurationSeconds],
    extension,
  );
  const ChargingSessions = await deployContract(
    clients,
    "contracts/ChargingSessions.sol",
    [stations, oracles, extension, p.maxDurationSeconds],
    sessions,
    libraries,
  );
  const Keeper = await deployContract(clients, "contracts/Keeper.sol", [sessions]);
  const Lens = await deployContract(clients, "contracts/Lens.sol", [sessions]);
  return { StationRegistry, OracleRegistry, SessionsExtension, ChargingSessions, Keeper, Lens };
}
