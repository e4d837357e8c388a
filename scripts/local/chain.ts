import { anvilBinary } from "./binaries.ts";
import { choosePort } from "./ports.ts";
import type { Run } from "./run.ts";
import { type WaitOptions, waitFor } from "./wait.ts";

export interface ChainOptions {
  run: Run;
  /** TCP port on loopback. Default: a free one. */
  port?: number;
  /** Seconds between blocks. Default: no interval, each transaction is mined at once in a block of its own. */
  blockSeconds?: number;
  /** Default 31337. */
  chainId?: number;
  /** Funded development accounts. Default 10. */
  accounts?: number;
  /** What each of them holds, ether. Default 10,000. */
  balanceEther?: number;
  /** UTC seconds of the first block. Default: now. */
  genesisTimestamp?: number;
  /** Blocks per epoch; the `finalized` block is two epochs behind the latest. Default 32. */
  slotsInAnEpoch?: number;
  /**
   * How many past states are kept, in memory; a call or a reorganisation further back is refused. Default 72, enough for
   * a reorganisation of 64 blocks. Each is a whole copy, about 100 bytes for a storage slot: 145 MB in all with 20,000
   * slots, so keep fewer on a chain that holds millions. Blocks, logs and receipts are all kept (about 4 kB for an empty
   * block), for whoever indexes anew.
   */
  statesKept?: number;
  /** Log every request. Default: errors only. */
  verbose?: boolean;
  onProgress?: WaitOptions["onProgress"];
}

export interface Chain {
  readonly url: string;
  readonly webSocketUrl: string;
  readonly port: number;
  readonly chainId: number;
  readonly pid: number;
  /** A JSON-RPC request, e.g. `rpc("evm_mine")`. Throws with the node's message when it answers an error. */
  rpc<Result = unknown>(method: string, params?: readonly unknown[]): Promise<Result>;
  stop(): Promise<void>;
}

/**
 * Starts a development chain (anvil) on 127.0.0.1.
 *
 * @throws PortInUseError, MissingBinaryError, ProcessDiedError, TimedOutError
 */
export async function startChain(options: ChainOptions): Promise<Chain> {
  const { run, chainId = 31_337, statesKept = 72 } = options;
  const binary = anvilBinary();
  const port = await choosePort(options.port, "chain", "CHAIN_PORT");
  const args = [
    ["--host", "127.0.0.1", "--port", port, "--chain-id", chainId, "--hardfork", "osaka"],
    // Unbounded, it keeps hundreds of states in memory and writes the older ones to disk for ever. Not bounded is
    // --transaction-block-keeper: it forgets logs and receipts as well, and whoever reads the chain from its first
    // block then silently sees nothing.
    ["--prune-history", statesKept],
    ["--accounts", options.accounts ?? 10, "--balance", options.balanceEther ?? 10_000],
    options.blockSeconds === undefined ? [] : ["--block-time", options.blockSeconds],
    options.genesisTimestamp === undefined ? [] : ["--timestamp", options.genesisTimestamp],
    options.slotsInAnEpoch === undefined ? [] : ["--slots-in-an-epoch", options.slotsInAnEpoch],
    options.verbose ? [] : ["--quiet"],
  ];
  const child = await run.start({ name: "chain", command: binary, args: args.flat().map(String) });
  const url = `http://127.0.0.1:${port}`;
  const rpc = <Result>(method: string, params: readonly unknown[] = []) => request<Result>(url, method, params);
  try {
    await waitFor("chain answers", async () => Number(await rpc("eth_chainId")) === chainId, {
      timeoutSeconds: 30,
      alive: [child],
      ...(options.onProgress && { onProgress: options.onProgress }),
    });
  } catch (error) {
    await child.stop();
    throw error;
  }
  return {
    url,
    webSocketUrl: `ws://127.0.0.1:${port}`,
    port,
    chainId,
    pid: child.pid,
    rpc,
    stop: async () => void (await child.stop()),
  };
}

async function request<Result>(url: string, method: string, params: readonly unknown[]): Promise<Result> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const answer = (await response.json()) as { result: Result; error?: { message: string } };
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}
