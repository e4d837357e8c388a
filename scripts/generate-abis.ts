/**
 * Writes the contracts' ABIs into sdk/src/generated/, out of what Hardhat compiles.
 *
 *   node scripts/generate-abis.ts           compile and write
 *   node scripts/generate-abis.ts --check   compile and compare; exits 1 when the committed files are not current
 */
import { readFileSync, writeFileSync } from "node:fs";
import { compileContracts } from "./deploy/compile.ts";

interface Source {
  /** Path of Hardhat's artifact below artifacts/contracts/. */
  readonly artifact: string;
  /** The same of the interface of what else answers at the contract's address. */
  readonly extension?: string;
  /** File below sdk/src/generated/, without its ending. */
  readonly file: string;
  readonly constant: string;
}

const sources: readonly Source[] = [
  {
    artifact: "StationRegistry.sol/StationRegistry.json",
    file: "station-registry-abi",
    constant: "stationRegistryAbi",
  },
  { artifact: "OracleRegistry.sol/OracleRegistry.json", file: "oracle-registry-abi", constant: "oracleRegistryAbi" },
  {
    artifact: "ChargingSessions.sol/ChargingSessions.json",
    extension: "interfaces/ISessionsExtension.sol/ISessionsExtension.json",
    file: "charging-sessions-abi",
    constant: "chargingSessionsAbi",
  },
  { artifact: "Keeper.sol/Keeper.json", file: "keeper-abi", constant: "keeperAbi" },
  { artifact: "Lens.sol/Lens.json", file: "lens-abi", constant: "lensAbi" },
  { artifact: "local/TestCurrency.sol/TestCurrency.json", file: "test-currency-abi", constant: "testCurrencyAbi" },
];

const root = new URL("..", import.meta.url);

function readAbi(artifact: string): readonly unknown[] {
  return JSON.parse(readFileSync(new URL(`artifacts/contracts/${artifact}`, root), "utf8")).abi;
}

function readWhole({ artifact, extension }: Source): readonly unknown[] {
  const abi = readAbi(artifact);
  if (extension === undefined) return abi;
  const there = new Set(abi.map((entry) => JSON.stringify(entry)));
  return [...abi, ...readAbi(extension).filter((entry) => !there.has(JSON.stringify(entry)))];
}

/** One entry a line: a change in a contract is a change in as few lines. */
function render(source: Source): string {
  const entries = readWhole(source)
    .map((entry) => `  ${JSON.stringify(entry)},\n`)
    .join("");
  const files = source.extension === undefined ? [source.artifact] : [source.artifact, source.extension];
  const from = files.map((file) => `contracts/${file.replace(/\/[^/]+$/, "")}`).join(" and ");
  return `// Written by scripts/generate-abis.ts from ${from}. Do not edit.\n\nexport const ${source.constant} = [\n${entries}] as const;\n`;
}

function readIfThere(file: URL): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const check = process.argv.includes("--check");
const unknown = process.argv.slice(2).filter((argument) => argument !== "--check");
if (unknown.length > 0) throw new Error(`Unknown argument ${unknown.join(" ")}: only --check is known`);

await compileContracts();
const stale: string[] = [];
for (const source of sources) {
  const file = new URL(`sdk/src/generated/${source.file}.ts`, root);
  const content = render(source);
  if (readIfThere(file) === content) continue;
  stale.push(`sdk/src/generated/${source.file}.ts`);
  if (!check) writeFileSync(file, content);
}

if (check && stale.length > 0) {
  console.error(`Not current: ${stale.join(", ")}. Run: node scripts/generate-abis.ts`);
  process.exitCode = 1;
} else {
  console.log(stale.length === 0 ? "ABIs are current." : `Wrote ${stale.join(", ")}.`);
}
