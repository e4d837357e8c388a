/** Reads subgraph/tests/. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Place } from "./manifest.ts";
import { substitute, type TestBlock, type TestFile } from "./mock-events.ts";

const folder = new URL("../tests/", import.meta.url);
const fixtures = new URL("fixtures/", folder);

export const testFolder = fileURLToPath(folder);

/** The named values that tests are written with: hex digits without 0x. */
export const values: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL("values.json", fixtures), "utf8"),
);

/** Where the mocked contracts are. */
export const testPlace: Place = {
  network: "localhost",
  startBlock: 1,
  addresses: {
    StationRegistry: `0x${values.stationRegistry}`,
    OracleRegistry: `0x${values.oracleRegistry}`,
    ChargingSessions: `0x${values.chargingSessions}`,
  },
  bondCurrency: `0x${values.eurToken}`,
  currencies: {
    [`0x${values.eurToken}`]: { name: "Test Euro", symbol: "tEUR", decimals: 6 },
    "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE": { name: "Ether", symbol: "ETH", decimals: 18 },
  },
};

/** Names of the test files, without their ending. */
export function listTests(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .sort();
}

/** A test with its values put in, and all its blocks: those of its fixtures, then its own. */
export function readTest(name: string): { test: TestFile; blocks: TestBlock[] } {
  const test = read<TestFile>(new URL(`${name}.json`, folder));
  const before = (test.after ?? []).flatMap((fixture) => read<TestBlock[]>(new URL(`${fixture}.json`, fixtures)));
  return { test, blocks: [...before, ...(test.blocks ?? [])] };
}

function read<Content>(file: URL): Content {
  return JSON.parse(substitute(readFileSync(file, "utf8"), values)) as Content;
}
