import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/**
 * The folder boundaries (docs/decisions/0002) hold only while the linter refuses what crosses them. Each snippet below
 * is written into an empty tree with the project's own biome.json, linted once, and its verdict read back.
 */

const root = fileURLToPath(new URL("..", import.meta.url));

const restricted = "lint/style/noRestrictedImports";
const nodeModule = "lint/correctness/noNodejsModules";
const global = "lint/style/noRestrictedGlobals";
const property = "lint/nursery/noJsRestrictedProperties";

const imports = (specifier: string) => `import { x } from "${specifier}";\nexport const y = x;\n`;
const exported = (expression: string) => `export const y = () => ${expression};\n`;

/** [file, source, the rule that must refuse it]. */
const refused: [string, string, string][] = [
  ["sdk/src/a.ts", imports("../../oracle/main.ts"), restricted],
  ["sdk/src/a.ts", imports("@openjoule/oracle"), restricted],
  ["sdk/src/a.ts", imports("../../simulators/chargePoint.ts"), restricted],
  ["sdk/src/a.ts", imports("../../scripts/deploy.ts"), restricted],
  ["sdk/src/a.ts", imports("../../subgraph/src/id.ts"), restricted],
  ["sdk/src/a.ts", imports("../../web/src/app.ts"), restricted],
  ["sdk/src/a.ts", imports("../../deployments/31337.json"), restricted],
  ["sdk/src/a.ts", imports("node:fs"), nodeModule],
  ["sdk/src/a.ts", imports("crypto"), nodeModule],
  ["sdk/src/a.ts", exported("Buffer.from([1])"), global],
  ["sdk/src/deep/a.ts", imports("node:path"), nodeModule],
  ["sdk/src/deployments.ts", imports("../../oracle/main.ts"), restricted],
  ["sdk/src/a.test.ts", imports("../../test/helpers.ts"), restricted],
  ["oracle/main.ts", imports("@openjoule/simulators"), restricted],
  ["oracle/main.ts", imports("../simulators/chargePoint.ts"), restricted],
  ["oracle/main.ts", imports("../subgraph/src/id.ts"), restricted],
  ["oracle/main.ts", imports("../web/src/app.ts"), restricted],
  ["oracle/main.ts", imports("../scripts/deploy.ts"), restricted],
  ["oracle/main.ts", imports("../test/helpers.ts"), restricted],
  ["oracle/main.ts", imports("../bench/run.ts"), restricted],
  ["oracle/main.ts", imports("../sdk/src/index.ts"), restricted],
  ["oracle/gateway/ocpp/a.ts", imports("../../core/decide.ts"), restricted],
  ["oracle/gateway/a.ts", imports("../chain/cursor.ts"), restricted],
  ["oracle/gateway/a.ts", imports("../store/schema.ts"), restricted],
  ["oracle/gateway/a.ts", imports("../api/http.ts"), restricted],
  ["oracle/gateway/a.ts", 'export { x } from "../core/decide.ts";\n', restricted],
  ["oracle/gateway/a.ts", 'export const y = () => import("../core/decide.ts");\n', restricted],
  ["oracle/gateway/a.ts", 'import type { X } from "../core/types.ts";\nexport type Y = X;\n', restricted],
  ["oracle/gateway/a.ts", imports("../../simulators/chargePoint.ts"), restricted],
  ["oracle/gateway/a.test.ts", imports("../core/decide.ts"), restricted],
  ["oracle/core/a.ts", imports("../gateway/ocpp/server.ts"), restricted],
  ["oracle/core/a.ts", imports("../bus/memory.ts"), restricted],
  ["oracle/core/a.ts", imports("../chain/cursor.ts"), restricted],
  ["oracle/core/a.ts", imports("../store/schema.ts"), restricted],
  ["oracle/core/a.ts", imports("../api/http.ts"), restricted],
  ["oracle/core/a.ts", imports("../main.ts"), restricted],
  ["oracle/core/a.ts", imports("viem"), restricted],
  ["oracle/core/a.ts", imports("kysely/helpers/sqlite"), restricted],
  ["oracle/core/a.ts", imports("@openjoule/sdk/deployments"), restricted],
  ["oracle/core/deep/a.ts", imports("node:crypto"), nodeModule],
  ["oracle/core/a.ts", exported("Date.now()"), global],
  ["oracle/core/a.ts", exported("new Date()"), global],
  ["oracle/core/a.ts", exported("performance.now()"), global],
  ["oracle/core/a.ts", exported("crypto.randomUUID()"), global],
  ["oracle/core/a.ts", exported('fetch("/")'), global],
  ["oracle/core/a.ts", exported("setTimeout(y, 1)"), global],
  ["oracle/core/a.ts", exported('console.log("x")'), global],
  ["oracle/core/a.ts", exported("process.env.X"), global],
  ["oracle/core/a.ts", exported("globalThis.Date.now()"), global],
  ["oracle/core/a.ts", exported("Math.random()"), property],
  ["oracle/core/a.test.ts", imports("../store/schema.ts"), restricted],
  ["simulators/a.ts", imports("../oracle/main.ts"), restricted],
  ["simulators/a.ts", imports("@openjoule/oracle"), restricted],
  ["simulators/a.ts", imports("../sdk/src/index.ts"), restricted],
  ["simulators/a.ts", imports("../scripts/local.ts"), restricted],
  ["web/src/a.ts", imports("../../oracle/main.ts"), restricted],
  ["web/src/a.ts", imports("../../subgraph/src/id.ts"), restricted],
  ["web/src/app/a.tsx", imports("#features/map/layers.ts"), restricted],
  ["web/src/features/map/a.ts", imports("../pay/price.ts"), restricted],
  ["web/src/features/map/a.ts", imports("../pay/index.ts"), restricted],
  ["web/src/features/map/a.ts", imports("../../ui/Button.tsx"), restricted],
  ["web/src/features/map/deep/a.ts", imports("../../pay/price.ts"), restricted],
  ["web/src/features/map/a.ts", imports("#features/pay/price.ts"), restricted],
  ["web/src/features/map/a.ts", imports("../../../../oracle/main.ts"), restricted],
  ["web/src/data/a.ts", imports("#features/map"), restricted],
  ["web/src/wallet/a.ts", imports("../app/App.tsx"), restricted],
  ["web/src/transactions/a.ts", imports("../../../oracle/main.ts"), restricted],
  ["web/src/ui/a.tsx", imports("#features/map"), restricted],
  ["web/src/ui/a.tsx", imports("#data"), restricted],
  ["web/src/ui/a.tsx", imports("../data/stations.ts"), restricted],
  ["subgraph/src/a.ts", imports("../../sdk/src/index.ts"), restricted],
  ["subgraph/test.ts", imports("../oracle/main.ts"), restricted],
];

const allowed: [string, string][] = [
  ["sdk/src/a.ts", imports("viem")],
  ["sdk/src/a.ts", imports("./units.ts")],
  ["sdk/src/a.ts", imports("./generated/abis.ts")],
  ["sdk/src/deployments.ts", imports("node:fs")],
  ["sdk/src/a.test.ts", imports("node:fs")],
  ["oracle/main.ts", imports("@openjoule/sdk")],
  ["oracle/main.ts", imports("@openjoule/sdk/deployments")],
  ["oracle/main.ts", imports("./core/decide.ts")],
  ["oracle/main.ts", imports("node:fs")],
  ["oracle/gateway/a.ts", imports("../bus/types.ts")],
  ["oracle/gateway/a.ts", imports("ocpp-rpc")],
  ["oracle/gateway/a.ts", exported("Date.now()")],
  ["oracle/core/a.ts", imports("@openjoule/sdk")],
  ["oracle/core/a.ts", imports("./state.ts")],
  ["oracle/core/a.ts", imports("../bus/types.ts")],
  ["oracle/core/deep/a.ts", imports("../state.ts")],
  ["oracle/core/a.ts", exported("Math.max(1, 2)")],
  ["oracle/core/a.test.ts", imports("vitest")],
  ["simulators/a.ts", imports("@openjoule/sdk")],
  ["simulators/a.ts", imports("ws")],
  ["web/src/a.ts", imports("@openjoule/sdk")],
  ["web/src/app/a.tsx", imports("#features/map")],
  ["web/src/features/map/a.ts", imports("./layers.ts")],
  ["web/src/features/map/a.ts", imports("./deep/layers.ts")],
  ["web/src/features/map/deep/a.ts", imports("../layers.ts")],
  ["web/src/features/map/a.ts", imports("#features/pay")],
  ["web/src/features/map/a.ts", imports("#ui")],
  ["web/src/data/a.ts", imports("#config")],
  ["web/src/wallet/a.ts", imports("./host/chain.ts")],
  ["web/src/wallet/host/a.ts", imports("../storage.ts")],
  ["web/src/ui/a.tsx", imports("./Button.tsx")],
  ["subgraph/src/a.ts", imports("@graphprotocol/graph-ts")],
  ["subgraph/test.ts", imports("../scripts/local/postgres.ts")],
  ["scripts/a.ts", imports("../oracle/main.ts")],
  ["test/a.ts", imports("../simulators/chargePoint.ts")],
  ["bench/a.ts", imports("../oracle/core/decide.ts")],
];

type Report = { diagnostics: { category: string; location: { path: string } }[] };

/** These have rules of their own. */
const knownByName = ["sdk/src/deployments.ts", "subgraph/test.ts"];

/** Files get a number so that many snippets of one folder stand side by side. */
const numbered = (file: string, index: number) =>
  knownByName.includes(file) ? file : file.replace(/(\.test)?(\.tsx?)$/, `-${index}$1$2`);

const trees: string[] = [];

/** Lints all snippets in one run, under the project's own configuration; returns the rules that spoke, by file. */
function lint(snippets: [file: string, source: string][]): Map<string, string[]> {
  const tree = mkdtempSync(join(tmpdir(), "openjoule-boundaries-"));
  trees.push(tree);
  copyFileSync(join(root, "biome.json"), join(tree, "biome.json"));
  copyFileSync(join(root, ".gitignore"), join(tree, ".gitignore"));
  for (const [file, source] of snippets) {
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    writeFileSync(join(tree, file), source);
  }
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const run = spawnSync(process.execPath, [biome, "lint", "--reporter=json", "--max-diagnostics=none", "."], {
    cwd: tree,
    encoding: "utf8",
  });
  if (!run.stdout.startsWith("{")) throw new Error(`biome gave no report: ${run.stderr}`);
  const spoke = new Map<string, string[]>();
  for (const { category, location } of (JSON.parse(run.stdout) as Report).diagnostics)
    spoke.set(location.path, [...(spoke.get(location.path) ?? []), category]);
  return spoke;
}

afterAll(() => {
  for (const tree of trees) rmSync(tree, { recursive: true, force: true });
});

describe("folder boundaries", () => {
  let verdicts: Map<string, string[]>;
  beforeAll(() => {
    verdicts = lint(refused.map(([file, source], index) => [numbered(file, index), source]));
  });

  it.each(refused.map((entry, index) => [...entry, index] as const))("%s refuses %j by %s", (file, _, rule, index) => {
    expect(verdicts.get(numbered(file, index))).toContain(rule);
  });
});

describe("inside the boundaries", () => {
  let verdicts: Map<string, string[]>;
  beforeAll(() => {
    verdicts = lint(allowed.map(([file, source], index) => [numbered(file, index), source]));
  });

  it.each(allowed.map((entry, index) => [...entry, index] as const))("%s allows %j", (file, _, index) => {
    expect(verdicts.get(numbered(file, index)) ?? []).toEqual([]);
  });
});
