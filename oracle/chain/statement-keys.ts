/** When each of our statement keys counted: a settlement is worth what OracleRegistry said of its keys at the session's opening. */
import { oracleRegistryAbi } from "@openjoule/sdk";
import type { Logger } from "pino";
import { type Address, decodeFunctionResult, encodeFunctionData, isAddressEqual, zeroAddress } from "viem";
import { z } from "zod";
import { readMeta, writeMeta } from "../store/meta.ts";
import type { Store } from "../store/store.ts";
import type { ChainReader } from "./reader.ts";

/** What OracleRegistry says of a key, times in UTC seconds; `retiredAt` is zero while it is in use. */
export type KeyRecord = { operator: Address; activeAt: number; retiredAt: number };

export type StatementKeys = {
  /** Takes up what the database has kept, so that a restart needs no node. */
  load(): Promise<void>;
  /** Asks the chain about all keys anew. @throws RpcError */
  refresh(): Promise<void>;
  /** Whose key it is; null while that is not known. */
  operatorOf(key: Address): Address | null;
  /** Whether ChargingSessions takes the key for this operator's in a session opened at that time, UTC seconds, as far as is known. */
  wasActive(key: Address, operator: Address, atSeconds: number): boolean;
  /** Asks the chain anew; null when every operator has a key for the sessions of now, else the reason. */
  check(): Promise<string | null>;
};

export type StatementKeysOptions = {
  store: Store;
  reader: ChainReader;
  oracleRegistry: Address;
  keys: readonly Address[];
  logger: Logger;
};

const recordSchema = z.object({
  operator: z.string().transform((text) => text as Address),
  activeAt: z.number(),
  retiredAt: z.number(),
});

/** Remembers what OracleRegistry said of the keys. It is asked again before sessions are taken up, and by readiness. */
export function createStatementKeys({
  store,
  reader,
  oracleRegistry,
  keys,
  logger,
}: StatementKeysOptions): StatementKeys {
  const known = new Map<Address, KeyRecord>();
  const nameOf = (key: Address) => `statementKey:${key.toLowerCase()}`;

  async function read(key: Address): Promise<KeyRecord> {
    const call = { abi: oracleRegistryAbi, functionName: "key", args: [key] } as const;
    const request = { from: zeroAddress, to: oracleRegistry, data: encodeFunctionData(call), value: 0n };
    const record = decodeFunctionResult({ ...call, data: await reader.call(request) });
    const before = known.get(key);
    known.set(key, record);
    if (JSON.stringify(record) === JSON.stringify(before)) return record;
    await writeMeta(store.db, nameOf(key), JSON.stringify(record));
    if (record.retiredAt !== 0) {
      logger.warn({ key, ...record }, "a statement key is retired: it signs for sessions opened before only");
    }
    return record;
  }

  return {
    async load() {
      for (const key of keys) {
        const kept = await readMeta(store.db, nameOf(key));
        if (kept !== undefined) known.set(key, recordSchema.parse(JSON.parse(kept)));
      }
    },
    async refresh() {
      await Promise.all(keys.map(read));
    },
    operatorOf(key) {
      const { operator = zeroAddress } = known.get(key) ?? {};
      return operator === zeroAddress ? null : operator;
    },
    wasActive(key, operator, atSeconds) {
      const record = known.get(key);
      if (record === undefined || !isAddressEqual(record.operator, operator)) return false;
      return record.activeAt <= atSeconds && (record.retiredAt === 0 || record.retiredAt > atSeconds);
    },
    async check() {
      if (keys.length === 0) return "there is no statement key";
      const records = await Promise.all(keys.map(async (key) => ({ key, ...(await read(key)) })));
      const stranger = records.find(({ operator }) => operator === zeroAddress);
      if (stranger !== undefined) return `the statement key ${stranger.key} is not registered with OracleRegistry`;
      const inUse = new Set(records.filter(({ retiredAt }) => retiredAt === 0).map(({ operator }) => operator));
      const retired = records.filter(({ operator }) => !inUse.has(operator));
      if (retired.length === 0) return null;
      const each = retired.map(({ key, operator, retiredAt }) => `${key} of ${operator} was retired at ${retiredAt}`);
      return `the statement key ${each.join(", ")}: sessions opened since are not served with it`;
    },
  };
}
