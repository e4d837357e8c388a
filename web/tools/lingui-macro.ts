import { fileURLToPath } from "node:url";
import { transformAsync } from "@babel/core";
import { getConfig } from "@lingui/conf";
import type { Plugin } from "vite";

/** Files that use one of Lingui's macros. */
const usesMacro = /@lingui\/(?:core|react)\/macro/;

/** Replaces Lingui's macros by what they stand for. Babel does only that; types and JSX are left to Vite. */
export function linguiMacro(): Plugin {
  // By name: left alone, the macro looks for it where the process was started, which is the project's root in tests.
  const web = fileURLToPath(new URL("..", import.meta.url));
  const linguiConfig = getConfig({ cwd: web, configPath: `${web}lingui.config.ts` });
  return {
    name: "lingui-macro",
    enforce: "pre",
    async transform(source, id) {
      const [file = id] = id.split("?");
      if (!/\.tsx?$/.test(file) || file.includes("/node_modules/") || !usesMacro.test(source)) return null;
      const result = await transformAsync(source, {
        filename: file,
        babelrc: false,
        configFile: false,
        sourceMaps: true,
        parserOpts: { plugins: ["typescript", "jsx"] },
        plugins: [["@lingui/babel-plugin-lingui-macro", { linguiConfig }]],
      });
      return result?.code ? { code: result.code, map: result.map ?? null } : null;
    },
  };
}
