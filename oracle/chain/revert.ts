import { chargingSessionsAbi, oracleRegistryAbi, stationRegistryAbi } from "@openjoule/sdk";
import { decodeErrorResult, type Hex } from "viem";
import type { Simulation } from "./outbox-decide.ts";
import type { CallRequest, ChainReader } from "./reader.ts";
import { RpcError } from "./rpc.ts";

const isError = <Item extends { type: string }>(item: Item): item is Extract<Item, { type: "error" }> =>
  item.type === "error";
/** Every custom error that a call of ours can end in. */
const errorAbi = [
  ...chargingSessionsAbi.filter(isError),
  ...oracleRegistryAbi.filter(isError),
  ...stationRegistryAbi.filter(isError),
];

/**
 * The name of a revert and its text with arguments: `UnknownSession` and `UnknownSession(0x…)`. Reverts that are none of the
 * contracts' own are `Error`, `Panic`, or the bare selector.
 */
export function decodeRevert(data: Hex): { error: string; detail: string } {
  if (data === "0x") return { error: "Revert", detail: "reverted without data" };
  try {
    const { errorName, args } = decodeErrorResult({ abi: errorAbi, data });
    const values: readonly unknown[] = args ?? [];
    return { error: errorName, detail: `${errorName}(${values.map(String).join(", ")})` };
  } catch {
    const selector = data.slice(0, 10);
    return { error: selector, detail: `unknown revert ${selector}` };
  }
}

/**
 * Asks the node whether a transaction would succeed and with how much gas.
 * @throws RpcError when the node did not answer the question.
 */
export async function simulate(reader: ChainReader, request: CallRequest): Promise<Simulation> {
  try {
    return { ok: true, gas: await reader.estimateGas(request) };
  } catch (error) {
    if (!(error instanceof RpcError) || error.kind !== "refused") throw error;
    if (error.data !== null && error.data !== "0x") return { ok: false, ...decodeRevert(error.data) };
  }
  // Some nodes keep the revert's data to eth_call.
  try {
    await reader.call(request);
  } catch (error) {
    if (!(error instanceof RpcError) || error.kind !== "refused") throw error;
    if (error.data !== null) return { ok: false, ...decodeRevert(error.data) };
    return { ok: false, error: "Refused", detail: error.detail };
  }
  return { ok: false, error: "Refused", detail: "the node estimates no gas for a call that succeeds" };
}
