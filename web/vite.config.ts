import { fileURLToPath } from "node:url";
import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { earlyLoading } from "./tools/early-loading.ts";
import { linguiMacro } from "./tools/lingui-macro.ts";

const root = fileURLToPath(new URL(".", import.meta.url));

/**
 * Few chunks: on a telephone's network each file is a round trip more before anything is seen. Each takes along what its
 * modules import.
 */
const chunks = [
  // What every page stands on.
  { name: "app", tags: ["$initial" as const], priority: 4 },
  // What most pages share.
  {
    name: "pages",
    test: /\/web\/src\/(?:ui|data|i18n\/format|transactions\/(?!failure\.|viem)|features\/stations\/(?!index\.|StationsPage))|\/sdk\/src\/[\w-]+-query\.ts/,
    minShareCount: 2,
    priority: 3,
  },
  // Hashes of what a station offers and a session is, as the paying page computes them before it asks anything.
  { name: "sdk", test: /\/sdk\/src\/(?:abi-parameters|cost|eip712|hashing|periods)\.ts/, priority: 3 },
  // Sessions and their costs, as few pages compute them.
  {
    name: "sdk",
    test: /\/sdk\/src\/(?!generated|contract-errors|signatures|statement|stop-request)/,
    minShareCount: 2,
    priority: 2,
  },
  // What asks the chain and encodes for it, which no page does before it is seen.
  {
    name: "chain",
    test: /\/node_modules\/(?:viem|ox|abitype|@noble)\/|\/sdk\/src\//,
    minShareCount: 2,
    priority: 1,
  },
];

export default defineConfig({
  root,
  plugins: [
    linguiMacro(),
    react(),
    lingui({ configPath: `${root}lingui.config.ts`, failOnCompileError: true }),
    earlyLoading(),
  ],
  build: {
    outDir: "build",
    target: "es2024",
    emptyOutDir: true,
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        codeSplitting: { groups: chunks },
      },
    },
  },
  worker: { format: "es" },
  test: {
    name: "web",
    root,
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}", "tools/**/*.test.ts"],
    setupFiles: ["./src/testing/setup.ts"],
    testTimeout: 30_000,
  },
});
