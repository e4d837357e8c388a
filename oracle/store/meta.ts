import type { StoreHandle } from "./store.ts";

/** Head of the chain before which nothing may be signed for. */
export const FIRST_HEAD = "firstHead";

/** A single fact kept under a name, or undefined. */
export async function readMeta(db: StoreHandle, key: string): Promise<string | undefined> {
  const row = await db.selectFrom("meta").select("value").where("key", "=", key).executeTakeFirst();
  return row?.value;
}

/** Keeps a fact unless there is one already, and returns the one that stands. */
export async function keepMeta(db: StoreHandle, key: string, value: string): Promise<string> {
  await db
    .insertInto("meta")
    .values({ key, value })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
  return (await readMeta(db, key)) ?? value;
}

/** Keeps a fact, whatever was kept before. */
export async function writeMeta(db: StoreHandle, key: string, value: string): Promise<void> {
  await db
    .insertInto("meta")
    .values({ key, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
    .execute();
}

/** Forgets a fact, so that it is learnt anew. */
export async function forgetMeta(db: StoreHandle, key: string): Promise<void> {
  await db.deleteFrom("meta").where("key", "=", key).execute();
}
