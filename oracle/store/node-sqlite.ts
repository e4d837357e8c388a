import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  type SqliteDialectConfig,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
} from "kysely";

/** Compiled statements kept per database; Kysely makes the same SQL text again and again. */
const CACHED_STATEMENTS = 256;

/**
 * Opens a database file for money: write-ahead log, every commit synced to disk (`synchronous=FULL` also in WAL mode, where
 * the default of some builds is NORMAL), foreign keys on, and a wait instead of an error while another process holds the lock.
 */
export function openSqliteDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: true });
  database.exec("pragma journal_mode = WAL; pragma synchronous = FULL;");
  return database;
}

/**
 * Kysely's own SQLite dialect over Node's built-in `node:sqlite`. Kysely serializes access to the one connection; transactions
 * begin `immediate`, so that a second process fails at the start of a transaction and not in its middle.
 */
export function nodeSqliteDialect(database: DatabaseSync): Dialect {
  const config: SqliteDialectConfig = { database: adaptDatabase(database) };
  return {
    createDriver: () => new ImmediateSqliteDriver(config),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }
}

function adaptDatabase(database: DatabaseSync): SqliteDatabase {
  const cache = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(sql) {
      let statement = cache.get(sql);
      if (statement === undefined) {
        statement = adaptStatement(database.prepare(sql));
      } else {
        cache.delete(sql);
      }
      cache.set(sql, statement);
      if (cache.size > CACHED_STATEMENTS) {
        const [oldest] = cache.keys();
        if (oldest !== undefined) cache.delete(oldest);
      }
      return statement;
    },
  };
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  // A statement that yields rows has columns; `insert ... returning` too.
  const reader = statement.columns().length > 0;
  return {
    reader,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])) as IterableIterator<unknown>,
  };
}
