import { chargingSessionsAbi, oracleRegistryAbi, stationRegistryAbi, testCurrencyAbi } from "@openjoule/sdk";
import { type AbiFunction, decodeFunctionData, type Hex } from "viem";

/** A call in the contracts' own words. */
export interface Described {
  readonly functionName: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** Calls inside a `multicall`. */
  readonly inner: readonly Described[];
}

const functions = [...chargingSessionsAbi, ...testCurrencyAbi, ...stationRegistryAbi, ...oracleRegistryAbi].filter(
  (entry): entry is Extract<typeof entry, { type: "function" }> => entry.type === "function",
);

/** What a transaction's data asks for; undefined when it is no call of the network's contracts. */
export function describeCall(data: Hex): Described | undefined {
  try {
    const { functionName, args = [] } = decodeFunctionData({ abi: functions, data });
    const definition = functions.find(({ name }) => name === functionName) as AbiFunction | undefined;
    if (functionName === "multicall") {
      const calls = args[0] as readonly Hex[];
      const inner = calls.flatMap((call) => describeCall(call) ?? []);
      return { functionName, fields: [], inner };
    }
    const fields = args.map((value, index) => ({
      name: definition?.inputs[index]?.name ?? String(index),
      value: describeValue(value),
    }));
    return { functionName, fields, inner: [] };
  } catch {
    return undefined;
  }
}

/** A value of a call or of typed data as text. */
export function describeValue(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? part.toString() : part), 1);
}
