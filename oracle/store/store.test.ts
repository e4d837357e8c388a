import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decodeJson, encodeJson } from "./json.ts";
import { createStore, MigrationError } from "./store.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "openjoule-store-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const cursor = (id: string, blockNumber = 1) => ({
  id,
  block_number: blockNumber,
  block_hash: "0x00",
  updated_at_ms: 0,
});

describe("store", () => {
  test("writes ahead and syncs every commit", async () => {
    const store = await createStore({ path: join(folder, "o.db") });
    const journal = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(store.db);
    const synchronous = await sql<{ synchronous: number }>`pragma synchronous`.execute(store.db);
    expect(journal.rows[0]?.journal_mode).toBe("wal");
    expect(synchronous.rows[0]?.synchronous).toBe(2);
    await store.close();
  });

  test("a transaction that rejects leaves nothing, and the store goes on", async () => {
    const store = await createStore({ path: join(folder, "o.db") });
    const failing = store.transaction(async (trx) => {
      await trx.insertInto("log_cursor").values(cursor("a")).execute();
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await store.transaction((trx) => trx.insertInto("log_cursor").values(cursor("b")).execute());
    expect(await store.db.selectFrom("log_cursor").select("id").execute()).toEqual([{ id: "b" }]);
    await store.close();
  });

  test("transactions started at once run one after the other", async () => {
    const store = await createStore({ path: join(folder, "o.db") });
    await store.db.insertInto("log_cursor").values(cursor("n", 0)).execute();
    await Promise.all(
      Array.from({ length: 20 }, () =>
        store.transaction(async (trx) => {
          const { block_number } = await trx.selectFrom("log_cursor").select("block_number").executeTakeFirstOrThrow();
          await trx
            .updateTable("log_cursor")
            .set({ block_number: block_number + 1 })
            .execute();
        }),
      ),
    );
    const row = await store.db.selectFrom("log_cursor").select("block_number").executeTakeFirstOrThrow();
    expect(row.block_number).toBe(20);
    await store.close();
  });

  test("one nonce of one signer has one row; rows without a nonce do not collide", async () => {
    const store = await createStore({ path: join(folder, "o.db") });
    const row = (id: string, nonce: number | null) => ({
      id,
      kind: "settle",
      session_id: null,
      to: "0x00",
      data: "0x",
      value: "0",
      state: "pending" as const,
      signer: nonce === null ? null : "0x01",
      nonce,
      attempts: "[]",
      hash: null,
      block_number: null,
      block_hash: null,
      error: null,
      due_at_ms: 0,
      created_at_ms: 0,
      updated_at_ms: 0,
    });
    await store.db
      .insertInto("transactions")
      .values([row("a", null), row("b", null), row("c", 7)])
      .execute();
    await expect(store.db.insertInto("transactions").values(row("d", 7)).execute()).rejects.toThrow(/UNIQUE/);
    await store.close();
  });

  test("a file written by a newer release is refused", async () => {
    const path = join(folder, "o.db");
    const store = await createStore({ path });
    await sql`insert into kysely_migration values ('9999_future', 'later')`.execute(store.db);
    await store.close();
    await expect(createStore({ path })).rejects.toThrow(MigrationError);
  });

  test("what was committed survives kill -9, what was not is gone", async () => {
    const path = join(folder, "o.db");
    const program = `
      const { createStore } = await import(${JSON.stringify(new URL("./store.ts", import.meta.url).href)});
      const store = await createStore({ path: ${JSON.stringify(path)} });
      const cursor = (id) => ({ id, block_number: 1, block_hash: "0x00", updated_at_ms: 0 });
      await store.transaction((trx) => trx.insertInto("log_cursor").values(cursor("kept")).execute());
      await store.transaction(async (trx) => {
        await trx.insertInto("log_cursor").values(cursor("lost")).execute();
        process.kill(process.pid, "SIGKILL");
        await new Promise(() => {});
      });`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: "ignore" });
    const signal = await new Promise((resolve) => child.once("exit", (_code, name) => resolve(name)));
    expect(signal).toBe("SIGKILL");
    const store = await createStore({ path });
    expect(await store.db.selectFrom("log_cursor").select("id").execute()).toEqual([{ id: "kept" }]);
    await store.close();
  });
});

test("JSON keeps bigints at any depth", () => {
  const value = { a: 2n ** 255n, b: [{ c: -1n }], d: "12", e: null };
  expect(decodeJson(encodeJson(value))).toEqual(value);
});
