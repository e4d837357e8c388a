/** What can be tested without graph-node. */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAbis } from "./abis.ts";
import { compileSubgraph, placeSubgraph } from "./compile.ts";
import { defaultDeployments, networks, readPlace, toPlace } from "./deployment.ts";
import { dataSources } from "./manifest.ts";
import { listTests, readTest } from "./test-files.ts";

export interface Check {
  readonly name: string;
  readonly run: () => unknown;
}

const template = readFileSync(new URL("../subgraph.template.yaml", import.meta.url), "utf8");

export const checks: readonly Check[] = [
  { name: "the built manifest has the addresses and the start block of deployments/", run: checkPlaces },
  { name: "a deployment that is none is refused in words", run: checkRefusals },
  { name: "every event that a user would recognise has a handler", run: checkHandlers },
  { name: "every handler has a test file", run: checkCoverage },
];

/** An example of our own and every deployment there is, through the real compiler. */
async function checkPlaces(): Promise<void> {
  const compiled = await compileSubgraph({
    name: "product",
    abis: readAbis(),
    onProgress: (text) => console.log(`... ${text}`),
  });
  const address = (digit: string) => `0x${digit.repeat(40)}`;
  const example = {
    startBlock: 4_242,
    contracts: {
      StationRegistry: { address: address("a") },
      OracleRegistry: { address: address("B"), constructorArguments: [address("7"), address("C"), "1"] },
      ChargingSessions: { address: address("7") },
      TestCurrency: { address: address("c") },
    },
  };
  const there = Object.entries(networks).filter(([, { chainId }]) =>
    readdirSync(defaultDeployments).includes(`${chainId}.json`),
  );
  const places = [toPlace("sepolia", example), ...there.map(([network]) => readPlace(network))];
  const folder = mkdtempSync(join(tmpdir(), "openjoule-manifest-"));
  try {
    for (const place of places) {
      const out = join(folder, place.network);
      await placeSubgraph({ compiled, place, out });
      for (const manifest of [join(out, "subgraph.yaml"), join(out, "build", "subgraph.yaml")]) {
        const text = readFileSync(manifest, "utf8");
        const all = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]);
        deepStrictEqual(all(/^ {4}name: (\w+)$/gm), [...dataSources]);
        deepStrictEqual(
          all(/address: "?(0x\w+)"?/g),
          dataSources.map((name) => place.addresses[name]),
        );
        deepStrictEqual(
          all(/startBlock: (\d+)/g),
          dataSources.map(() => String(place.startBlock)),
        );
        deepStrictEqual(
          all(/network: (.+)/g),
          dataSources.map(() => place.network),
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function checkRefusals(): void {
  const address = `0x${"1".repeat(40)}`;
  const contracts = {
    StationRegistry: { address },
    OracleRegistry: { address, constructorArguments: [address, address] },
    ChargingSessions: { address },
  };
  const refuses = (deployment: object, reason: RegExp) => throws(() => toPlace("localhost", deployment), reason);
  strictEqual(toPlace("localhost", { startBlock: 0, contracts }).startBlock, 0);
  refuses({ contracts }, /startBlock is undefined/);
  refuses({ startBlock: -1, contracts }, /startBlock is -1/);
  refuses({ startBlock: 1 }, /contracts\.OracleRegistry\.constructorArguments\[1\] is undefined/);
  refuses({ startBlock: 1, contracts: { ...contracts, StationRegistry: {} } }, /StationRegistry\.address is undefined/);
  refuses(
    { startBlock: 1, contracts: { ...contracts, TestCurrency: { address: "0x12" } } },
    /TestCurrency\.address is 0x12/,
  );
  throws(() => readPlace("atlantis"), /Unknown network atlantis: .*localhost/);
  throws(() => readPlace("localhost", tmpdir()), /Nothing is deployed on localhost/);
}

/** Events that say nothing to index: approvals, and a station token's transfer, which OwnerEpochStarted follows. */
const passedOver = [
  "StationRegistry.Approval",
  "StationRegistry.ApprovalForAll",
  "StationRegistry.Transfer",
  "OracleRegistry.EIP712DomainChanged",
  "ChargingSessions.Approval",
  "ChargingSessions.EIP712DomainChanged",
  "ChargingSessions.OperatorSet",
];

function checkHandlers(): void {
  const abis = readAbis();
  const events = dataSources.flatMap((contract) => abis[contract].map(({ name }) => `${contract}.${name}`));
  deepStrictEqual(events.filter((event) => !passedOver.includes(event)).sort(), handled().sort());
}

function checkCoverage(): void {
  const tested = new Set<string>();
  for (const name of listTests()) {
    const { test, blocks } = readTest(name);
    ok(test.assertions.length > 0, `${name} asserts nothing`);
    for (const { contract, event } of blocks.flatMap(({ events = [] }) => events)) tested.add(`${contract}.${event}`);
    // A file tests the handler that it is named after.
    const own = handled().map((event) => fileOf(event));
    ok(
      own.some((file) => name === file || name.startsWith(`${file}-`)),
      `tests/${name}.json is named after no handler`,
    );
  }
  deepStrictEqual(
    handled().filter((event) => !tested.has(event) || !listTests().includes(fileOf(event))),
    [],
  );
}

/** `ChargingSessions.SessionOpened` → `session-opened` */
function fileOf(event: string): string {
  return event
    .replace(/^\w+\./, "")
    .replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();
}

/** `Contract.Event` of every handler in the manifest. */
function handled(): string[] {
  let contract = "";
  return template.split("\n").flatMap((line) => {
    contract = /^ {4}name: (\w+)$/.exec(line)?.[1] ?? contract;
    const event = /^ +- event: (\w+)$/.exec(line)?.[1];
    return event === undefined ? [] : [`${contract}.${event}`];
  });
}
