import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Chain, startChain } from "../../scripts/local/chain.ts";
import { runGndTest } from "../../scripts/local/gnd-test.ts";
import { resolveGraphNode, startGraphNode } from "../../scripts/local/graph-node.ts";
import { assertPortFree } from "../../scripts/local/ports.ts";
import { type Postgres, startPostgres } from "../../scripts/local/postgres.ts";
import type { Run } from "../../scripts/local/run.ts";
import { querySubgraph } from "../../scripts/local/subgraph-query.ts";
import { waitFor } from "../../scripts/local/wait.ts";
import { buildHelloSubgraph, deployHello, greet, helloAddress, price } from "./support/hello-subgraph.ts";
import { childrenOf, expectGone, ownTemporaryFolder } from "./support/processes.ts";
import { createTestRun } from "./support/run.ts";

describe("which graph-node is used", () => {
  it("GRAPH_NODE_URL before all, then npm's build", () => {
    const url = "http://127.0.0.1:8000/subgraphs/name/openjoule";
    expect(resolveGraphNode({ GRAPH_NODE_URL: url })).toEqual({ kind: "url", url });
    expect(resolveGraphNode({ GRAPH_NODE_URL: "" }, { os: "darwin", cpu: "arm64" }).kind).toBe("none");
  });

  it("elsewhere than on Linux x64, one line says what to do", () => {
    const choice = resolveGraphNode({}, { os: "darwin", cpu: "arm64" });
    if (choice.kind !== "none") throw new Error(`found ${choice.kind}`);
    expect(choice.advice).toContain("npm has it for Linux on x64 only and this is darwin on arm64");
    expect(choice.advice).toContain("set GRAPH_NODE_URL=");
    expect(choice.advice).not.toContain("\n");
  });
});

describe.runIf(resolveGraphNode({}).kind === "gnd")("graph-node", () => {
  const temporary = ownTemporaryFolder();
  let subgraph: Awaited<ReturnType<typeof buildHelloSubgraph>>;
  let shared: Run;
  let postgres: Postgres;
  let run: Run;
  let chain: Chain;
  let databases = 0;

  const newDatabase = () => postgres.createDatabase(`test${++databases}`);

  beforeAll(async () => {
    shared = createTestRun();
    [subgraph, postgres] = await Promise.all([buildHelloSubgraph(), startPostgres({ run: shared })]);
  });
  afterAll(async () => {
    subgraph?.remove();
    await shared.stop();
    const left = temporary.runFolders();
    temporary.remove();
    expect(left).toEqual([]);
  });
  beforeEach(async () => {
    run = createTestRun();
    chain = await startChain({ run });
    await deployHello(chain);
  });
  afterEach(() => run.stop());

  const start = async () =>
    startGraphNode({ run, buildFolder: subgraph.buildFolder, chainUrl: chain.url, postgresUrl: await newDatabase() });

  it("indexes events, structs among them, under its name", async () => {
    await greet(chain, 2n ** 256n - 1n, "before it started");
    const node = await start();
    const prices = [
      { startsAt: 5n, amount: 7n },
      { startsAt: 6n, amount: 2n ** 128n - 1n },
    ];
    await node.waitForBlock(await price(chain, prices, true));
    expect(node.url).toBe(`http://127.0.0.1:${node.port}/subgraphs/name/openjoule`);
    expect(
      await node.query("{ greetings { amount text block } prices(orderBy: startsAt) { startsAt amount open } }"),
    ).toEqual({
      greetings: [{ amount: (2n ** 256n - 1n).toString(), text: "before it started", block: "2" }],
      prices: [
        { startsAt: "5", amount: "7", open: true },
        { startsAt: "6", amount: (2n ** 128n - 1n).toString(), open: true },
      ],
    });
    expect(await node.query("{ totals(interval: hour, current: include) { sum } }")).toEqual({
      totals: [{ sum: (2n ** 256n - 1n).toString() }],
    });
    // Browsers ask from another origin.
    const response = await fetch(node.url, { method: "OPTIONS", headers: { origin: "http://127.0.0.1:5173" } });
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    await expect(node.query("{ nonsense }")).rejects.toThrow("nonsense");
  });

  it("follows a reorganisation", async () => {
    const node = await start();
    await node.waitForBlock(await greet(chain, 1n, "stays"));
    await node.waitForBlock(await greet(chain, 2n, "goes"));
    expect(await node.query("{ greetings { text } }")).toMatchObject({ greetings: { length: 2 } });
    // The last block is made again, empty, and followed by others, as graph-node only looks at longer chains.
    await chain.rpc("anvil_reorg", [1, []]);
    await chain.rpc("anvil_mine", ["0x2"]);
    await node.waitForBlock(Number(await chain.rpc("eth_blockNumber")));
    expect(await node.query("{ greetings { text } }")).toEqual({ greetings: [{ text: "stays" }] });
  });

  it("starts on a chain that has not reached the subgraph's first block", async () => {
    const young = await startChain({ run });
    const node = await startGraphNode({
      run,
      buildFolder: subgraph.buildFolder,
      chainUrl: young.url,
      postgresUrl: await newDatabase(),
    });
    await deployHello(young);
    await node.waitForBlock(await greet(young, 1n, "late"));
    expect(await node.query("{ greetings { text } }")).toEqual({ greetings: [{ text: "late" }] });
  });

  it("a handler that fails ends the wait with its message and block", async () => {
    const node = await start();
    const block = await greet(chain, 1n, "fail");
    const failure = await node.waitForBlock(block).catch((error: Error) => error);
    expect(failure).toMatchObject({ name: "SubgraphFailedError" });
    expect(String(failure)).toMatch(
      new RegExp(`the subgraph failed at block ${block}: .*handleGreeted.*asked to fail`, "s"),
    );
  });

  it("that dies ends the wait", async () => {
    const node = await start();
    const waiting = node.waitForBlock(1_000_000);
    process.kill(node.pid, "SIGKILL");
    await expect(waiting).rejects.toMatchObject({
      name: "ProcessDiedError",
      message: expect.stringContaining("graph-node was ended by SIGKILL"),
    });
  });

  it("a block that does not come is an error that says how far it is", async () => {
    const node = await start();
    await expect(node.waitForBlock(1_000_000, { timeoutSeconds: 1 })).rejects.toThrow(
      "the subgraph at block 1000000: not after 1 s\nlast attempt: it is at block 1",
    );
  });

  it("starts PostgreSQL itself when it is given none, and takes everything along when it ends", async () => {
    const before = temporary.runFolders();
    const node = await startGraphNode({ run, buildFolder: subgraph.buildFolder, chainUrl: chain.url });
    expect(temporary.runFolders()).toHaveLength(before.length + 1);
    await node.stop();
    await node.stop();
    await expectGone([node.pid]);
    for (const port of node.exposedPorts) await assertPortFree(port, "graph-node");
    expect(temporary.runFolders()).toEqual(before);
  });

  it("a database that it cannot use is an error with its words, although it does not end by itself", async () => {
    const postgresUrl = (await newDatabase()).replace(/:[^:@/]+@/, "@");
    const starting = startGraphNode({ run, buildFolder: subgraph.buildFolder, chainUrl: chain.url, postgresUrl });
    await expect(starting).rejects.toThrow(/graph-node panicked; its last lines:.*could not find password/s);
  });

  it("a subgraph that is not built, and one that is broken, are errors", async () => {
    const nowhere = startGraphNode({ run, buildFolder: `${subgraph.folder}/none`, chainUrl: chain.url });
    await expect(nowhere).rejects.toThrow("build the subgraph first (graph build)");
    const broken = join(subgraph.folder, "broken");
    mkdirSync(broken);
    writeFileSync(
      join(broken, "subgraph.yaml"),
      "specVersion: 1.3.0\nschema: { file: ./none.graphql }\ndataSources: []\n",
    );
    // Its last line says why, unless it ends before it has written that.
    const starting = startGraphNode({
      run,
      buildFolder: broken,
      chainUrl: chain.url,
      postgresUrl: await newDatabase(),
      timeoutSeconds: 20,
    });
    await expect(starting).rejects.toThrow("graph-node ended with code 1; its last lines:");
  });

  it.each([
    ["is killed", "wait", { code: null, signal: "SIGKILL" }],
    ["ends without stopping them", "exit", { code: 3, signal: null }],
  ])("nothing is left of chain, PostgreSQL and graph-node when their program %s", async (_, what, expected) => {
    const before = temporary.runFolders();
    const logs = mkdtempSync(join(tmpdir(), "logs-"));
    const file = fileURLToPath(new URL("support/stack.ts", import.meta.url));
    const program = spawn(process.execPath, [file, subgraph.buildFolder, logs, what], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => program.once("exit", (code, signal) => resolve({ code, signal })));
    try {
      const [line] = await once(createInterface({ input: program.stdout }), "line");
      const { pids } = JSON.parse(line) as { pids: number[] };
      if (what === "wait") {
        // PostgreSQL's own processes are in groups of their own.
        pids.push(...childrenOf(pids[1] as number));
        expect(pids.length).toBeGreaterThan(6);
        program.kill("SIGKILL");
      }
      expect(await ended).toEqual(expected);
      await expectGone(pids);
      await waitFor("its data is removed", () => temporary.runFolders().length === before.length, {
        timeoutSeconds: 15,
      });
    } finally {
      program.kill("SIGKILL");
      rmSync(logs, { recursive: true, force: true });
    }
  });

  describe("gnd test", () => {
    const signature = "Greeted(uint256 amount, string text)";
    const testFile = (text: string, expected: string) => ({
      name: `Greeted with ${text}`,
      // The first block is skipped when the manifest has a start block: it stays empty.
      blocks: [{}, { number: 2, events: [{ address: helloAddress, event: signature, params: { amount: "3", text } }] }],
      assertions: [
        { query: "{ greetings { amount text } }", expected: { greetings: [{ amount: "3", text: expected }] } },
      ],
    });
    const write = (name: string, content: object) => {
      mkdirSync(join(subgraph.folder, "tests"), { recursive: true });
      writeFileSync(join(subgraph.folder, "tests", name), JSON.stringify(content));
      return join("tests", name);
    };

    it("passes, fails and shows the difference", async () => {
      const good = write("good.json", testFile("hello", "hello"));
      const bad = write("bad.json", testFile("hello", "goodbye"));
      const options = { run, subgraphFolder: subgraph.folder, postgresUrl: await newDatabase() };
      expect(await runGndTest({ ...options, files: [good] })).toMatchObject({ ok: true, passed: 1, failed: 0 });
      const result = await runGndTest(options);
      expect(result).toMatchObject({ ok: false, passed: 1, failed: 1 });
      expect(result.output).toMatch(/- +"text": "goodbye"\n\+? *\+ +"text": "hello"/);
      expect(await runGndTest({ ...options, files: [bad] })).toMatchObject({ ok: false, passed: 0, failed: 1 });
    });

    it("a handler that fails fails the test", async () => {
      const file = write("fail.json", testFile("fail", "fail"));
      const result = await runGndTest({ run, subgraphFolder: subgraph.folder, files: [file] });
      expect(result).toMatchObject({ ok: false, passed: 0, failed: 1 });
      expect(result.output).toContain("asked to fail");
    });

    it("nothing tested is not a pass, and what stops it is an error", async () => {
      const postgresUrl = await newDatabase();
      const options = { run, subgraphFolder: subgraph.folder, timeoutSeconds: 20 };
      await expect(runGndTest({ ...options, postgresUrl, files: ["tests/none.json"] })).rejects.toThrow(
        "Test file not found: tests/none.json",
      );
      const file = write("good.json", testFile("hello", "hello"));
      const panicking = runGndTest({ ...options, files: [file], postgresUrl: postgresUrl.replace(/:[^:@/]+@/, "@") });
      await expect(panicking).rejects.toThrow(/gnd-test was ended by SIGKILL.*could not find password/s);
    });

    it("querySubgraph says when an address answers no GraphQL", async () => {
      await expect(querySubgraph(chain.url, "{ _meta { block { number } } }")).rejects.toThrow("without data");
    });
  });
});
