import { type ContractError, decodeContractError } from "@openjoule/sdk";
import {
  type Address,
  BaseError,
  type Client,
  createClient,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  http,
  RawContractError,
} from "viem";
import { call, sendTransaction, waitForTransactionReceipt } from "viem/actions";
import { type Artifact, linkBytecode, readArtifact } from "../../scripts/deploy/artifacts.ts";
import { compileContracts } from "../../scripts/deploy/compile.ts";
import { type Chain, startChain } from "../../scripts/local/chain.ts";
import { createRun } from "../../scripts/local/run.ts";

/** The last second that a period can hold: with it as the present, every period lies in the past. */
export const LAST_SECOND = 0xff_ffff_ffff;

const source = "test/solidity/harness/LibraryHarness.sol";

/** The libraries of the contracts, opened to calls by the harness, on a chain of their own. */
export interface Harness {
  readonly chain: Chain;
  /** Calls a function of the harness in a block with this time, UTC seconds. Its named error is returned, not thrown. */
  call(functionName: string, args: readonly unknown[], now?: number): Promise<HarnessResult>;
  stop(): Promise<void>;
}

export type HarnessResult = { readonly value: unknown; readonly error?: undefined } | { readonly error: ContractError };

/** Compiles, starts a chain and deploys the harness. */
export async function startHarness(): Promise<Harness> {
  await compileContracts();
  await compileContracts([source]);
  const artifact = readArtifact(source);
  const run = createRun();
  try {
    const chain = await startChain({ run });
    const client = createClient({ transport: http(chain.url), pollingInterval: 50 });
    const libraries: Record<string, Address> = {};
    for (const { name, source: file } of artifact.libraries) {
      libraries[name] = await deploy(client, chain, readArtifact(file).bytecode);
    }
    const address = await deploy(client, chain, linkBytecode(artifact, libraries));
    return {
      chain,
      call: (functionName, args, now = LAST_SECOND) =>
        callHarness(client, address, artifact, { functionName, args, now }),
      stop: () => run.stop(),
    };
  } catch (error) {
    await run.stop();
    throw error;
  }
}

async function deploy(client: Client, chain: Chain, data: Hex): Promise<Address> {
  const [account] = await chain.rpc<Address[]>("eth_accounts");
  if (account === undefined) throw new Error("the chain has no account");
  const hash = await sendTransaction(client, { account, chain: null, data });
  const { contractAddress } = await waitForTransactionReceipt(client, { hash });
  if (!contractAddress) throw new Error("the harness or a library of it was not deployed");
  return contractAddress;
}

async function callHarness(
  client: Client,
  to: Address,
  { abi }: Artifact,
  { functionName, args, now }: { functionName: string; args: readonly unknown[]; now: number },
): Promise<HarnessResult> {
  const data = encodeFunctionData({ abi, functionName, args });
  try {
    const { data: result = "0x" } = await call(client, { to, data, blockOverrides: { time: BigInt(now) } });
    return { value: decodeFunctionResult({ abi, functionName, data: result }) };
  } catch (error) {
    return { error: namedError(error) };
  }
}

/** The contracts' error in what viem threw; anything else is thrown on. */
function namedError(error: unknown): ContractError {
  const raw = error instanceof BaseError ? error.walk((cause) => revertData(cause) !== undefined) : null;
  const found = decodeContractError(revertData(raw) ?? "0x");
  if (found === undefined) throw error;
  return found;
}

function revertData(error: unknown): `0x${string}` | undefined {
  const data = error instanceof RawContractError ? error.data : (error as { data?: unknown } | null)?.data;
  const hex = typeof data === "object" && data !== null ? (data as { data?: unknown }).data : data;
  return typeof hex === "string" && hex.startsWith("0x") && hex.length >= 10 ? (hex as `0x${string}`) : undefined;
}
