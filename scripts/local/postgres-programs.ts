import { chownSync, cpSync, existsSync, lstatSync, readFileSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { postgresFolder } from "./binaries.ts";
import { MissingBinaryError } from "./errors.ts";
import type { Run } from "./run.ts";

/** Where PostgreSQL's programs are, and as whom they run. */
export interface PostgresPrograms {
  bin: string;
  identity: { uid?: number; gid?: number };
}

/** The user `nobody`: it owns nothing, and PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

/**
 * Finds the programs and sees to it that they can run here: as another user when this is root, from a copy in `folder`
 * when that user may not enter the package's folder, with the links to libraries that npm packages cannot carry.
 *
 * @param folder a temporary folder of the run, which becomes that user's
 * @param source folder with bin/, lib/ and share/. Default: the npm package's
 * @throws MissingBinaryError when they cannot run even so
 */
export async function preparePostgres(run: Run, folder: string, source = postgresFolder()): Promise<PostgresPrograms> {
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid);

  let failure = addMissingLinks(source) ?? (await tryPrograms(run, source, identity, folder));
  if (failure === undefined) return { bin: join(source, "bin"), identity };

  const copy = join(folder, "programs");
  cpSync(source, copy, { recursive: true, verbatimSymlinks: true });
  failure = addMissingLinks(copy) ?? (await tryPrograms(run, copy, identity, folder));
  if (failure === undefined) return { bin: join(copy, "bin"), identity };
  throw new MissingBinaryError(
    `PostgreSQL does not run here, neither from ${source} nor from a copy in ${folder}: ${failure}`,
  );
}

/** Runs `postgres --version`; returns why it does not work, or undefined. */
async function tryPrograms(
  run: Run,
  programs: string,
  identity: PostgresPrograms["identity"],
  cwd: string,
): Promise<string | undefined> {
  try {
    const command = join(programs, "bin", "postgres");
    const child = await run.start({ name: "postgres-try", command, args: ["--version"], cwd, ...identity });
    const exit = await child.ended;
    return exit.exitCode === 0 ? undefined : child.deathError().message;
  } catch (error) {
    return String(error);
  }
}

/**
 * Makes the links listed in pg-symlinks.json, as the package's own install script does: npm does not run that where
 * install scripts are switched off. Returns why it could not, or undefined.
 */
function addMissingLinks(folder: string): string | undefined {
  const list = join(folder, "pg-symlinks.json");
  if (!existsSync(list)) return undefined;
  // Paths relative to the package: native/lib/libicuuc.so.60.2.
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const link of links) {
    const target = join(folder, ...link.target.split("/").slice(1));
    if (lstatSync(target, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(basename(link.source), target);
    } catch (error) {
      // Two starts at once: the other one has made it.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") return String(error);
    }
  }
  return undefined;
}
