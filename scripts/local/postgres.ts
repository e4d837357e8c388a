import { randomBytes } from "node:crypto";
import { chownSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { choosePort } from "./ports.ts";
import { type PostgresPrograms, preparePostgres } from "./postgres-programs.ts";
import type { Run } from "./run.ts";
import { type WaitOptions, waitFor } from "./wait.ts";

export interface PostgresOptions {
  run: Run;
  /** TCP port on loopback. Default: a free one. */
  port?: number;
  /** Folder with bin/, lib/ and share/. Default: the npm package's. */
  programs?: string;
  onProgress?: WaitOptions["onProgress"];
}

export interface Postgres {
  /** URL of the maintenance database, with user and password. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Creates an empty database (UTF8, C locale, the extensions that graph-node needs) and returns its URL. */
  createDatabase(name: string): Promise<string>;
  dropDatabase(name: string): Promise<void>;
  stop(): Promise<void>;
}

const user = "openjoule";

/** graph-node wants to find them, or to be allowed to create them. */
const extensions = ["pg_trgm", "btree_gist", "postgres_fdw", "pg_stat_statements"];

/**
 * Settings for data that nobody will miss. The databases hold the local network's index and the tests' rows: all of it
 * is made again from the chain at each start, so a write need not be on the disk before it counts as done.
 */
const settings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "256MB",
  // Small, as several may run at once on a developer's machine.
  shared_buffers: "64MB",
  max_connections: "100",
  // A container's /dev/shm is often only 64 MB.
  dynamic_shared_memory_type: "mmap",
  shared_preload_libraries: "pg_stat_statements",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "warning",
};

/**
 * Starts a throw-away PostgreSQL on 127.0.0.1: its data lives in a temporary folder that goes with it.
 *
 * @throws PortInUseError, MissingBinaryError, ProcessDiedError, TimedOutError
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { run } = options;
  const port = await choosePort(options.port, "PostgreSQL", "POSTGRES_PORT");
  const folder = run.temporaryFolder("postgres");
  try {
    const programs = await preparePostgres(run, folder, options.programs);
    const password = randomBytes(16).toString("hex");
    await initialize(run, programs, folder, password);
    const child = await run.start({
      name: "postgres",
      command: join(programs.bin, "postgres"),
      args: [
        ...["-D", join(folder, "data"), "-p", String(port)],
        // No socket file: whoever connects uses the port and the password.
        ...["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
        ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]),
      ],
      cwd: folder,
      ...programs.identity,
      // Fast shutdown: it does not wait for its clients to leave.
      stopSignal: "SIGINT",
      // Immediate shutdown, which still gives its shared memory back; SIGKILL would not.
      emergencySignal: "SIGQUIT",
      graceSeconds: 10,
    });
    const urlOf = (database: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
    const postgres: Postgres = {
      url: urlOf("postgres"),
      port,
      pid: child.pid,
      async createDatabase(name) {
        await query(urlOf("postgres"), `create database ${quoted(name)}`);
        return urlOf(name);
      },
      async dropDatabase(name) {
        await query(urlOf("postgres"), `drop database if exists ${quoted(name)} with (force)`);
      },
      async stop() {
        await child.stop();
        await run.removeTemporaryFolder(folder);
      },
    };
    try {
      await waitFor("PostgreSQL answers", () => query(postgres.url, "select 1"), {
        timeoutSeconds: 60,
        alive: [child],
        ...(options.onProgress && { onProgress: options.onProgress }),
      });
      for (const name of extensions) await query(urlOf("template1"), `create extension if not exists ${quoted(name)}`);
    } catch (error) {
      await child.stop();
      throw error;
    }
    return postgres;
  } catch (error) {
    if (!run.stopping) await run.removeTemporaryFolder(folder);
    throw error;
  }
}

/** Makes the data folder: UTF8 with C collation as graph-node demands, and a password as its URLs must carry one. */
async function initialize(run: Run, programs: PostgresPrograms, folder: string, password: string): Promise<void> {
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (programs.identity.uid !== undefined) chownSync(passwordFile, programs.identity.uid, programs.identity.gid ?? -1);
  const child = await run.start({
    name: "postgres-initdb",
    command: join(programs.bin, "initdb"),
    args: [
      ...["-D", join(folder, "data"), "-U", user, "-E", "UTF8", "--locale=C", "--no-sync"],
      ...["--auth=scram-sha-256", `--pwfile=${passwordFile}`],
    ],
    cwd: folder,
    ...programs.identity,
  });
  const exit = await child.ended;
  if (exit.exitCode !== 0) throw child.deathError();
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  // Without a listener, a connection that breaks between two queries ends this process.
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
