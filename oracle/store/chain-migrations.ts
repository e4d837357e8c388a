import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/** What the log cursor and the transaction outbox keep beside the tables of `0001_initial`. */
export const chainMigrations: Readonly<Record<string, Migration>> = {
  "0002_chain_events": {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .createTable("chain_events")
        .addColumn("event_id", "text", (c) => c.primaryKey())
        .addColumn("type", "text", (c) => c.notNull())
        .addColumn("session_id", "text", (c) => c.notNull())
        .addColumn("block_number", "bigint", (c) => c.notNull())
        .addColumn("block_hash", "text", (c) => c.notNull())
        .addColumn("block_timestamp_seconds", "bigint", (c) => c.notNull())
        .addColumn("transaction_hash", "text", (c) => c.notNull())
        .addColumn("log_index", "integer", (c) => c.notNull())
        .execute();
      await db.schema
        .createIndex("chain_events_by_block")
        .on("chain_events")
        .columns(["block_number", "log_index"])
        .execute();
      await db.schema
        .alterTable("log_cursor")
        .addColumn("reorgs", "integer", (c) => c.notNull().defaultTo(sql`0`))
        .execute();
      await db.schema.alterTable("transactions").addColumn("refused_at_block", "bigint").execute();
      await db.schema
        .alterTable("transactions")
        .addColumn("reverts", "integer", (c) => c.notNull().defaultTo(sql`0`))
        .execute();
    },
  },
};
