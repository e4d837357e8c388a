import { readFileSync, writeFileSync } from "node:fs";

/**
 * package-lock.json has to serve every platform, and npm forgets the packages of the platforms it cannot see while it
 * writes the file (npm/cli#4828): `npm ci` then refuses the lockfile, or leaves a native package out elsewhere.
 * `node scripts/lockfile.ts --write` puts them back after an `npm install`; `npm run check` sees that none is missing.
 */

type Entry = {
  version?: string;
  resolved?: string;
  link?: boolean;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
};
export type Lockfile = { packages: Record<string, Entry> };

const path = new URL("../package-lock.json", import.meta.url);
const operatingSystems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos"];
const processors: Record<string, string> = { amd64: "x64", x64: "x64", arm64: "arm64", arm: "arm", ia32: "ia32" };

/** `@scope/tool-linux-arm64-musl` → `{ os: ["linux"], cpu: ["arm64"], libc: ["musl"] }`; undefined for other names. */
function platformOf(name: string): Pick<Entry, "os" | "cpu" | "libc"> | undefined {
  const words = name.split(/[-/]/);
  const os = words.includes("win32") ? "win32" : operatingSystems.find((system) => words.includes(system));
  const cpu = words.map((word) => processors[word]).find((processor) => processor !== undefined);
  if (os === undefined || cpu === undefined) return undefined;
  const libc = words.includes("musl") ? "musl" : words.includes("gnu") ? "glibc" : undefined;
  return { os: [os], cpu: [cpu], ...(os === "linux" && libc !== undefined && { libc: [libc] }) };
}

/** Where Node would look for a package from inside another one, nearest folder first. */
function placesOf(from: string, name: string): string[] {
  const parts = from === "" ? [] : from.split("/");
  return parts
    .map((_, index) => [...parts.slice(0, parts.length - index), "node_modules", name].join("/"))
    .concat(`node_modules/${name}`);
}

/** The platform packages that the lockfile needs and does not name, as the entries it should have. */
export function missingPlatforms(lock: Lockfile): Record<string, Entry> {
  const missing: Record<string, Entry> = {};
  for (const [from, entry] of Object.entries(lock.packages))
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const platform = platformOf(name);
      if (platform === undefined || !/^\d/.test(version)) continue;
      if (placesOf(from, name).some((place) => lock.packages[place] !== undefined)) continue;
      missing[`node_modules/${name}`] = { version, ...(entry.dev && { dev: true }), optional: true, ...platform };
    }
  return missing;
}

/** Entries that are fetched from a stated address: the lockfile names none, so that it works with any npm registry. */
export function fixedAddresses(lock: Lockfile): string[] {
  return Object.entries(lock.packages)
    .filter(([, { resolved, link }]) => resolved !== undefined && !link)
    .map(([place]) => place);
}

export function readLockfile(): Lockfile {
  return JSON.parse(readFileSync(path, "utf8")) as Lockfile;
}

if (import.meta.main) {
  const lock = readLockfile();
  const missing = missingPlatforms(lock);
  if (process.argv.includes("--write")) {
    const entries = Object.entries({ ...lock.packages, ...missing });
    for (const [, entry] of entries) if (!entry.link) delete entry.resolved;
    lock.packages = Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b, "en")));
    writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  }
  for (const place of Object.keys(missing)) console.log(place);
  console.log(
    `${Object.keys(missing).length} platform packages ${process.argv.includes("--write") ? "added" : "missing"}`,
  );
}
