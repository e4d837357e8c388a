import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Count, countHardhat, countOwn, countVitest } from "./count.ts";

/** A part of `npm test`: what to run from the repository's root, and how to read what came out. */
export type Suite = {
  name: string;
  about: string;
  /** Arguments for Node. */
  args: string[];
  /** The counts from what the suite printed; undefined when they cannot be read. */
  count: (output: string) => Count | undefined;
  timeoutMs: number;
  /** Started together with this earlier suite when both are chosen, as the two leave each other a core; shown in its turn. */
  beside?: string;
  /** Needs a browser on this machine; then, how to list its tests (Vitest's JSON) without one. */
  browser?: { listArgs: string[] };
};

const minutes = (count: number) => count * 60_000;
const hardhat = "node_modules/hardhat/dist/src/cli.js";
const vitestCli = "node_modules/vitest/vitest.mjs";

/** One Vitest project; its counts come from the JSON report, its progress from the default reporter. */
function vitest(name: string, about: string, timeoutMs: number): Suite {
  const folder = mkdtempSync(join(tmpdir(), `openjoule-${name}-`));
  const report = join(folder, "report.json");
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return {
    name,
    about,
    args: [
      vitestCli,
      "run",
      `--project=${name}`,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ],
    count: () => {
      try {
        return countVitest(readFileSync(report, "utf8"));
      } catch {
        return undefined;
      }
    },
    timeoutMs,
  };
}

/** All of `npm test`, in this order: what is quick and tells most comes first. */
export const suites = (): Suite[] => [
  {
    name: "check",
    about: "format, lint, types",
    args: ["scripts/check.ts"],
    count: countOwn,
    timeoutMs: minutes(5),
  },
  vitest("sdk", "sdk", minutes(5)),
  vitest("simulators", "simulators", minutes(5)),
  vitest("web", "web: components and hooks", minutes(5)),
  {
    name: "solidity",
    about: "contracts: units, fuzz, invariants",
    args: [hardhat, "test", "solidity"],
    count: countHardhat,
    timeoutMs: minutes(10),
    beside: "check",
  },
  vitest("oracle", "oracle", minutes(5)),
  vitest("scripts", "scripts and set-up", minutes(5)),
  {
    name: "subgraph",
    about: "mappings on the real graph-node",
    args: ["subgraph/test.ts"],
    count: countOwn,
    timeoutMs: minutes(10),
  },
  vitest("test", "integration and end to end", minutes(12)),
  {
    ...vitest("browser", "the web app in Chromium, on the whole local network", minutes(8)),
    browser: { listArgs: [vitestCli, "list", "--project=browser", "--json"] },
  },
];
