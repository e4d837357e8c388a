import { type ColumnDefinitionBuilder, type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { chainMigrations } from "./chain-migrations.ts";

/**
 * Every change of the schema, in order, by name. A migration that has been released is never edited: a new one follows it.
 * Integers that may pass 31 bits are `bigint`, which SQLite takes as an integer and PostgreSQL as 64 bits.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001_initial": {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .createTable("inbox")
        .addColumn("event_id", "text", (c) => c.primaryKey())
        .addColumn("source", "text", (c) => c.notNull())
        .addColumn("device_id", "text")
        .addColumn("received_at_ms", "bigint", (c) => c.notNull())
        .addColumn("payload", "text", (c) => c.notNull())
        .addColumn("reply", "text", (c) => c.notNull())
        .execute();

      await db.schema
        .createTable("devices")
        .addColumn("device_id", "text", (c) => c.primaryKey())
        .addColumn("password_hash", "text")
        .addColumn("created_at_ms", "bigint", (c) => c.notNull())
        .addColumn("updated_at_ms", "bigint", (c) => c.notNull())
        .execute();

      await db.schema
        .createTable("device_connectors")
        .addColumn("device_id", "text", (c) => c.notNull().references("devices.device_id"))
        .addColumn("connector_id", "integer", (c) => c.notNull())
        .addColumn("evse_key", "text", (c) => c.notNull().unique())
        .addColumn("status", "text")
        .addColumn("error_code", "text")
        .addColumn("status_at_ms", "bigint")
        .addPrimaryKeyConstraint("device_connectors_pk", ["device_id", "connector_id"])
        .execute();

      await db.schema
        .createTable("device_transactions")
        .addColumn("number", "integer", (c) => c.primaryKey().autoIncrement())
        .addColumn("device_id", "text", (c) => c.notNull())
        .addColumn("transaction_id", "text", (c) => c.notNull())
        .addColumn("start_key", "text", (c) => c.notNull())
        .addColumn("connector_id", "integer")
        .addColumn("session_id", "text")
        .addColumn("started_at_ms", "bigint", (c) => c.notNull())
        .addColumn("stopped_at_ms", "bigint")
        .addUniqueConstraint("device_transactions_start", ["device_id", "start_key"])
        .execute();
      await db.schema
        .createIndex("device_transactions_by_id")
        .on("device_transactions")
        .columns(["device_id", "transaction_id"])
        .execute();

      await db.schema
        .createTable("sessions")
        .addColumn("session_id", "text", (c) => c.primaryKey())
        .addColumn("evse_key", "text", (c) => c.notNull())
        .addColumn("device_id", "text")
        .addColumn("connector_id", "integer")
        .addColumn("phase", "text", (c) => c.notNull())
        .addColumn("active", "integer", (c) => c.notNull())
        .addColumn("state", "text", (c) => c.notNull())
        .addColumn("version", "integer", (c) => c.notNull())
        .addColumn("due_at_ms", "bigint")
        .addColumn("halted", "text")
        .addColumn("updated_at_ms", "bigint", (c) => c.notNull())
        .addColumn("trace_id", "text", (c) => c.notNull())
        .execute();
      await db.schema.createIndex("sessions_due").on("sessions").columns(["due_at_ms"]).execute();
      await db.schema.createIndex("sessions_by_device").on("sessions").columns(["device_id", "active"]).execute();
      await db.schema.createIndex("sessions_by_evse").on("sessions").columns(["evse_key", "active"]).execute();

      await db.schema
        .createTable("statements")
        .addColumn("session_id", "text", (c) => c.notNull())
        .addColumn("sequence", "integer", (c) => c.notNull())
        .addColumn("statement_hash", "text", (c) => c.notNull())
        .addColumn("statement", "text", (c) => c.notNull())
        .addColumn("final", "integer", (c) => c.notNull())
        .addColumn("cost", "text", (c) => c.notNull())
        .addColumn("created_at_ms", "bigint", (c) => c.notNull())
        .addColumn("signed_at_ms", "bigint")
        .addPrimaryKeyConstraint("statements_pk", ["session_id", "sequence"])
        .execute();
      await db.schema.createIndex("statements_unsigned").on("statements").columns(["signed_at_ms"]).execute();

      await db.schema
        .createTable("statement_signatures")
        .addColumn("session_id", "text", (c) => c.notNull())
        .addColumn("sequence", "integer", (c) => c.notNull())
        .addColumn("key", "text", (c) => c.notNull())
        .addColumn("operator", "text", (c) => c.notNull())
        .addColumn("signature", "text", (c) => c.notNull())
        .addColumn("created_at_ms", "bigint", (c) => c.notNull())
        .addPrimaryKeyConstraint("statement_signatures_pk", ["session_id", "sequence", "key"])
        .addForeignKeyConstraint("statement_signatures_of", ["session_id", "sequence"], "statements", [
          "session_id",
          "sequence",
        ])
        .execute();

      await db.schema
        .createTable("commands")
        .addColumn("command_id", "text", (c) => c.primaryKey())
        .addColumn("device_id", "text", (c) => c.notNull())
        .addColumn("session_id", "text")
        .addColumn("kind", "text", (c) => c.notNull())
        .addColumn("payload", "text", (c) => c.notNull())
        .addColumn("state", "text", (c) => c.notNull())
        .addColumn("attempts", "integer", (c) => c.notNull())
        .addColumn("due_at_ms", "bigint", (c) => c.notNull())
        .addColumn("expires_at_ms", "bigint", (c) => c.notNull())
        .addColumn("outcome", "text")
        .addColumn("detail", "text")
        .addColumn("created_at_ms", "bigint", (c) => c.notNull())
        .addColumn("updated_at_ms", "bigint", (c) => c.notNull())
        .execute();
      await db.schema.createIndex("commands_due").on("commands").columns(["state", "due_at_ms"]).execute();

      await db.schema
        .createTable("transactions")
        .addColumn("id", "text", (c) => c.primaryKey())
        .addColumn("kind", "text", (c) => c.notNull())
        .addColumn("session_id", "text")
        .addColumn("to", "text", (c) => c.notNull())
        .addColumn("data", "text", (c) => c.notNull())
        .addColumn("value", "text", (c) => c.notNull())
        .addColumn("state", "text", (c) => c.notNull())
        .addColumn("signer", "text")
        .addColumn("nonce", "integer")
        .addColumn("attempts", "text", (c) => c.notNull())
        .addColumn("hash", "text")
        .addColumn("block_number", "bigint")
        .addColumn("block_hash", "text")
        .addColumn("error", "text")
        .addColumn("due_at_ms", "bigint", (c) => c.notNull())
        .addColumn("created_at_ms", "bigint", (c) => c.notNull())
        .addColumn("updated_at_ms", "bigint", (c) => c.notNull())
        // Rows without a nonce do not collide: null is unlike null in a unique index.
        .addUniqueConstraint("transactions_nonce", ["signer", "nonce"])
        .execute();
      await db.schema.createIndex("transactions_due").on("transactions").columns(["state", "due_at_ms"]).execute();

      await db.schema
        .createTable("log_cursor")
        .addColumn("id", "text", (c) => c.primaryKey())
        .addColumn("block_number", "bigint", (c) => c.notNull())
        .addColumn("block_hash", "text", (c) => c.notNull())
        .addColumn("updated_at_ms", "bigint", (c) => c.notNull())
        .execute();

      await db.schema
        .createTable("blocks")
        .addColumn("number", "bigint", (c) => c.primaryKey())
        .addColumn("hash", "text", (c) => c.notNull())
        .addColumn("parent_hash", "text", (c) => c.notNull())
        .addColumn("timestamp_seconds", "bigint", (c) => c.notNull())
        .execute();

      await db.schema
        .createTable("contents")
        .addColumn("hash", "text", (c) => c.primaryKey())
        .addColumn("kind", "text", (c) => c.notNull())
        .addColumn("content", "text", (c) => c.notNull())
        .addColumn("block_number", "bigint", (c) => c.notNull())
        .execute();

      await db.schema
        .createTable("evidence")
        .addColumn("event_id", "text", (c) => c.primaryKey())
        .addColumn("device_id", "text", (c) => c.notNull())
        .addColumn("session_id", "text")
        .addColumn("flags", "text", (c) => c.notNull())
        .addColumn("raw", "text", (c) => c.notNull())
        .addColumn("quarantined", "integer", (c) => c.notNull())
        .addColumn("received_at_ms", "bigint", (c) => c.notNull())
        .execute();
      await db.schema.createIndex("evidence_by_session").on("evidence").columns(["session_id"]).execute();

      await db.schema
        .createTable("meta")
        .addColumn("key", "text", (c) => c.primaryKey())
        .addColumn("value", "text", (c) => c.notNull())
        .execute();
    },
  },
  ...chainMigrations,
  "0003_statement_order": {
    async up(db: Kysely<unknown>): Promise<void> {
      // Statements of before have no place: they count as older than all others.
      await db.schema
        .alterTable("statements")
        .addColumn("number", "bigint", (c) => c.notNull().defaultTo(sql`0`))
        .execute();
      await db.schema.createIndex("statements_in_order").on("statements").columns(["number"]).execute();
    },
  },
  "0004_put_off": {
    async up(db: Kysely<unknown>): Promise<void> {
      const none = (c: ColumnDefinitionBuilder) => c.notNull().defaultTo(sql`0`);
      await db.schema.alterTable("statements").addColumn("due_at_ms", "bigint", none).execute();
      await db.schema.alterTable("statements").addColumn("failures", "integer", none).execute();
      await db.schema.alterTable("sessions").addColumn("failures", "integer", none).execute();
      await db.schema.dropIndex("statements_unsigned").execute();
      await db.schema
        .createIndex("statements_unsigned")
        .on("statements")
        .columns(["signed_at_ms", "due_at_ms"])
        .execute();
    },
  },
  "0005_retention": {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .alterTable("sessions")
        .addColumn("cleared", "integer", (c) => c.notNull().defaultTo(sql`0`))
        .execute();
      await db.schema.createIndex("sessions_by_age").on("sessions").columns(["cleared", "updated_at_ms"]).execute();
      await db.schema.createIndex("chain_events_by_session").on("chain_events").columns(["session_id"]).execute();
      await db.schema.createIndex("commands_by_session").on("commands").columns(["session_id"]).execute();
      await db.schema.dropIndex("evidence_by_session").execute();
      await db.schema
        .createIndex("evidence_by_session")
        .on("evidence")
        .columns(["session_id", "received_at_ms"])
        .execute();
      await db.schema.createIndex("inbox_by_age").on("inbox").columns(["received_at_ms"]).execute();
    },
  },
  "0006_station_commands": {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema.alterTable("commands").addColumn("answer", "text").execute();
      await db.schema
        .createIndex("commands_by_device")
        .on("commands")
        .columns(["device_id", "created_at_ms"])
        .execute();
      await db.schema
        .createTable("device_reports")
        .addColumn("number", "integer", (c) => c.primaryKey().autoIncrement())
        .addColumn("device_id", "text", (c) => c.notNull())
        .addColumn("kind", "text", (c) => c.notNull())
        .addColumn("status", "text", (c) => c.notNull())
        .addColumn("request_id", "bigint")
        .addColumn("detail", "text")
        .addColumn("timestamp_seconds", "bigint")
        .addColumn("command_id", "text")
        .addColumn("received_at_ms", "bigint", (c) => c.notNull())
        .execute();
      await db.schema
        .createIndex("device_reports_by_device")
        .on("device_reports")
        .columns(["device_id", "number"])
        .execute();
      await db.schema.createIndex("device_reports_by_command").on("device_reports").columns(["command_id"]).execute();
      await db.schema.createIndex("device_reports_by_age").on("device_reports").columns(["received_at_ms"]).execute();
    },
  },
};
