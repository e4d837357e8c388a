/**
 * node subgraph/test.ts [name]...
 *
 * Tests the mappings on the real graph-node: `gnd test` feeds each file of tests/ as mocked blocks through the WASM and
 * the store, and compares what GraphQL answers. Names choose files; without any all run. The last line counts.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileContracts } from "../scripts/deploy/compile.ts";
import { runGndTest } from "../scripts/local/gnd-test.ts";
import { resolveGraphNode } from "../scripts/local/graph-node.ts";
import { startPostgres } from "../scripts/local/postgres.ts";
import { createRun, type Run } from "../scripts/local/run.ts";
import { readAbis } from "./tools/abis.ts";
import { type Check, checks } from "./tools/checks.ts";
import { compileSubgraph, placeSubgraph } from "./tools/compile.ts";
import { mockAbis } from "./tools/mock-abis.ts";
import { toGndTest } from "./tools/mock-events.ts";
import { listTests, readTest, testPlace } from "./tools/test-files.ts";

const count = { passed: 0, failed: 0, skipped: 0 };

/** Runs one test and prints how it went; a thrown error is its failure. */
async function report(name: string, test: () => unknown): Promise<void> {
  const started = performance.now();
  try {
    await test();
    count.passed++;
    console.log(`  ✓ ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    count.failed++;
    console.log(`  ✗ ${name}\n${error instanceof Error ? error.message : error}`);
  }
}

/** Puts the mocked subgraph and all test files into a folder that `gnd test` can run in. */
async function prepare(run: Run, names: readonly string[]): Promise<string> {
  const abis = readAbis();
  const mocked = mockAbis(abis);
  const compiled = await compileSubgraph({
    name: "tests",
    abis: mocked.abis,
    mockTopics: mocked.topics,
    onProgress: (text) => console.log(`... ${text}`),
  });
  const out = join(run.temporaryFolder("subgraph-tests"), "subgraph");
  await placeSubgraph({ compiled, place: testPlace, out });
  mkdirSync(join(out, "tests"));
  for (const name of names) {
    const { test, blocks } = readTest(name);
    const file = JSON.stringify(toGndTest(test, blocks, abis, testPlace));
    writeFileSync(join(out, "tests", `${name}.json`), file);
  }
  return out;
}

async function runFiles(names: readonly string[]): Promise<void> {
  const graphNode = resolveGraphNode({});
  if (graphNode.kind === "none") {
    console.log(`The mappings' tests are skipped. ${graphNode.advice}`);
    count.skipped += names.length;
    return;
  }
  const run = createRun();
  try {
    const subgraphFolder = await prepare(run, names);
    console.log("... starting PostgreSQL");
    const postgres = await startPostgres({ run });
    const postgresUrl = await postgres.createDatabase("tests");
    for (const name of names) {
      await report(name, async () => {
        const files = [`tests/${name}.json`];
        const result = await runGndTest({ run, subgraphFolder, files, postgresUrl, timeoutSeconds: 120 });
        if (!result.ok) throw new Error(result.output);
      });
    }
  } finally {
    await run.stop();
  }
}

async function main(): Promise<void> {
  const chosen = process.argv.slice(2);
  const all = listTests();
  const unknown = chosen.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`There is no test ${unknown.join(", ")} in subgraph/tests/`);
  // Their events are what the mappings are tested with.
  await compileContracts();
  if (chosen.length === 0) for (const { name, run } of checks as readonly Check[]) await report(name, run);
  await runFiles(chosen.length === 0 ? all : chosen);
}

await main().catch((error: unknown) => {
  count.failed++;
  console.error(error instanceof Error ? error.message : error);
});
console.log(`\n${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ""}`);
process.exitCode = count.failed === 0 ? 0 : 1;
