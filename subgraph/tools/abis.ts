/** ABIs as the compiler wrote them: the ones that a deployment from this repository has. */
import { existsSync, readFileSync } from "node:fs";
import type { AbiEvent } from "viem";

export type AbiName = "StationRegistry" | "OracleRegistry" | "ChargingSessions";
/** The events of each contract. Mappings call no function, so graph-cli needs to know none. */
export type Abis = Readonly<Record<AbiName, readonly AbiEvent[]>>;

const artifacts = new URL("../../artifacts/contracts/", import.meta.url);

const sources: Readonly<Record<AbiName, readonly string[]>> = {
  StationRegistry: ["StationRegistry.sol/StationRegistry.json"],
  OracleRegistry: ["OracleRegistry.sol/OracleRegistry.json"],
  // What its extension emits comes from the same address.
  ChargingSessions: [
    "ChargingSessions.sol/ChargingSessions.json",
    "interfaces/ISessionsExtension.sol/ISessionsExtension.json",
  ],
};

/**
 * Reads all of them.
 * @throws Error when the contracts are not compiled, with the command that does it
 */
export function readAbis(): Abis {
  const entries = Object.entries(sources).map(([name, files]) => [name, files.flatMap(readEvents)] as const);
  return Object.fromEntries(entries) as unknown as Abis;
}

function readEvents(source: string): readonly AbiEvent[] {
  const file = new URL(source, artifacts);
  if (!existsSync(file)) throw new Error(`The contracts are not compiled: run "npx hardhat build" first (no ${file})`);
  const { abi } = JSON.parse(readFileSync(file, "utf8")) as { abi: readonly { type: string }[] };
  return abi.filter((entry): entry is AbiEvent => entry.type === "event");
}

/** An event of a contract by its name. Throws when there is none. */
export function findEvent(abis: Abis, contract: AbiName, name: string): AbiEvent {
  const event = abis[contract].find((entry) => entry.name === name);
  if (event === undefined) throw new Error(`${contract} has no event ${name}`);
  return event;
}
