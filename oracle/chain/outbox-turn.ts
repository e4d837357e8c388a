import type { Address } from "viem";
import type { FeeMarket } from "./fees.ts";
import type { ChainReader, Header } from "./reader.ts";

/** What the chain says in one turn of the outbox; asked when first needed, once. */
export type Turn = {
  head: Header;
  /** Transactions of an account in the chain. */
  minedCount(account: Address): Promise<number>;
  /** Transactions of the gas key in the chain and in the node's pool. */
  pendingCount(): Promise<number>;
  market(): Promise<FeeMarket>;
  /** Of the gas key, wei. */
  balance(): Promise<bigint>;
};

/** Blocks of this chain have no base fee: EIP-1559 transactions cannot be priced. */
export class NoBaseFee extends Error {
  constructor(block: number) {
    super(`block ${block} has no baseFeePerGas, expected a chain with EIP-1559`);
    this.name = "NoBaseFee";
  }
}

/** Where a node suggests no tip. */
const DEFAULT_TIP = 1_000_000_000n;

/** @throws RpcError when the node has no head; the methods throw `RpcError` and `NoBaseFee`. */
export async function startTurn(reader: ChainReader, self: Address, readBalance: () => Promise<bigint>): Promise<Turn> {
  const head = await reader.header("latest");
  if (head === null) throw new Error("the node has no newest block");
  const counts = new Map<Address, Promise<number>>();
  let pending: Promise<number> | undefined;
  let market: Promise<FeeMarket> | undefined;
  let balance: Promise<bigint> | undefined;
  const readMarket = async (): Promise<FeeMarket> => {
    if (head.baseFeePerGas == null) throw new NoBaseFee(head.number);
    return { baseFeePerGas: head.baseFeePerGas, priorityFeePerGas: (await reader.priorityFee()) ?? DEFAULT_TIP };
  };
  return {
    head,
    minedCount(account) {
      const count = counts.get(account) ?? reader.transactionCount(account, "latest");
      counts.set(account, count);
      return count;
    },
    pendingCount() {
      pending ??= reader.transactionCount(self, "pending");
      return pending;
    },
    market() {
      market ??= readMarket();
      return market;
    },
    balance() {
      balance ??= readBalance();
      return balance;
    },
  };
}
