import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chargingSessionsAbi } from "@openjoule/sdk";
import {
  type Abi,
  type AbiFunction,
  type AbiParameter,
  type Address,
  BaseError,
  encodeErrorResult,
  encodeFunctionData,
  type Hex,
} from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readArtifact } from "../../scripts/deploy/artifacts.ts";
import { compileContracts } from "../../scripts/deploy/compile.ts";
import { defaultParameters, deployContract, deployNetwork } from "../../scripts/deploy/contracts.ts";
import { localAccount } from "../../scripts/local/accounts.ts";
import { type Chain, startChain } from "../../scripts/local/chain.ts";
import { createRun, type Run } from "../../scripts/local/run.ts";
import { createSender, type Sender } from "../../scripts/local/sender.ts";

/** ChargingSessions runs its extension's code on its own storage: both must find everything in the same place. */

const root = new URL("../../", import.meta.url);
const contracts = ["ChargingSessions", "SessionsExtension"] as const;

beforeAll(() => compileContracts(), 180_000);

/** What the compiler says of where a contract keeps its variables. */
function storageLayouts() {
  const artifact = `artifacts/contracts/ChargingSessions.sol/ChargingSessions.json`;
  const { buildInfoId, inputSourceName } = JSON.parse(readFileSync(new URL(artifact, root), "utf8"));
  const { input } = JSON.parse(readFileSync(new URL(`artifacts/build-info/${buildInfoId}.json`, root), "utf8"));
  const sourceOf = (name: string) => inputSourceName.replaceAll("ChargingSessions", name) as string;
  const outputSelection = Object.fromEntries(contracts.map((name) => [sourceOf(name), { [name]: ["storageLayout"] }]));
  const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
  const output = JSON.parse(
    solc.compile(JSON.stringify({ ...input, settings: { ...input.settings, outputSelection } })),
  );
  return contracts.map((name) => {
    const { storage } = output.contracts[sourceOf(name)][name].storageLayout as {
      storage: { label: string; slot: string; offset: number; type: string; contract: string }[];
    };
    // Ids of the compiler's syntax tree are no part of a type.
    return storage.map(({ label, slot, offset, type }) => ({
      label,
      slot,
      offset,
      type: type.replaceAll(/\)\d+_/g, ")_"),
    }));
  });
}

it("lays out storage as ChargingSessions does", { timeout: 120_000 }, () => {
  const [sessions, extension] = storageLayouts();
  expect(extension).toEqual(sessions);
  expect(sessions?.map(({ label }) => label)).toEqual(expect.arrayContaining(["_books", "_evses", "_usedNonces"]));
});

it("fits, as ChargingSessions does, into what EIP-170 allows", () => {
  for (const name of contracts) {
    const file = new URL(`artifacts/contracts/${name}.sol/${name}.json`, root);
    const { deployedBytecode } = JSON.parse(readFileSync(file, "utf8")) as { deployedBytecode: Hex };
    expect((deployedBytecode.length - 2) / 2, name).toBeLessThanOrEqual(24_576);
  }
});

describe("on a chain", () => {
  let run: Run;
  let chain: Chain;
  let sender: Sender;
  let addresses: { sessions: Address; extension: Address };

  beforeAll(async () => {
    run = createRun();
    chain = await startChain({ run });
    sender = createSender({ rpcUrl: chain.url, chainId: chain.chainId });
    const clients = { wallet: sender.walletOf(localAccount("deployer")), public: sender.publicClient };
    const { address: bondCurrency } = await deployContract(clients, "contracts/local/TestCurrency.sol");
    const deployed = await deployNetwork(clients, { ...defaultParameters, bondCurrency, minimumBond: 1n });
    addresses = { sessions: deployed.ChargingSessions.address, extension: deployed.SessionsExtension.address };
  }, 180_000);
  afterAll(() => run?.stop());

  /** What its own deployment and whoever verifies it ask; it moves nothing. */
  const open = ["EXTENSION", "eip712Domain", "madeFor"];

  it("refuses each of its functions at its own address", async () => {
    const { abi } = readArtifact("contracts/SessionsExtension.sol");
    const functions = abi.filter((entry): entry is AbiFunction => entry.type === "function");
    expect(functions.map(({ name }) => name)).toEqual(expect.arrayContaining(open));
    const guarded = functions.filter(({ name }) => !open.includes(name));
    expect(guarded.length).toBeGreaterThan(3);
    const refusal = encodeErrorResult({
      abi: chargingSessionsAbi,
      errorName: "NotThroughSessions",
      args: [addresses.sessions],
    });
    for (const entry of guarded) {
      const data = encodeFunctionData({
        abi: [entry] as Abi,
        functionName: entry.name,
        args: entry.inputs.map(zeroOf),
      });
      const answer = await sender.publicClient.call({ to: addresses.extension, data }).catch(revertData);
      expect(answer, entry.name).toBe(refusal);
    }
  });

  it("answers at ChargingSessions' address", async () => {
    const { abi } = readArtifact("contracts/interfaces/ISessionsExtension.sol");
    const read = { address: addresses.sessions, abi, functionName: "EXTENSION" } as const;
    expect(BigInt((await sender.publicClient.readContract(read)) as Hex)).toBe(BigInt(addresses.extension));
  });
});

/** What a call reverted with. */
function revertData(error: unknown): unknown {
  const raw = error instanceof BaseError ? error.walk((cause) => "data" in (cause as object)) : error;
  return (raw as { data?: unknown } | null)?.data;
}

/** A value of a type that every decoder takes. */
function zeroOf(parameter: AbiParameter): unknown {
  if (parameter.type.endsWith("]")) return [];
  if ("components" in parameter) {
    return Object.fromEntries(parameter.components.map((component) => [component.name, zeroOf(component)]));
  }
  if (parameter.type === "address") return `0x${"0".repeat(40)}`;
  if (parameter.type === "bool") return false;
  if (parameter.type === "bytes") return "0x";
  if (parameter.type === "string") return "";
  if (parameter.type.startsWith("bytes")) return `0x${"00".repeat(Number(parameter.type.slice("bytes".length)))}`;
  return /^u?int(8|16|24|32|40|48)$/.test(parameter.type) ? 0 : 0n;
}
