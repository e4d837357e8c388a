/** The built app, behind a cache: Vite runs only when something that the app is made of has changed. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { precompress } from "./precompress.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const cache = join(root, ".cache", "web");
/** Older builds are kept for whoever is still serving them. */
const BUILDS_KEPT = 3;

export interface BuildWebOptions {
  /** Called before something that takes seconds. */
  readonly onProgress?: (text: string) => void;
  /** Ends Vite, if it runs. */
  readonly signal?: AbortSignal;
}

/** Builds the app where needed and returns the folder with its files. Throws with Vite's words when it refuses something. */
export async function buildWeb(options: BuildWebOptions = {}): Promise<string> {
  const folder = join(cache, await digest());
  if (existsSync(join(folder, "index.html"))) return folder;
  options.onProgress?.("building the web app");
  await mkdir(cache, { recursive: true });
  // Under another name until it is whole, so that nobody serves a half one and two at once do no harm.
  const unfinished = `${folder}.${process.pid}`;
  try {
    await vite(unfinished, options.signal);
    await precompress(unfinished);
    await removeOlder();
    await rename(unfinished, folder).catch((error) => {
      // Another process was quicker with the same.
      if (!existsSync(join(folder, "index.html"))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** Over all that Vite reads: the app, the sdk, and which packages are there. */
async function digest(): Promise<string> {
  const hash = createHash("sha256");
  const files = [join(root, "package-lock.json"), ...(await sources("web")), ...(await sources("sdk"))];
  for (const file of files.sort()) {
    hash.update(`${relative(root, file)}\0`).update(await readFile(file));
  }
  return hash.digest("hex").slice(0, 16);
}

async function sources(folder: string): Promise<string[]> {
  const place = join(root, folder);
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/(?:node_modules|build)\//.test(path));
}

function vite(out: string, signal?: AbortSignal): Promise<void> {
  const cli = join(root, "node_modules/vite/bin/vite.js");
  const args = [cli, "build", "--outDir", out, "--emptyOutDir", "--logLevel", "warn"];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: join(root, "web"),
      stdio: ["ignore", "pipe", "pipe"],
      // A test's NODE_ENV would bring React's development build in.
      env: { ...process.env, NODE_ENV: "production", NO_COLOR: "1" },
      ...(signal && { signal }),
    });
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk;
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`vite build failed (${code}):\n${output.trimEnd()}`)),
    );
  });
}

async function removeOlder(): Promise<void> {
  const entries = await readdir(cache, { withFileTypes: true });
  const builds = entries.filter((entry) => entry.isDirectory() && /^[0-9a-f]{16}$/.test(entry.name));
  const dated = await Promise.all(
    builds.map(async ({ name }) => ({ name, at: (await stat(join(cache, name))).mtimeMs })),
  );
  for (const { name } of dated.sort((a, b) => b.at - a.at).slice(BUILDS_KEPT - 1)) {
    await rm(join(cache, name), { recursive: true, force: true });
  }
}
