import { decodeErrorResult, type Hex, size } from "viem";
import { type ContractError, decodeContractError } from "./contract-errors.ts";
import { stationRegistryAbi } from "./generated/index.ts";

/** What `StationRegistry.batch` takes at most. */
export const MAX_BATCH_CALLS = 512;

/**
 * Bytes of calls that go into one transaction everywhere: Arbitrum's sequencer takes 95,000 bytes, geth and the OP stack
 * 131,072. That many bytes of registrations stay far below the 16,777,216 gas of EIP-7825.
 */
export const MAX_BATCH_BYTES = 90_000;

/** A call's place in the array and its padding. */
const BYTES_BESIDE_A_CALL = 96;

/**
 * Divides calls of StationRegistry (`encodeFunctionData`) among transactions of `batch`, in their order, as many to each as
 * fit. A call that is too long for `maxBytes` gets a transaction of its own.
 */
export function toBatches(calls: readonly Hex[], maxBytes: number = MAX_BATCH_BYTES): Hex[][] {
  const batches: Hex[][] = [];
  let current: Hex[] = [];
  let bytes = 0;
  for (const call of calls) {
    const more = size(call) + BYTES_BESIDE_A_CALL;
    if (current.length > 0 && (bytes + more > maxBytes || current.length === MAX_BATCH_CALLS)) {
      batches.push(current);
      current = [];
      bytes = 0;
    }
    current.push(call);
    bytes += more;
  }
  if (current.length > 0) batches.push(current);
  return batches;
}

/** Which call of a batch was refused, and why. */
export interface BatchRefusal {
  /** Among the calls of that transaction. */
  readonly index: number;
  /** Undefined when the call was no call of the contract. */
  readonly reason: ContractError | undefined;
}

/** Reads the revert data of `batch`; undefined when it is something else, as when the batch itself was too long. */
export function decodeBatchRefusal(data: Hex): BatchRefusal | undefined {
  if (decodeContractError(data)?.name !== "BatchCallRefused") return undefined;
  const { args } = decodeErrorResult({ abi: stationRegistryAbi, data });
  const [index, reason] = args as readonly [bigint, Hex];
  return { index: Number(index), reason: decodeContractError(reason) };
}
