import { existsSync, readFileSync } from "node:fs";
import type { Abi, Hex } from "viem";

/** A compiled contract: what deploying needs. */
export interface Artifact {
  contractName: string;
  abi: Abi;
  bytecode: Hex;
}

const root = new URL("../../artifacts/", import.meta.url);

/**
 * Reads what `hardhat build` wrote.
 * @param source path of the Solidity file below the repository's root, e.g. `contracts/StationRegistry.sol`
 * @param name the contract in it, by default the file's name
 * @throws Error when it was not compiled yet, with the command that does it
 */
export function readArtifact(
  source: string,
  name = source.slice(source.lastIndexOf("/") + 1, -".sol".length),
): Artifact {
  const file = new URL(`${source}/${name}.json`, root);
  if (!existsSync(file)) throw new Error(`${source} is not compiled: run "npx hardhat build" first`);
  const { contractName, abi, bytecode } = JSON.parse(readFileSync(file, "utf8"));
  return { contractName, abi, bytecode };
}
