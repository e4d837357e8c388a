import { decodeBatchRefusal, decodeContractError } from "@openjoule/sdk";
import {
  type Address,
  type BaseError,
  createPublicClient,
  type Hex,
  http,
  type LocalAccount,
  parseGwei,
  type RpcTransactionReceipt,
} from "viem";
import type { Sender } from "./sender.ts";

/** One of many transactions. */
export interface BulkCall {
  /** What it does, for the error. */
  name: string;
  /** For a call of `StationRegistry.batch`: what each of its entries does. */
  entries?: readonly string[];
  account: LocalAccount;
  to: Address;
  data: Hex;
}

/** Enough for any call here; what is not used is not paid. */
const GAS_BASE = 400_000n;
const GAS_A_BYTE = 150n;
/** More fees than the base fee of a few full blocks in a row. */
const MAX_FEE = parseGwei("100");
const PRIORITY_FEE = parseGwei("1");
/** Requests that travel in one HTTP request. */
const BATCH = 50;

/**
 * Sends many transactions of several accounts at once, each with the next nonce of its account, into as few blocks as hold
 * them. Only for a development chain that mines each transaction at once; it is told not to meanwhile, so that 200
 * transactions make two blocks and not 200, whose times would run ahead of the clock.
 *
 * @throws Error that names the first call that was refused, with the contract's own error where it has one
 */
export async function sendInBulk(sender: Sender, calls: readonly BulkCall[]): Promise<void> {
  const { chain } = sender;
  const [url = ""] = chain.rpcUrls.default.http;
  const transport = http(url, { batch: { batchSize: BATCH } });
  const client = createPublicClient({ chain, transport });
  const rpc = <Result>(method: string, params: readonly unknown[]) =>
    client.request({ method, params } as never) as Promise<Result>;

  const nonces = new Map<Address, number>();
  for (const { account } of calls) {
    if (nonces.has(account.address)) continue;
    nonces.set(account.address, await client.getTransactionCount({ address: account.address, blockTag: "pending" }));
  }
  await rpc("evm_setAutomine", [false]);
  try {
    const sent = calls.map(async (call): Promise<[Hex, BulkCall]> => {
      const { account, to, data } = call;
      const nonce = nonces.get(account.address) ?? 0;
      nonces.set(account.address, nonce + 1);
      const serializedTransaction = await account.signTransaction({
        type: "eip1559",
        chainId: chain.id,
        nonce,
        to,
        data,
        gas: GAS_BASE + GAS_A_BYTE * BigInt(data.length / 2),
        maxFeePerGas: MAX_FEE,
        maxPriorityFeePerGas: PRIORITY_FEE,
      });
      return [await client.sendRawTransaction({ serializedTransaction }), call];
    });
    const waiting = new Map(await Promise.all(sent));
    while (waiting.size > 0) {
      await rpc("evm_mine", []);
      const mined = await rpc<RpcTransactionReceipt[]>("eth_getBlockReceipts", ["latest"]);
      if (mined.length === 0) throw new Error(`${waiting.size} transactions are not mined: ${[...waiting.keys()][0]}`);
      for (const { transactionHash, status } of mined) {
        const call = waiting.get(transactionHash);
        if (call && status !== "0x1") await explain(sender, call, transactionHash);
        waiting.delete(transactionHash);
      }
    }
  } finally {
    await rpc("evm_setAutomine", [true]);
  }
}

/** Calls again what was refused, which says why. */
async function explain({ publicClient }: Sender, call: BulkCall, hash: Hex): Promise<never> {
  const { account, to, data } = call;
  const [what, reason] = await publicClient.call({ account, to, data }).then(
    () => [call.name, "it ran out of gas, or works by now"],
    (error: BaseError) => {
      const raised = error.walk((cause) => "data" in (cause as object)) as { data?: Hex } | null;
      const refusal = raised?.data && decodeBatchRefusal(raised.data);
      if (refusal) return [call.entries?.[refusal.index] ?? call.name, refusal.reason?.name ?? error.shortMessage];
      return [call.name, (raised?.data && decodeContractError(raised.data)?.name) ?? error.shortMessage];
    },
  );
  throw new Error(`${what} reverted in ${hash}: ${reason}`);
}
