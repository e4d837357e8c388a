import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { build, type Plugin, type Rolldown } from "vite";
import { pageFeatures } from "../src/app/paths.ts";
import { locales } from "../src/i18n/locales.ts";
import { translatedBeginnings } from "./first-words.ts";

const source = fileURLToPath(new URL("../src/early.ts", import.meta.url));

/**
 * Puts `src/early.ts` beside the app in the built page, with the names of the files that each page and each language needs
 * beyond it and what each page begins with, and asks for the configuration.
 */
export function earlyLoading(): Plugin {
  let script: string | undefined;
  return {
    name: "openjoule-early-loading",
    apply: "build",
    generateBundle: {
      order: "pre",
      async handler(_options, bundle) {
        const code = await compile(filesOf(bundle));
        const hash = createHash("sha256").update(code).digest("base64url").slice(0, 8);
        script = `assets/early-${hash}.js`;
        this.emitFile({ type: "asset", fileName: script, source: code });
      },
    },
    transformIndexHtml: {
      order: "post",
      // Behind the app, which so gets the connection that brought the page.
      handler: () => [
        { tag: "script", attrs: { async: true, src: `/${script}` }, injectTo: "head" },
        {
          tag: "link",
          attrs: { rel: "preload", href: "/config.json", as: "fetch", crossorigin: "anonymous" },
          injectTo: "head",
        },
      ],
    },
  };
}

/** The files of each lazily loaded page and language that the page's own do not bring. */
function filesOf(bundle: Rolldown.OutputBundle) {
  const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
  const initial = closure(chunks.filter(({ isEntry }) => isEntry));
  const named = (pattern: RegExp) =>
    Object.fromEntries(
      chunks.flatMap((chunk) => {
        // A feature that others use too has no chunk under its own name.
        const modules = [chunk.facadeModuleId ?? "", ...chunk.moduleIds];
        const name = modules.flatMap((id) => pattern.exec(id)?.[1] ?? [])[0];
        if (name === undefined) return [];
        const own = [...closure([chunk])].filter((one) => !initial.has(one));
        const styles = own.flatMap((one) => [...(one.viteMetadata?.importedCss ?? [])]);
        return [[name, [...own.map(({ fileName }) => fileName), ...styles].map((file) => `/${file}`)] as const];
      }),
    );
  function closure(
    from: readonly Rolldown.OutputChunk[],
    seen = new Set<Rolldown.OutputChunk>(),
  ): Set<Rolldown.OutputChunk> {
    for (const chunk of from) {
      if (seen.has(chunk)) continue;
      seen.add(chunk);
      closure(
        chunks.filter(({ fileName }) => chunk.imports.includes(fileName)),
        seen,
      );
    }
    return seen;
  }
  const features = named(/\/features\/(\w+)\/index\.ts$/);
  const languages = named(/\/i18n\/languages\/(\w+)\.ts$/);
  const missing = [
    ...pageFeatures.filter((name) => features[name] === undefined),
    ...Object.keys(locales).filter((name) => languages[name] === undefined),
  ];
  if (missing.length > 0) throw new Error(`the build has no chunk of its own for ${missing.join(", ")}`);
  return { features, languages };
}

async function compile(files: ReturnType<typeof filesOf>): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "warn",
    define: { EARLY_FILES: JSON.stringify(files), FIRST_WORDS: JSON.stringify(await translatedBeginnings()) },
    build: {
      write: false,
      target: "es2024",
      rolldownOptions: { input: source, output: { format: "iife" } },
    },
  });
  const [result] = [built].flat() as Rolldown.RolldownOutput[];
  const [chunk] = result?.output ?? [];
  if (chunk === undefined) throw new Error(`${source} compiled to nothing`);
  return chunk.code;
}
