import { PeriodKind, type Statement, StopReason } from "@openjoule/sdk";
import type { Hex } from "viem";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EquivocationError, reserveStatement } from "./equivocation.ts";
import { createStore, type Store } from "./store.ts";

const sessionId: Hex = `0x${"11".repeat(32)}`;
const zero: Hex = `0x${"00".repeat(32)}`;
const digest = (byte: string): Hex => `0x${byte.repeat(32)}`;

let store: Store;
beforeEach(async () => {
  store = await createStore({ path: ":memory:" });
});
afterEach(() => store.close());

function statement(sequence: number, energyWh: number, stopReason: StopReason = StopReason.None): Statement {
  const periods = [{ kind: PeriodKind.Charging, start: 1_000, seconds: 60, energyWh }];
  return { sequence, stopReason, waived: 0n, evidence: zero, periods };
}

function reserve(given: Statement, hash: Hex, id: Hex = sessionId): Promise<boolean> {
  return store.transaction((transaction) =>
    reserveStatement(transaction, { sessionId: id, digest: hash, statement: given, cost: 5n, nowMs: 1 }),
  );
}

const rows = () => store.db.selectFrom("statements").select(["sequence", "statement_hash"]).execute();

describe("anti-equivocation table", () => {
  test("a chain of extensions is written down, a repetition changes nothing", async () => {
    expect(await reserve(statement(1, 100), digest("01"))).toBe(true);
    expect(await reserve(statement(1, 100), digest("01"))).toBe(false);
    expect(await reserve(statement(2, 150), digest("02"))).toBe(true);
    expect(await reserve(statement(3, 150, StopReason.Local), digest("03"))).toBe(true);
    expect(await reserve(statement(1, 100), digest("01"))).toBe(false);
    expect(await rows()).toHaveLength(3);
  });

  test("a second hash for a session and sequence is refused and leaves nothing", async () => {
    await reserve(statement(1, 100), digest("01"));
    const error = await reserve(statement(1, 101), digest("02")).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EquivocationError);
    expect(error).toMatchObject({ code: "secondHash", sessionId, sequence: 1 });
    expect(await rows()).toEqual([{ sequence: 1, statement_hash: digest("01") }]);
  });

  test("what does not extend the last one is refused: less energy, a lower sequence, anything after a final one", async () => {
    await reserve(statement(5, 100), digest("05"));
    await expect(reserve(statement(6, 99), digest("06"))).rejects.toMatchObject({ code: "notAnExtension" });
    await expect(reserve(statement(4, 200), digest("04"))).rejects.toMatchObject({ code: "notAnExtension" });
    await reserve(statement(6, 100, StopReason.Local), digest("06"));
    await expect(reserve(statement(7, 200), digest("07"))).rejects.toMatchObject({ code: "notAnExtension" });
    expect(await rows()).toHaveLength(2);
  });

  test("sessions do not concern each other", async () => {
    await reserve(statement(1, 100), digest("01"));
    expect(await reserve(statement(1, 999), digest("02"), digest("22"))).toBe(true);
  });

  test("two at once: one wins", async () => {
    const results = await Promise.allSettled([
      reserve(statement(1, 100), digest("01")),
      reserve(statement(1, 101), digest("02")),
    ]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await rows()).toHaveLength(1);
  });
});
