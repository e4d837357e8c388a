import { chargingSessionsAbi } from "@openjoule/sdk";
import { type Address, encodeFunctionData, type Hex } from "viem";

/** Takes `amount`, in base units, of a currency out of the ledger, to an account's wallet. */
export function withdrawCall(currency: bigint, amount: bigint, to: Address): Hex {
  return encodeFunctionData({ abi: chargingSessionsAbi, functionName: "withdraw", args: [currency, amount, to] });
}
