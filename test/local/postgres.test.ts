import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postgresFolder } from "../../scripts/local/binaries.ts";
import { type Postgres, startPostgres } from "../../scripts/local/postgres.ts";
import type { Run } from "../../scripts/local/run.ts";
import { expectGone, ownTemporaryFolder } from "./support/processes.ts";
import { createTestRun } from "./support/run.ts";

const here = process.platform === "linux" && process.arch === "x64";

async function rows(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe.runIf(here)("the throw-away PostgreSQL", () => {
  const temporary = ownTemporaryFolder();
  let run: Run;
  let postgres: Postgres;
  let url: string;

  beforeAll(async () => {
    run = createTestRun();
    postgres = await startPostgres({ run });
    url = await postgres.createDatabase('in "quotes"');
  });
  afterAll(async () => {
    await run.stop();
    const left = temporary.runFolders();
    temporary.remove();
    expect(left).toEqual([]);
  });

  it("has databases as graph-node wants them", async () => {
    const sql = `select pg_encoding_to_char(encoding) as encoding, datcollate, datctype, datname
      from pg_database where datname = current_database()`;
    expect(await rows(url.replace(/[^/]*$/, encodeURIComponent('in "quotes"')), sql)).toEqual([
      { encoding: "UTF8", datcollate: "C", datctype: "C", datname: 'in "quotes"' },
    ]);
    const plain = await postgres.createDatabase("plain");
    const extensions = await rows(plain, "select extname from pg_extension order by extname");
    expect(extensions.map(({ extname }) => extname)).toEqual([
      "btree_gist",
      "pg_stat_statements",
      "pg_trgm",
      "plpgsql",
      "postgres_fdw",
    ]);
    // Works only when it was loaded at the start.
    expect(await rows(plain, "select count(*) > 0 as counted from pg_stat_statements")).toEqual([{ counted: true }]);
    await postgres.dropDatabase("plain");
    await expect(rows(plain, "select 1")).rejects.toThrow("does not exist");
  });

  it("lets nobody in without the password, and listens on loopback alone", async () => {
    await expect(rows(postgres.url.replace(/:[^:@/]+@/, ":wrong@"), "select 1")).rejects.toThrow("password");
    expect(await rows(postgres.url, "show listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
    expect(await rows(postgres.url, "show unix_socket_directories")).toEqual([{ unix_socket_directories: "" }]);
  });

  it("says in words that its port is taken, and leaves nothing behind", async () => {
    const before = temporary.runFolders();
    await expect(startPostgres({ run, port: postgres.port })).rejects.toThrow(
      `port ${postgres.port} (PostgreSQL) is in use; set POSTGRES_PORT or stop the other program`,
    );
    expect(temporary.runFolders()).toEqual(before);
  });

  it("ends with clients connected, and its data with it", async () => {
    const before = temporary.runFolders();
    const other = await startPostgres({ run });
    const [folder] = temporary.runFolders().filter((name) => !before.includes(name));
    expect(folder).toBeDefined();
    const client = new Client({ connectionString: other.url });
    client.on("error", () => {});
    await client.connect();
    await other.stop();
    await expectGone([other.pid], 1);
    expect(temporary.runFolders()).toEqual(before);
  });

  it("leaves nothing behind when its programs do not run", async () => {
    const before = temporary.runFolders();
    const empty = mkdtempSync(join(tmpdir(), "no-postgres-"));
    await expect(startPostgres({ run, programs: empty })).rejects.toMatchObject({
      name: "MissingBinaryError",
      message: expect.stringMatching(/^PostgreSQL does not run here, neither from .*: .*ENOENT/s),
    });
    rmSync(empty, { recursive: true });
    expect(temporary.runFolders()).toEqual(before);
  });

  it("makes the links to libraries that npm did not", async () => {
    const link = join(postgresFolder(), "lib", "libpgtypes.so");
    // Not one that a PostgreSQL that is starting elsewhere would load.
    unlinkSync(link);
    const other = await startPostgres({ run });
    await other.stop();
    expect(existsSync(link)).toBe(true);
  });

  // Only root starts it as another user, who may not see what root can.
  it.runIf(process.getuid?.() === 0)("runs from a copy where its user may not enter the package's folder", async () => {
    const closed = mkdtempSync(join(tmpdir(), "closed-"));
    chmodSync(closed, 0o700);
    symlinkSync(postgresFolder(), join(closed, "native"));
    try {
      const other = await startPostgres({ run, programs: join(closed, "native") });
      expect(await rows(other.url, "select 1 as one")).toEqual([{ one: 1 }]);
      await other.stop();
    } finally {
      rmSync(closed, { recursive: true });
    }
  });
});
