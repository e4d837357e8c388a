import { Kysely, type Transaction } from "kysely";
import { Migrator } from "kysely/migration";
import { migrations } from "./migrations.ts";
import { nodeSqliteDialect, openSqliteDatabase } from "./node-sqlite.ts";
import type { Database } from "./schema.ts";

/** Inside `store.transaction`, use only the handle it gives: the store has one connection, `db` would wait for itself. */
export type StoreTransaction = Transaction<Database>;
/** What a query needs, inside or outside a transaction. */
export type StoreHandle = Kysely<Database> | StoreTransaction;

export type Store = {
  db: Kysely<Database>;
  /** Runs `body` in one transaction: durable when it resolves, nothing of it when it rejects. */
  transaction<T>(body: (transaction: StoreTransaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export type StoreOptions = {
  /** File path, or ":memory:" for tests. */
  path: string;
};

/** The database is newer than this program, or a migration failed: nothing may run on it. */
export class MigrationError extends Error {
  constructor(message: string, cause: unknown) {
    super(`store: migration failed: ${message}`, { cause });
    this.name = "MigrationError";
  }
}

/**
 * Opens the oracle's database and brings its schema up to date.
 * @throws MigrationError when a migration fails or the file was written by a newer release.
 */
export async function createStore(options: StoreOptions): Promise<Store> {
  const db = new Kysely<Database>({ dialect: nodeSqliteDialect(openSqliteDatabase(options.path)) });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await db.destroy();
    throw new MigrationError(error instanceof Error ? error.message : String(error), error);
  }
  return {
    db,
    transaction: (body) => db.transaction().execute(body),
    close: () => db.destroy(),
  };
}
