import { existsSync, readFileSync } from "node:fs";
import type { Abi, Address, Hex } from "viem";

/** A compiled contract: what deploying needs. */
export interface Artifact {
  contractName: string;
  abi: Abi;
  /** Where it calls libraries, it has to be linked first. */
  bytecode: Hex;
  libraries: readonly Library[];
}

/** A library that a contract calls. */
export interface Library {
  name: string;
  /** Path of its Solidity file below the repository's root. */
  source: string;
  /** Where its address belongs in the bytecode, bytes from the start. */
  positions: readonly number[];
}

/** Hardhat's own name for the repository's root. */
const PROJECT = "project/";

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
  const { contractName, abi, bytecode, linkReferences } = JSON.parse(readFileSync(file, "utf8"));
  return { contractName, abi, bytecode, libraries: readLibraries(linkReferences) };
}

type LinkReferences = Record<string, Record<string, { start: number }[]>>;

function readLibraries(references: LinkReferences): Library[] {
  return Object.entries(references).flatMap(([path, libraries]) =>
    Object.entries(libraries).map(([library, places]) => ({
      name: library,
      source: path.startsWith(PROJECT) ? path.slice(PROJECT.length) : path,
      positions: places.map(({ start }) => start),
    })),
  );
}

/**
 * The bytecode with its libraries' addresses.
 * @throws Error when one is missing
 */
export function linkBytecode(artifact: Artifact, addresses: Readonly<Record<string, Address>>): Hex {
  let { bytecode } = artifact;
  for (const { name, positions } of artifact.libraries) {
    const address = addresses[name];
    if (address === undefined) throw new Error(`${artifact.contractName} calls ${name}: deploy that library first`);
    for (const position of positions) {
      const at = 2 + 2 * position;
      bytecode = `${bytecode.slice(0, at)}${address.slice(2).toLowerCase()}${bytecode.slice(at + 40)}` as Hex;
    }
  }
  return bytecode;
}
