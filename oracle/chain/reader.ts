import { type Address, type Hex, numberToHex } from "viem";
import { z } from "zod";
import { type Rpc, RpcError } from "./rpc.ts";

const hex = z
  .string()
  .regex(/^0x[0-9a-fA-F]*$/)
  .transform((text) => text.toLowerCase() as Hex);
const hash = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/)
  .transform((text) => text.toLowerCase() as Hex);
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => text.toLowerCase() as Address);
const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]+$/)
  .transform((text) => BigInt(text));
/** Block numbers, indices and times: far below 2^53. */
const count = quantity.transform((value, context) => {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  context.addIssue({ code: "custom", message: "above 2^53" });
  return z.NEVER;
});

const headerSchema = z.object({
  number: count,
  hash,
  parentHash: hash,
  timestamp: count,
  logsBloom: hex,
  baseFeePerGas: quantity.nullish(),
});
const logSchema = z.object({
  address,
  topics: z.array(hash),
  data: hex,
  blockNumber: count,
  blockHash: hash,
  transactionHash: hash,
  logIndex: count,
  removed: z.boolean().optional(),
});
const receiptSchema = z.object({
  transactionHash: hash,
  blockNumber: count,
  blockHash: hash,
  status: quantity,
  gasUsed: quantity,
});

/** A block's header; `timestamp` in UTC seconds. Hashes and addresses of all readings are lower-case. */
export type Header = z.output<typeof headerSchema>;
export type RawLog = z.output<typeof logSchema>;
export type Receipt = z.output<typeof receiptSchema>;
export type BlockRef = number | "latest" | "pending";
export type CallRequest = { from: Address; to: Address; data: Hex; value: bigint };
export type LogFilter = { addresses: readonly Address[]; topics: readonly Hex[] };

/** What the oracle asks of a node. Every method throws `RpcError`. */
export type ChainReader = {
  /** Null for a block the node does not have. */
  header(block: BlockRef): Promise<Header | null>;
  /** Logs of a range, both ends included, or of exactly one block by its hash (an error if the node does not have it). */
  logs(filter: LogFilter, range: { from: number; to: number } | { blockHash: Hex }): Promise<RawLog[]>;
  /** Number of transactions mined (`latest`), or with those waiting in the node's pool (`pending`). */
  transactionCount(account: Address, block: "latest" | "pending"): Promise<number>;
  receipt(transactionHash: Hex): Promise<Receipt | null>;
  balance(account: Address): Promise<bigint>;
  estimateGas(request: CallRequest): Promise<bigint>;
  call(request: CallRequest): Promise<Hex>;
  /** Null where the node does not suggest one. */
  priorityFee(): Promise<bigint | null>;
  sendRaw(raw: Hex): Promise<Hex>;
};

/** The node's methods over JSON-RPC, answers validated. */
export function createChainReader(rpc: Rpc): ChainReader {
  const block = (reference: BlockRef) => (typeof reference === "number" ? numberToHex(reference) : reference);
  const callParams = ({ from, to, data, value }: CallRequest) => ({ from, to, data, value: numberToHex(value) });
  return {
    header: (reference) => rpc.request("eth_getBlockByNumber", [block(reference), false], headerSchema.nullable()),
    async logs({ addresses, topics }, range) {
      const place =
        "blockHash" in range
          ? { blockHash: range.blockHash }
          : { fromBlock: numberToHex(range.from), toBlock: numberToHex(range.to) };
      return rpc.request("eth_getLogs", [{ address: addresses, topics: [topics], ...place }], z.array(logSchema));
    },
    transactionCount: (account, reference) => rpc.request("eth_getTransactionCount", [account, reference], count),
    receipt: (transactionHash) => rpc.request("eth_getTransactionReceipt", [transactionHash], receiptSchema.nullable()),
    balance: (account) => rpc.request("eth_getBalance", [account, "latest"], quantity),
    estimateGas: (request) => rpc.request("eth_estimateGas", [callParams(request), "latest"], quantity),
    call: (request) => rpc.request("eth_call", [callParams(request), "latest"], hex),
    async priorityFee() {
      try {
        return await rpc.request("eth_maxPriorityFeePerGas", [], quantity);
      } catch (error) {
        if (error instanceof RpcError && error.kind === "refused") return null;
        throw error;
      }
    },
    sendRaw: (raw) => rpc.request("eth_sendRawTransaction", [raw], hash),
  };
}
