/**
 * The high-water mark: the newest statement that was signed, in a file apart from the database. A database that does not know it was
 * restored from a backup, and what has been signed since it can not tell: to sign on from there would be equivocation.
 *
 * The file must not be part of the database's backup.
 */
import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { Hex } from "viem";
import { z } from "zod";
import type { StoreHandle } from "./store.ts";

const markSchema = z.strictObject({
  /** The statement's place in the order in which this database took statements down; 0 when none was signed. */
  number: z.int().nonnegative(),
  /** Its EIP-712 digest. */
  digest: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/)
    .transform((text) => text as Hex),
});
export type Mark = z.output<typeof markSchema>;

export type HighWater = {
  /** Null when there is no file. @throws HighWaterError */
  read(): Promise<Mark | null>;
  /** Durable when it resolves. */
  write(mark: Mark): Promise<void>;
};

/** The file cannot be understood: nobody knows what has been signed. */
export class HighWaterError extends Error {
  constructor(path: string, cause: unknown) {
    super(`${path} is no high-water mark; without the file, sessions that run now are left to close`, { cause });
    this.name = "HighWaterError";
  }
}

/** The mark in a file, replaced as a whole. Its folder must exist. */
export function createHighWaterFile(path: string): HighWater {
  return {
    async read() {
      let text: string;
      try {
        text = await readFile(path, "utf8");
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
        throw error;
      }
      try {
        return markSchema.parse(JSON.parse(text));
      } catch (cause) {
        throw new HighWaterError(path, cause);
      }
    },
    async write(mark) {
      const next = `${path}.new`;
      await synced(next, "w", (file) => file.writeFile(`${JSON.stringify(mark)}\n`));
      await rename(next, path);
      await synced(dirname(path), "r");
    },
  };
}

/**
 * Whether the database knows everything that was ever signed with it, as far as the mark can tell. Statements beside no mark at all
 * may be any backup's.
 */
export async function isUpToDate(db: StoreHandle, mark: Mark | null): Promise<boolean> {
  if (mark === null) return (await newestMark(db)).number === NOTHING.number;
  if (mark.number === NOTHING.number) return true;
  const row = await db
    .selectFrom("statements")
    .select("statement_hash")
    .where("number", "=", mark.number)
    .executeTakeFirst();
  return row?.statement_hash === mark.digest;
}

/** The newest statement on record. */
export async function newestMark(db: StoreHandle): Promise<Mark> {
  const row = await db
    .selectFrom("statements")
    .select(["number", "statement_hash"])
    .orderBy("number", "desc")
    .executeTakeFirst();
  return row === undefined ? NOTHING : { number: row.number, digest: row.statement_hash as Hex };
}

const NOTHING: Mark = { number: 0, digest: `0x${"0".repeat(64)}` };

type File = Awaited<ReturnType<typeof open>>;

async function synced(path: string, flags: string, write?: (file: File) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await write?.(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
