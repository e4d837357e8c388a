import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** The most initial JavaScript, kB after gzip (1 kB = 1000 bytes). */
export const INITIAL_SCRIPT_KB = 130;

/** A file of the built app, as Vite's manifest knows it. */
interface Chunk {
  readonly file: string;
  readonly name?: string;
  readonly isDynamicEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
}

/** Bytes after gzip of what a part of the app brings to a browser that has nothing of it yet. */
export interface WebSizes {
  /** JavaScript that every page needs before it shows anything: entry, what it imports, one language. */
  readonly initialScript: number;
  readonly initialStyle: number;
  /** What each lazily loaded part adds, by its name: `map`, `map/StationMap`, `wallet/host/Host` … */
  readonly lazy: Readonly<Record<string, number>>;
  /** Everything of one visit to all pages: what an app without lazy parts would load at once. */
  readonly everything: number;
}

/** Parts that pages load by themselves; the rest of the lazy files belongs to libraries inside them. */
function partOf(source: string, { isDynamicEntry }: Chunk): string | undefined {
  const [, folder, inside] = /^src\/(?:features\/)?([^/]+)\/(.+)\.tsx?$/.exec(source) ?? [];
  if (!isDynamicEntry || folder === undefined || inside === undefined || source.startsWith("src/i18n/"))
    return undefined;
  return inside === "index" ? folder : `${folder}/${inside}`;
}

/** Measures a built app (`folder` has `.vite/manifest.json`). */
export function webSizes(folder: string): WebSizes {
  const manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8")) as Record<string, Chunk>;
  const known = new Map<string, number>();
  const size = (file: string) => {
    const bytes = known.get(file) ?? gzipSync(readFileSync(join(folder, file))).length;
    known.set(file, bytes);
    return bytes;
  };
  const total = (files: Iterable<string>) => [...files].reduce((sum, file) => sum + size(file), 0);

  /** All that comes with a chunk. */
  function closure(source: string, seen = new Set<string>()): Set<string> {
    const chunk = manifest[source];
    if (chunk === undefined || seen.has(source)) return seen;
    seen.add(source);
    for (const other of chunk.imports ?? []) closure(other, seen);
    return seen;
  }
  const files = (sources: Iterable<string>) => new Set([...sources].flatMap((source) => manifest[source]?.file ?? []));
  const styles = (sources: Iterable<string>) => new Set([...sources].flatMap((source) => manifest[source]?.css ?? []));

  // What the page itself names: the app, and the script that asks for the rest early.
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const named = [...page.matchAll(/<script[^>]* src="\/([^"]+)"/g)].flatMap(([, file]) => file ?? []);
  const sourceOf = (file: string) => Object.keys(manifest).find((source) => manifest[source]?.file === file);
  const initial = new Set(named.flatMap((file) => [...closure(sourceOf(file) ?? "")]));
  const english = Object.keys(manifest).find((source) => source === "src/i18n/languages/en.ts");
  if (english === undefined) throw new Error("the build has no chunk of the English language");
  for (const source of closure(english)) initial.add(source);
  const initialFiles = files(initial);
  for (const file of named) initialFiles.add(file);

  const lazy: Record<string, number> = {};
  const everything = new Set(initialFiles);
  const asked = new Set(Object.values(manifest).flatMap(({ dynamicImports }) => dynamicImports ?? []));
  for (const [source, chunk] of Object.entries(manifest)) {
    // A page that others use too is a chunk under its name alone.
    const part = source.startsWith("_") && asked.has(source) ? chunk.name : partOf(source, chunk);
    if (part === undefined) continue;
    const added = [...files(closure(source))].filter((file) => !initialFiles.has(file));
    lazy[part] = total(added);
    for (const file of added) everything.add(file);
  }
  return {
    initialScript: total(initialFiles),
    initialStyle: total(styles(initial)),
    lazy,
    everything: total(everything),
  };
}
