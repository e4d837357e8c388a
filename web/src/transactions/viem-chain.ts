import { createClient, defineChain, http, TransactionNotFoundError, TransactionReceiptNotFoundError } from "viem";
import {
  call,
  getBlock,
  getBlockNumber,
  getTransaction,
  getTransactionCount,
  getTransactionReceipt,
} from "viem/actions";
import type { AppConfig } from "#config";
import type { TransactionChain } from "./chain.ts";

/** `undefined` instead of viem's error for what is not there. */
async function orUndefined<Value>(promise: Promise<Value>): Promise<Value | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError || error instanceof TransactionNotFoundError) return undefined;
    throw error;
  }
}

export function chainClient({ chainId, chainName, rpcUrl }: AppConfig): TransactionChain {
  const chain = defineChain({
    id: chainId,
    name: chainName,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const client = createClient({ chain, transport: http(rpcUrl), cacheTime: 0 });
  return {
    async simulate(from, { to, data, value = 0n }, blockNumber) {
      await call(client, { account: from, to, data, value, ...(blockNumber !== undefined && { blockNumber }) });
    },
    blockNumber: () => getBlockNumber(client),
    nextNonce: (address, by) =>
      getTransactionCount(client, { address, blockTag: by === "mined" ? "latest" : "pending" }),
    async receipt(hash) {
      const receipt = await orUndefined(getTransactionReceipt(client, { hash }));
      if (receipt === undefined) return undefined;
      const { status, blockNumber, logs } = receipt;
      return {
        hash,
        blockNumber,
        logs: logs.map(({ address, data, topics }) => ({ address, data, topics })),
        succeeded: status === "success",
      };
    },
    transaction: (hash) => orUndefined(getTransaction(client, { hash })),
    async transactionsOf(blockNumber) {
      return (await getBlock(client, { blockNumber, includeTransactions: true })).transactions;
    },
  };
}
