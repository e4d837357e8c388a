import { decodeErrorResult, type Hex } from "viem";
import { chargingSessionsAbi, oracleRegistryAbi, stationRegistryAbi, testCurrencyAbi } from "./generated/index.ts";

/**
 * Every error that a call to the network can revert with. A call passes on the errors of the contracts it calls
 * (`ChargingSessions.activateOffer` those of the registry), so one contract's ABI is not enough to read them: added to an
 * ABI, this makes viem name them.
 */
export const contractErrorsAbi = [
  ...chargingSessionsAbi,
  ...stationRegistryAbi,
  ...oracleRegistryAbi,
  ...testCurrencyAbi,
].filter((entry) => entry.type === "error");

/** A revert in the contracts' own words. */
export interface ContractError {
  /** `EvseBusy`, `OfferNotActive` … or Solidity's `Error` and `Panic`. */
  readonly name: string;
  /** In the order of the error's definition. */
  readonly args: readonly unknown[];
}

/** Reads a revert's data; undefined when it is empty or no error of the network. */
export function decodeContractError(data: Hex): ContractError | undefined {
  try {
    const { errorName, args } = decodeErrorResult({ abi: contractErrorsAbi, data });
    return { name: errorName, args: args ?? [] };
  } catch {
    return undefined;
  }
}
