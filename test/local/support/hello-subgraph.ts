import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { concatHex, encodeAbiParameters, encodeEventTopics, type Hex, parseAbi } from "viem";
import type { Chain } from "../../../scripts/local/chain.ts";

/**
 * A subgraph and a contract as small as they can be, to try graph-node with: events with and without a struct, a
 * timeseries, and a handler that fails when it is asked to.
 */
export const helloAbi = parseAbi([
  "struct Price { uint64 startsAt; uint128 amount; }",
  "event Greeted(uint256 amount, string text)",
  "event Priced(Price[] prices, bool open)",
]);

/** anvil's first account, and the address of the first contract that it deploys. */
export const deployer = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
export const helloAddress = "0x5fbdb2315678afecb367f032d93f642f64180aa3";

const projectFolder = fileURLToPath(new URL("../../..", import.meta.url));

const files = {
  "schema.graphql": `
    type Greeting @entity(immutable: true) { id: Bytes! amount: BigInt! text: String! block: BigInt! }
    type Price @entity(immutable: true) { id: Bytes! startsAt: BigInt! amount: BigInt! open: Boolean! }
    type Point @entity(timeseries: true) { id: Int8! timestamp: Timestamp! amount: BigInt! }
    type Total @aggregation(intervals: ["hour"], source: "Point") {
      id: Int8! timestamp: Timestamp! sum: BigInt! @aggregate(fn: "sum", arg: "amount")
    }`,
  "subgraph.yaml": `
specVersion: 1.3.0
schema: { file: ./schema.graphql }
dataSources:
  - kind: ethereum/contract
    name: Hello
    network: localhost
    source: { abi: Hello, address: "${helloAddress}", startBlock: 1 }
    mapping:
      kind: ethereum/events
      apiVersion: 0.0.9
      language: wasm/assemblyscript
      entities: [Greeting, Price]
      abis: [{ name: Hello, file: ./Hello.json }]
      eventHandlers:
        - { event: "Greeted(uint256,string)", handler: handleGreeted }
        - { event: "Priced((uint64,uint128)[],bool)", handler: handlePriced }
      file: ./mapping.ts`,
  "mapping.ts": `
import { Greeted, Priced } from "./generated/Hello/Hello";
import { Greeting, Point, Price } from "./generated/schema";

export function handleGreeted(event: Greeted): void {
  assert(event.params.text != "fail", "asked to fail");
  const greeting = new Greeting(event.transaction.hash.concatI32(event.logIndex.toI32()));
  greeting.amount = event.params.amount;
  greeting.text = event.params.text;
  greeting.block = event.block.number;
  greeting.save();
  const point = new Point(0);
  point.timestamp = 0;
  point.amount = event.params.amount;
  point.save();
}

export function handlePriced(event: Priced): void {
  for (let i = 0; i < event.params.prices.length; i++) {
    const price = new Price(event.transaction.hash.concatI32(i));
    price.startsAt = event.params.prices[i].startsAt;
    price.amount = event.params.prices[i].amount;
    price.open = event.params.open;
    price.save();
  }
}`,
  // graph-node reads no ABI without `anonymous`, which viem leaves out.
  "Hello.json": JSON.stringify(helloAbi.map((event) => ({ ...event, anonymous: false }))),
};

/** Writes and builds it (graph-cli, about ten seconds). Returns its folder; build/ is in it. */
export async function buildHelloSubgraph() {
  // Inside the project: graph-cli looks for its compiler in the node_modules above.
  const cache = join(projectFolder, ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "hello-subgraph-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const require = createRequire(join(projectFolder, "subgraph", "package.json"));
  const graph = join(dirname(require.resolve("@graphprotocol/graph-cli/package.json")), "bin", "run.js");
  const run = (...args: string[]) => promisify(execFile)(process.execPath, [graph, ...args], { cwd: folder });
  try {
    await run("codegen");
    await run("build");
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  return { folder, buildFolder: join(folder, "build"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Deploys a contract that emits what it is told to: the first word of its calldata is the topic, the rest the data.
 * `size - 32`, copy that many bytes from 32 on to memory, load the word at 0, LOG1.
 */
export async function deployHello(chain: Chain): Promise<void> {
  const runtime = "60203603806020" + "5f375f35905fa100";
  // Copies the 15 bytes after itself and returns them.
  const initialisation = "600f8060095f395ff3";
  await send(chain, { data: `0x${initialisation}${runtime}` });
}

export function greet(chain: Chain, amount: bigint, text: string): Promise<number> {
  const data = encodeAbiParameters([{ type: "uint256" }, { type: "string" }], [amount, text]);
  return emit(chain, encodeEventTopics({ abi: helloAbi, eventName: "Greeted" })[0], data);
}

export function price(chain: Chain, prices: { startsAt: bigint; amount: bigint }[], open: boolean): Promise<number> {
  const [event] = helloAbi.filter(({ name }) => name === "Priced");
  if (!event) throw new Error("no such event");
  const data = encodeAbiParameters(event.inputs, [prices, open] as never);
  return emit(chain, encodeEventTopics({ abi: helloAbi, eventName: "Priced" })[0], data);
}

const emit = (chain: Chain, topic: Hex, data: Hex) => send(chain, { to: helloAddress, data: concatHex([topic, data]) });

/** Sends and waits; returns the block's number. */
async function send(chain: Chain, transaction: { to?: string; data: string }): Promise<number> {
  const hash = await chain.rpc("eth_sendTransaction", [{ from: deployer, ...transaction }]);
  for (;;) {
    const receipt = await chain.rpc<{ blockNumber: string; status: string } | null>("eth_getTransactionReceipt", [
      hash,
    ]);
    if (receipt?.status === "0x0") throw new Error("the transaction failed");
    if (receipt) return Number(receipt.blockNumber);
    await new Promise((next) => setTimeout(next, 20));
  }
}
