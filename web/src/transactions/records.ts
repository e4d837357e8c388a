import type { MessageDescriptor } from "@lingui/core";
import type { Hex } from "viem";
import type { Intent } from "./follow.ts";

/** What outlives the page: a transaction that the wallet was asked to send. `hash` once it answered. */
export interface TransactionRecord {
  readonly key: string;
  readonly title: MessageDescriptor;
  /** How many signatures were asked for before. */
  readonly signatures: number;
  readonly intent: Intent;
  readonly hash: Hex | undefined;
}

export interface Records {
  all(): readonly TransactionRecord[];
  put(record: TransactionRecord): void;
  remove(key: string): void;
}

/** After a day nobody waits any more. */
const KEPT_SECONDS = 86_400;

/** The unfinished transactions of one chain, in the browser's storage; without storage they end with the page. */
export function createRecords(
  storage: Pick<Storage, "getItem" | "setItem">,
  chainId: number,
  now: () => number,
): Records {
  const place = `openjoule.transactions.${chainId}`;
  let records: readonly (TransactionRecord & { at: number })[] = read();

  function read() {
    try {
      const kept: unknown = JSON.parse(storage.getItem(place) ?? "[]", revive);
      return Array.isArray(kept) ? kept.filter(isRecord).filter(({ at }) => now() / 1000 - at < KEPT_SECONDS) : [];
    } catch {
      return [];
    }
  }
  function write(next: typeof records) {
    records = next;
    try {
      storage.setItem(place, JSON.stringify(next, replace));
    } catch {
      // No storage: a reload forgets, the chain does not.
    }
  }
  return {
    all: () => records,
    put: (record) =>
      write([...records.filter(({ key }) => key !== record.key), { ...record, at: Math.floor(now() / 1000) }]),
    remove: (key) => write(records.filter((record) => record.key !== key)),
  };
}

const replace = (_name: string, value: unknown) => (typeof value === "bigint" ? { $bigint: value.toString() } : value);
const revive = (_name: string, value: unknown) =>
  typeof value === "object" && value !== null && "$bigint" in value ? BigInt(String(value.$bigint)) : value;

const isHex = (value: unknown): value is Hex => typeof value === "string" && /^0x[0-9a-fA-F]*$/.test(value);
const isAddress = (value: unknown): boolean => isHex(value) && value.length === 42;

/** What is read back is what this version of the app wrote, or it is left alone. */
function isRecord(value: unknown): value is TransactionRecord & { at: number } {
  const { key, title, signatures, intent, hash, at } = (value ?? {}) as Partial<TransactionRecord & { at: number }>;
  return (
    typeof key === "string" &&
    typeof title?.id === "string" &&
    typeof signatures === "number" &&
    typeof at === "number" &&
    (hash === undefined || isHex(hash)) &&
    typeof intent?.nonce === "number" &&
    typeof intent.block === "bigint" &&
    isAddress(intent.from) &&
    isAddress(intent.call?.to) &&
    isHex(intent.call.data)
  );
}
