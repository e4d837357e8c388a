/** graph-cli, behind a cache: mappings are compiled again only when something that they are made of has changed. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Abis } from "./abis.ts";
import { fillManifest, type MockTopics, type Place, renderManifest } from "./manifest.ts";

const room = fileURLToPath(new URL("..", import.meta.url));
const cache = join(room, "build", "compiled");

export interface CompileOptions {
  /** Names the cached result: there is one for each name. */
  readonly name: string;
  readonly abis: Abis;
  readonly mockTopics?: MockTopics;
  /** Called before something that takes seconds. */
  readonly onProgress?: (text: string) => void;
  /** Ends graph-cli, if it runs. */
  readonly signal?: AbortSignal;
}

/**
 * Compiles the subgraph for `nowhere` and returns the folder: the sources as graph-cli takes them, and in `build/` what
 * graph-node takes. Throws with graph-cli's words when it refuses something.
 */
export async function compileSubgraph(options: CompileOptions): Promise<string> {
  const files = await inputs(options);
  const folder = join(cache, `${options.name}-${await digest(files)}`);
  if (await exists(join(folder, "build", "subgraph.yaml"))) return folder;

  // Under another name until it is whole, so that nobody takes a half one and two at once do no harm.
  const unfinished = `${folder}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  for (const [path, content] of files) {
    await mkdir(join(unfinished, path, ".."), { recursive: true });
    await writeFile(join(unfinished, path), content);
  }
  try {
    options.onProgress?.("compiling the mappings");
    await graph(["codegen", "subgraph.yaml"], unfinished, options.signal);
    await graph(["build", "subgraph.yaml"], unfinished, options.signal);
    await removeOlder(options.name, folder);
    await rename(unfinished, folder).catch(async (error) => {
      // Another process was quicker with the same.
      if (!(await exists(join(folder, "build", "subgraph.yaml")))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** Copies a compiled subgraph and puts it in its place. `out` is replaced. */
export async function placeSubgraph(options: { compiled: string; place: Place; out: string }): Promise<void> {
  const { compiled, place, out } = options;
  await rm(out, { recursive: true, force: true });
  await cp(compiled, out, { recursive: true });
  for (const manifest of [join(out, "subgraph.yaml"), join(out, "build", "subgraph.yaml")]) {
    await writeFile(manifest, fillManifest(await readFile(manifest, "utf8"), place));
  }
}

/** Every file that the result depends on, by its path within the folder that graph-cli works in. */
async function inputs(options: CompileOptions): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const template = await readFile(join(room, "subgraph.template.yaml"), "utf8");
  files.set("subgraph.yaml", renderManifest(template, options.abis, options.mockTopics));
  files.set("schema.graphql", await readFile(join(room, "schema.graphql"), "utf8"));
  for (const [name, abi] of Object.entries(options.abis)) {
    files.set(`abis/${name}.json`, `${JSON.stringify(abi, undefined, 2)}\n`);
  }
  const sources = await readdir(join(room, "src"), { recursive: true });
  for (const source of sources.filter((path) => path.endsWith(".ts")).sort()) {
    files.set(join("src", source), await readFile(join(room, "src", source), "utf8"));
  }
  return files;
}

async function digest(files: ReadonlyMap<string, string>): Promise<string> {
  const hash = createHash("sha256");
  hash.update(await readFile(join(room, "package.json"), "utf8"));
  for (const [path, content] of files) hash.update(JSON.stringify([path, content]));
  return hash.digest("hex").slice(0, 16);
}

/** Runs graph-cli; what it prints is shown only when it fails. */
function graph(args: readonly string[], folder: string, signal?: AbortSignal): Promise<void> {
  const cli = fileURLToPath(new URL("../bin/run.js", import.meta.resolve("@graphprotocol/graph-cli")));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      ...(signal && { signal }),
      env: { ...process.env, GRAPH_SKIP_NEW_VERSION_CHECK: "true" },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`graph ${args.join(" ")} failed:\n${output}`));
    });
  });
}

async function removeOlder(name: string, current: string): Promise<void> {
  const results = await readdir(cache);
  const older = results.filter((result) => new RegExp(`^${name}-[0-9a-f]{16}$`).test(result));
  for (const result of older) {
    if (join(cache, result) !== current) await rm(join(cache, result), { recursive: true, force: true });
  }
}

async function exists(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  );
}
