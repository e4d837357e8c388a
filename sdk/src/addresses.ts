import { type Address, isAddress } from "viem";
import { OpenJouleError } from "./errors.ts";

/** What a constructor was given, as JSON holds it: integers beyond 53 bits and hashes are text. */
export type ConstructorArgument = string | number | boolean;

export interface DeployedContract {
  readonly address: Address;
  /** In the constructor's order. */
  readonly constructorArguments: readonly ConstructorArgument[];
}

/** One deployment of the network: the content of `deployments/<chainId>.json`. */
export interface Deployment {
  readonly chainId: number;
  /** The block of the first deployed contract: no event is older. */
  readonly startBlock: number;
  readonly contracts: {
    readonly StationRegistry: DeployedContract;
    readonly OracleRegistry: DeployedContract;
    readonly ChargingSessions: DeployedContract;
    /** Code that ChargingSessions delegates to; nobody calls it at its own address. Missing in older deployments. */
    readonly SessionsExtension?: DeployedContract;
    /** Missing in deployments older than these two contracts. */
    readonly Keeper?: DeployedContract;
    readonly Lens?: DeployedContract;
    /** On local chains and testnets only. */
    readonly TestCurrency?: DeployedContract;
  };
}

export type ContractName = keyof Deployment["contracts"];

const required = ["StationRegistry", "OracleRegistry", "ChargingSessions"] as const satisfies ContractName[];
const optional = ["SessionsExtension", "Keeper", "Lens", "TestCurrency"] as const satisfies ContractName[];

/**
 * Checks what was read from `deployments/<chainId>.json`, given the parsed JSON.
 * Throws `InvalidDeployment` with the path of the first wrong field.
 */
export function parseDeployment(json: unknown): Deployment {
  const { chainId, startBlock, contracts } = record(json, "deployment");
  const given = record(contracts, "contracts");
  const [stationRegistry, oracleRegistry, chargingSessions] = required.map((name) =>
    parseContract(given[name], `contracts.${name}`),
  ) as [DeployedContract, DeployedContract, DeployedContract];
  return {
    chainId: integer(chainId, "chainId", 1),
    startBlock: integer(startBlock, "startBlock", 0),
    contracts: {
      StationRegistry: stationRegistry,
      OracleRegistry: oracleRegistry,
      ChargingSessions: chargingSessions,
      ...Object.fromEntries(
        optional
          .filter((name) => given[name] !== undefined)
          .map((name) => [name, parseContract(given[name], `contracts.${name}`)]),
      ),
    },
  };
}

/** The text of `deployments/<chainId>.json`; `parseDeployment(JSON.parse(text))` reads it back. */
export function formatDeployment(deployment: Deployment): string {
  return `${JSON.stringify(deployment, undefined, 2)}\n`;
}

function parseContract(json: unknown, path: string): DeployedContract {
  const { address, constructorArguments } = record(json, path);
  if (typeof address !== "string" || !isAddress(address)) {
    throw invalid(`${path}.address`, address, "an address: 20 bytes in hex, with a right checksum if in mixed case");
  }
  if (!Array.isArray(constructorArguments)) {
    throw invalid(`${path}.constructorArguments`, constructorArguments, "an array");
  }
  for (const [index, argument] of constructorArguments.entries()) {
    if (!["string", "number", "boolean"].includes(typeof argument)) {
      throw invalid(`${path}.constructorArguments[${index}]`, argument, "a text, number or boolean");
    }
  }
  return { address, constructorArguments: constructorArguments as ConstructorArgument[] };
}

function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(path, value, "an object");
  return value as Record<string, unknown>;
}

function integer(value: unknown, path: string, least: number): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least) {
    throw invalid(path, value, `an integer from ${least} on`);
  }
  return value;
}

function invalid(field: string, value: unknown, expected: string): OpenJouleError {
  return new OpenJouleError({ name: "InvalidDeployment", field, value, expected });
}
