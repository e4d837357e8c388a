import { existsSync } from "node:fs";
import { onBrokenPipe } from "./broken-pipe.ts";
import { fixedAddresses, missingPlatforms, readLockfile } from "./lockfile.ts";
import { readOwnOptions } from "./options.ts";
import { runNode } from "./suites/run.ts";

/** `npm run check`: format, lint, types. Each step counts as one; the last line is `N passed, N failed`. */

type Step = { name: string; fix?: string; run: () => Promise<string | undefined> };

/** A program's step: undefined when it exits 0, otherwise what it printed. */
const program = (args: string[]) => async () => {
  const { exitCode, output } = await runNode(args, { timeoutMs: 300_000, quiet: true });
  return exitCode === 0 ? undefined : output;
};

const biome = "node_modules/@biomejs/biome/bin/biome";
const solidityFolders = ["contracts", "test/solidity", "bench"].filter((folder) => existsSync(folder));

const steps: Step[] = [
  {
    name: "format (TypeScript, JSON)",
    fix: "npx biome check --write",
    run: program([biome, "check", "--linter-enabled=false", "--error-on-warnings", "--max-diagnostics=50"]),
  },
  {
    name: "format (Solidity)",
    fix: "npx forge fmt",
    run: program(["node_modules/@foundry-rs/forge/bin.mjs", "fmt", "--check", ...solidityFolders]),
  },
  {
    name: "lint and folder boundaries",
    run: program([biome, "lint", "--error-on-warnings", "--diagnostic-level=warn", "--max-diagnostics=50"]),
  },
  {
    name: "types",
    run: program([
      "node_modules/typescript/bin/tsc",
      "--project",
      "tsconfig.json",
      "--pretty",
      `${process.stdout.isTTY === true}`,
    ]),
  },
  {
    name: "types (web)",
    run: program(["node_modules/typescript/bin/tsc", "--project", "web/tsconfig.json", "--noEmit"]),
  },
  {
    name: "lockfile: every platform, no fixed registry",
    fix: "node scripts/lockfile.ts --write",
    run: async () => {
      const lock = readLockfile();
      const wrong = [
        ...Object.keys(missingPlatforms(lock)).map((place) => `missing: ${place}`),
        ...fixedAddresses(lock).map((place) => `has an address: ${place}`),
      ];
      return wrong.length === 0 ? undefined : wrong.join("\n");
    },
  },
];

readOwnOptions("npm run check", {});
onBrokenPipe(() => process.kill(process.pid, "SIGTERM"));

let failed = 0;
for (const { name, fix, run } of steps) {
  const problem = await run();
  if (problem === undefined) console.log(`ok   ${name}`);
  else {
    failed += 1;
    console.log(`${problem.trimEnd()}\nFAIL ${name}${fix ? ` (to repair: ${fix})` : ""}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
console.log(`\n${steps.length - failed} passed, ${failed} failed`);
