/** Where a deployment is, out of `deployments/<chainId>.json`, which the deploy script writes. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CurrencyName, type DataSource, dataSources, type Place } from "./manifest.ts";

export interface Network {
  readonly chainId: number;
  readonly nativeCurrency: CurrencyName;
  /** Tokens that are shown by name, by their address. Any other is shown by its address alone: names can be faked. */
  readonly currencies: Readonly<Record<string, CurrencyName>>;
}

/** Networks by The Graph's names for them. */
export const networks: Readonly<Record<string, Network>> = JSON.parse(
  readFileSync(new URL("../networks.json", import.meta.url), "utf8"),
);

/** ERC-7528 stands for the chain's native currency. */
const NATIVE = "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE";
/** contracts/local/TestCurrency.sol */
const testCurrency: CurrencyName = { name: "OpenJoule Test Euro", symbol: "tEUR", decimals: 6 };

export const defaultDeployments = fileURLToPath(new URL("../../deployments", import.meta.url));

/**
 * Reads the place of a network.
 * @throws Error in words: an unknown network, no deployment, or a file that is not one
 */
export function readPlace(name: string, deployments = defaultDeployments): Place {
  const file = join(deployments, `${networkOf(name).chainId}.json`);
  if (!existsSync(file)) throw new Error(`Nothing is deployed on ${name}: there is no ${file}`);
  return toPlace(name, JSON.parse(readFileSync(file, "utf8")), file);
}

/** The place that a deployment's content says. Throws when an address or the start block is missing or malformed. */
export function toPlace(network: string, deployment: unknown, file = "the deployment"): Place {
  const { nativeCurrency, currencies } = networkOf(network);
  const { startBlock, contracts = {} } = deployment as { startBlock?: unknown; contracts?: Contracts };
  if (typeof startBlock !== "number" || !Number.isSafeInteger(startBlock) || startBlock < 0) {
    throw new Error(`${file}: startBlock is ${startBlock}, expected an integer from 0 on`);
  }
  const addressOf = (contract: string) =>
    address(contracts[contract]?.address, `${file}: contracts.${contract}.address`);
  // OracleRegistry(sessions, bondCurrency, …)
  const bondCurrency = address(
    contracts.OracleRegistry?.constructorArguments?.[1],
    `${file}: contracts.OracleRegistry.constructorArguments[1]`,
  );
  return {
    network,
    startBlock,
    addresses: Object.fromEntries(dataSources.map((name) => [name, addressOf(name)])) as Record<DataSource, string>,
    bondCurrency,
    currencies: {
      [NATIVE]: nativeCurrency,
      ...(contracts.TestCurrency && { [addressOf("TestCurrency")]: testCurrency }),
      ...currencies,
    },
  };
}

type Contracts = Readonly<Record<string, { address?: unknown; constructorArguments?: readonly unknown[] } | undefined>>;

function networkOf(name: string): Network {
  const network = networks[name];
  if (network === undefined) {
    throw new Error(`Unknown network ${name}: subgraph/networks.json has ${Object.keys(networks).join(", ")}`);
  }
  return network;
}

function address(value: unknown, path: string): string {
  if (typeof value === "string" && /^0x[0-9a-fA-F]{40}$/.test(value)) return value;
  throw new Error(`${path} is ${value}, expected 20 bytes in hex`);
}
