import { defineConfig } from "vitest/config";

/**
 * One project per room, so that `npm test -- --only oracle` runs that room alone. Files run one after the other where
 * they start servers or child processes, so that no test competes with another for a port or the machine.
 */
const unit = (name: string) => ({
  test: { name, root: `./${name}`, include: ["**/*.test.ts"], exclude: ["**/node_modules/**"], testTimeout: 30_000 },
});

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      unit("sdk"),
      unit("oracle"),
      unit("simulators"),
      unit("scripts"),
      "./web/vite.config.ts",
      {
        test: {
          name: "test",
          root: "./test",
          include: ["**/*.test.ts"],
          exclude: ["solidity/**", "browser/**"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "browser",
          root: "./test/browser",
          include: ["**/*.test.ts"],
          globalSetup: ["./support/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
