import { describe, expect, it } from "vitest";
import { createRecords, type TransactionRecord } from "./records.ts";

const record: TransactionRecord = {
  key: "open:1",
  title: { id: "abc", message: "Pay {amount}", values: { amount: "20.00 tEUR" } },
  signatures: 1,
  intent: {
    from: `0x${"aa".repeat(20)}`,
    call: { to: `0x${"bb".repeat(20)}`, data: "0x12345678", value: 1n },
    nonce: 3,
    block: 1_000n,
  },
  hash: undefined,
};
const start = 1_800_000_000_000;

function memory(content: Record<string, string> = {}) {
  const kept = new Map(Object.entries(content));
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

describe("records of unfinished transactions", () => {
  it("outlive the page, big numbers included", () => {
    const storage = memory();
    createRecords(storage, 1, () => start).put(record);
    const [again] = createRecords(storage, 1, () => start + 1000).all();
    expect(again).toEqual({ ...record, at: start / 1000 });
  });

  it("hold one for each key, the last", () => {
    const records = createRecords(memory(), 1, () => start);
    records.put(record);
    records.put({ ...record, hash: "0x01" });
    expect(records.all().map(({ hash }) => hash)).toEqual(["0x01"]);
    records.remove(record.key);
    expect(records.all()).toEqual([]);
  });

  it("are those of one chain", () => {
    const storage = memory();
    createRecords(storage, 1, () => start).put(record);
    expect(createRecords(storage, 2, () => start).all()).toEqual([]);
  });

  it("are forgotten after a day", () => {
    const storage = memory();
    createRecords(storage, 1, () => start).put(record);
    expect(createRecords(storage, 1, () => start + 86_399_000).all()).toHaveLength(1);
    expect(createRecords(storage, 1, () => start + 86_400_000).all()).toEqual([]);
  });

  it.each([
    ["no JSON", "{"],
    ["no list", '{"key":"open:1"}'],
    ["entries of another version", '[{"key":"open:1","at":1800000000}, null, 3]'],
    ["a wrong number", '[{"key":"a","title":{"id":"b"},"intent":{"block":{"$bigint":"x"}}}]'],
  ])("begin anew when the storage holds %s", (_name, text) => {
    expect(createRecords(memory({ "openjoule.transactions.1": text }), 1, () => start).all()).toEqual([]);
  });

  it("work for this page when the storage refuses", () => {
    const refusing = {
      getItem: () => {
        throw new Error("denied");
      },
      setItem: () => {
        throw new Error("denied");
      },
    };
    const records = createRecords(refusing, 1, () => start);
    records.put(record);
    expect(records.all()).toHaveLength(1);
  });
});
