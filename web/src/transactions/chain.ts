import type { Address, Hex } from "viem";
import type { AppConfig } from "#config";
import type { WalletCall } from "#wallet";
import type { Mined } from "./machine.ts";

/** A transaction as a block or the pool holds it. */
export interface SeenTransaction {
  readonly hash: Hex;
  readonly from: Address;
  readonly to: Address | null;
  readonly nonce: number;
  readonly value: bigint;
  readonly input: Hex;
}

/** What following a transaction needs of the chain. Everything throws when the node does not answer. */
export interface TransactionChain {
  /** Runs a call on the newest state without sending it; throws with the revert's data. */
  simulate(from: Address, call: WalletCall, blockNumber?: bigint): Promise<void>;
  blockNumber(): Promise<bigint>;
  /** The nonce of an account's next transaction, by what is mined or with what is waiting. */
  nextNonce(from: Address, by: "mined" | "waiting"): Promise<number>;
  /** Undefined while it is not mined. */
  receipt(hash: Hex): Promise<(Mined & { readonly succeeded: boolean }) | undefined>;
  /** Undefined when the node does not know it (any more). */
  transaction(hash: Hex): Promise<SeenTransaction | undefined>;
  transactionsOf(blockNumber: bigint): Promise<readonly SeenTransaction[]>;
}

/** The chain through viem; loaded when the first write begins. */
export async function createTransactionChain(config: AppConfig): Promise<TransactionChain> {
  const { chainClient } = await import("./viem-chain.ts");
  return chainClient(config);
}
