/** `npm start` as a person meets it: the one JSON document, busy ports, a second start, Ctrl-C; nothing is left behind. */
import { createServer } from "node:net";
import { recoverStatementKey, sessionCost, sessionId, shareOut, statementDigest } from "@openjoule/sdk";
import { afterAll, describe, expect, it } from "vitest";
import { resolveGraphNode } from "../../scripts/local/graph-node.ts";
import { isRunning } from "../../scripts/local/processes.ts";
import type { GivenStatement } from "../../scripts/local/session.ts";
import { waitFor } from "../../scripts/local/wait.ts";
import { toStatement } from "./support/session.ts";
import { createPlace, runStart, type Started, type StartPlace } from "./support/start.ts";

const places: StartPlace[] = [];
const runs: Started[] = [];

async function place(): Promise<StartPlace> {
  const created = await createPlace();
  places.push(created);
  return created;
}

function start(at: StartPlace, args: readonly string[] = [], environment: Record<string, string> = {}): Started {
  const started = runStart(at, args, environment);
  runs.push(started);
  return started;
}

afterAll(async () => {
  // Only what a test that failed has left running. The tests run beside each other: not after each.
  for (const run of runs.splice(0)) {
    if (!isRunning(run.pid)) continue;
    run.interrupt();
    await run.ended();
  }
  for (const one of places.splice(0)) one.remove();
});

/** It has ended, and with it everything that it has started or written for the time of its life. */
async function expectNothingLeft(run: Started, at: StartPlace): Promise<void> {
  await waitFor("all processes end", () => run.survivors().length === 0, { timeoutSeconds: 3 });
  expect(at.leftovers()).toEqual([]);
}

/** Kills one of its processes: it says which, ends with an error, and leaves nothing. */
async function expectDeathNamed(run: Started, at: StartPlace, name: string, program: string): Promise<void> {
  const [victim] = run.processes(program);
  if (victim === undefined) throw new Error(`no process of ${name} was started`);
  process.kill(victim, "SIGKILL");
  expect(await run.ended(30)).toEqual({ code: 1, signal: null });
  expect(run.stderr()).toMatch(new RegExp(`npm start failed: (charging: )?${name} .*SIGKILL[\\s\\S]*log: `));
  await expectNothingLeft(run, at);
}

/** What the document says of itself, with its decimal text. */
interface Document {
  chainId: number;
  addresses: Record<"ChargingSessions" | "statementKey" | "driver" | "owner" | "operator", `0x${string}`>;
  sessionId: `0x${string}`;
  session: Record<string, unknown>;
  committee: { feeBps: number; members: string[] };
  tariff: { pricing: { elements: Record<string, string>[] } & Record<string, unknown> };
  statements: GivenStatement[];
  costLines: Record<string, string>;
  balances: Record<"before" | "after", Record<"driver" | "owner" | "operator", { wallet: string; ledger: string }>>;
  transactions: Record<string, string>;
  receipt: Record<string, unknown> & { lines: Record<string, string> };
  seconds: { start: Record<string, number>; charging: number; toReceipt: number };
}

const big = (object: Record<string, unknown>, keys: readonly string[]) =>
  Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, keys.includes(key) ? BigInt(value as string) : value]),
  );

/** The document proves the session by itself: with the sdk alone, without a chain. */
async function expectProof(document: Document): Promise<void> {
  const { addresses, chainId, statements, costLines, receipt, balances, committee } = document;
  const domain = { chainId, verifyingContract: addresses.ChargingSessions };
  expect(sessionId(domain, big(document.session, ["deposit"]) as never)).toBe(document.sessionId);
  expect(statements.length).toBeGreaterThan(5);
  for (const given of statements) {
    const statement = toStatement(given);
    expect(given.digest).toBe(statementDigest(domain, document.sessionId, statement));
    const [signature] = given.signatures;
    if (!signature) throw new Error("not signed");
    expect(await recoverStatementKey(domain, document.sessionId, statement, signature)).toBe(addresses.statementKey);
  }
  const last = statements.at(-1);
  if (!last) throw new Error("no statement");
  const { pricing } = document.tariff;
  const elements = pricing.elements.map((element) => big(element, Object.keys(element)));
  const locked = BigInt(document.session.deposit as string);
  const lines = sessionCost({
    pricing: { ...big(pricing, ["minimum", "maximum", "noShowFee"]), elements } as never,
    periods: toStatement(last).periods,
    waived: 0n,
    locked,
  });
  expect(big(costLines, Object.keys(costLines))).toEqual(lines);
  expect(receipt.lines).toEqual(costLines);
  const shares = shareOut({ cost: lines.total, locked, feeBps: committee.feeBps, members: committee.members.length });
  expect(receipt).toMatchObject({
    sessionId: document.sessionId,
    exit: "Settled",
    stopReason: "Remote",
    refund: String(shares.driver),
    fee: String(shares.fee),
    ownerRevenue: String(shares.owner),
    openedTransaction: document.transactions.opened,
    paidTransaction: document.transactions.settled,
  });
  const change = (party: "driver" | "owner" | "operator") => {
    const held = ({ wallet, ledger }: { wallet: string; ledger: string }) => BigInt(wallet) + BigInt(ledger);
    return held(balances.after[party]) - held(balances.before[party]);
  };
  expect([change("driver"), change("owner"), change("operator")]).toEqual([-lines.total, shares.owner, shares.fee]);
  expect(Object.keys(document.transactions)).toEqual(["opened", "stopRequested", "settled"]);
  for (const hash of Object.values(document.transactions)) expect(hash).toMatch(/^0x[0-9a-f]{64}$/);
}

describe.runIf(resolveGraphNode({}).kind === "gnd").concurrent("npm start", () => {
  it("--once --json prints one JSON document, which proves the session, and leaves nothing; meanwhile a second start is refused", async () => {
    const at = await place();
    const run = start(at, ["--once", "--json"]);
    await run.until("starting graph-node");
    const { environment } = await place();
    const { LOCAL_STATE_DIR = "" } = at.environment;
    const second = start(at, ["--once", "--json"], { ...environment, LOCAL_STATE_DIR });
    expect(await second.ended()).toEqual({ code: 1, signal: null });
    expect(second.stderr()).toMatch(new RegExp(`already .*process ${run.pid}.*kill ${run.pid}`, "s"));
    expect(second.stdout()).toBe("");

    expect(await run.ended(150), run.stderr()).toEqual({ code: 0, signal: null });
    expect(run.seen()).toBeGreaterThan(5);
    await expectNothingLeft(run, at);
    expect(run.stdout()).toMatch(/^\{[\s\S]*\}\n$/);
    const document = JSON.parse(run.stdout()) as Document;
    await expectProof(document);
    // The person who waits has seen it happen.
    for (const hash of Object.values(document.transactions).slice(0, 2)) expect(run.stderr()).toContain(hash);
    expect(run.stderr()).toContain("RECEIPT");
  });

  it("stays up after the receipt, answers at the addresses it prints, and ends with Ctrl-C", async () => {
    const at = await place();
    const run = start(at);
    await run.until("Ctrl-C stops it.", 150);
    const printed = [...run.stdout().matchAll(/ {2}(http:\S+)/g)].map(([, url]) => url ?? "");
    const { WEB_PORT, CHAIN_PORT, SUBGRAPH_PORT, ORACLE_PORT } = at.ports;
    expect(printed.map((url) => Number(new URL(url).port))).toEqual([WEB_PORT, CHAIN_PORT, SUBGRAPH_PORT, ORACLE_PORT]);
    const [web = "", chain = "", subgraph = "", oracle = ""] = printed;
    expect(await (await fetch(web)).text()).toContain("<title>OpenJoule");
    expect(await (await fetch(`${web}/config.json`)).json()).toMatchObject({ chainId: 31337, local: true });
    const post = (url: string, body: object) =>
      fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    expect(
      await (await post(chain, { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] })).json(),
    ).toMatchObject({
      result: "0x7a69",
    });
    const receipts = await (await post(subgraph, { query: "{ receipts { id } }" })).json();
    expect(receipts).toMatchObject({ data: { receipts: [{ id: expect.any(String) }] } });
    for (const path of ["healthz", "readyz", "metrics", "openapi.json"]) {
      expect((await fetch(`${oracle}/${path}`)).status, path).toBe(200);
    }
    run.interrupt();
    expect(await run.ended(30)).toEqual({ code: null, signal: "SIGINT" });
    expect(run.stdout()).toContain("stopping the network");
    expect(run.stderr()).toBe("");
    await expectNothingLeft(run, at);
  });

  it.each([
    ["postgres", "bin/postgres"],
    ["oracle", "oracle/main.ts"],
  ])(
    "%s, killed in the middle of a session, ends it at once and is named with its last words",
    async (name, program) => {
      const at = await place();
      const run = start(at, ["--once", "--json"]);
      await run.until("charging  ", 150);
      await expectDeathNamed(run, at, name, program);
      expect(run.stdout()).toBe("");
    },
  );

  it("a part that is killed after the session, while the network is up, is named too", async () => {
    const at = await place();
    const run = start(at);
    await run.until("Ctrl-C stops it.", 200);
    await expectDeathNamed(run, at, "graph-node", "--manifests");
  });

  it.each(["compiling the contracts", "starting graph-node", "charging"])(
    'interrupted at "%s" it ends cleanly',
    async (moment) => {
      const at = await place();
      const run = start(at);
      await run.until(moment);
      run.interrupt();
      expect(await run.ended(30)).toEqual({ code: null, signal: "SIGINT" });
      expect(run.stdout()).toContain("stopping the network");
      expect(run.stderr()).toBe("");
      await expectNothingLeft(run, at);
    },
  );

  it("whose output nobody reads any more stops the network in order, without a stack", async () => {
    const at = await place();
    const run = start(at, ["--once"]);
    await run.until("compiling the contracts");
    run.closeStdout();
    expect(await run.ended(30)).toEqual({ code: 1, signal: null });
    expect(run.stderr()).toMatch(/^npm start: nobody reads its output any more.*\n$/);
    await expectNothingLeft(run, at);
  });

  it("an option that it does not have is told in one line, with those that it has", async () => {
    const at = await place();
    const run = start(at, ["--onse"]);
    expect(await run.ended()).toEqual({ code: 2, signal: null });
    expect(run.stderr()).toMatch(/^npm start: .*--onse.*--once, --json, --help\n$/);
    expect(run.stdout()).toBe("");
  });

  it.each([
    ["CHAIN_PORT", "chain", ["--once", "--json"]],
    ["SUBGRAPH_PORT", "subgraph", ["--once", "--json"]],
    ["ORACLE_PORT", "oracle", ["--once", "--json"]],
    ["OCPP_PORT", "OCPP", ["--once", "--json"]],
    // The app is only for people: without `--once`.
    ["WEB_PORT", "web app", ["--json"]],
  ] as const)("a port in use (%s) is told at once, with the variable that moves it", async (variable, what, args) => {
    const at = await place();
    const port = at.ports[variable];
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    try {
      const run = start(at, args);
      expect(await run.ended()).toEqual({ code: 1, signal: null });
      expect(run.stderr()).toContain(`port ${port} (${what}) is in use; set ${variable} or stop the other program`);
      expect(run.stdout()).toBe("");
      await expectNothingLeft(run, at);
    } finally {
      server.close();
    }
  });

  it.each(["70000", "abc"])("a port that is none (%s) is told with what was expected", async (value) => {
    const at = await place();
    const run = start(at, ["--once"], { ORACLE_PORT: value });
    expect(await run.ended()).toEqual({ code: 1, signal: null });
    expect(run.stderr()).toMatch(/ORACLE_PORT .* expected a whole number from 1 to 65535/);
    await expectNothingLeft(run, at);
  });
});
