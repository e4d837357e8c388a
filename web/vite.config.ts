import { fileURLToPath } from "node:url";
import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { linguiMacro } from "./tools/lingui-macro.ts";

const root = fileURLToPath(new URL(".", import.meta.url));

/** All of a language's catalogues are one chunk: `locales/fr.po` of every folder becomes `locale-fr`. */
const localeOf = (id: string) => /\/locales\/(\w+)\.po$/.exec(id)?.[1];

export default defineConfig({
  root,
  plugins: [linguiMacro(), react(), lingui({ configPath: `${root}lingui.config.ts`, failOnCompileError: true })],
  build: {
    outDir: "build",
    target: "es2024",
    emptyOutDir: true,
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ debugName: "locales", name: (id) => (localeOf(id) ? `locale-${localeOf(id)}` : null) }],
        },
      },
    },
  },
  test: {
    name: "web",
    root,
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}", "tools/**/*.test.ts"],
    setupFiles: ["./src/testing/setup.ts"],
    testTimeout: 30_000,
  },
});
