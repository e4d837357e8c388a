import { queryReceipt, type Receipt } from "@openjoule/sdk";
import type { Hex } from "viem";
import { createDriver, type OpenedSession } from "../../simulators/driver/driver.ts";
import { localAccount } from "./accounts.ts";
import { type Balances, readBalances } from "./balances.ts";
import { readEvents } from "./events.ts";
import type { Network } from "./network.ts";
import { waitFor } from "./wait.ts";
import { tellWhileWaiting } from "./waiting.ts";

/** Live state of a session as the oracle tells it; numbers beyond 53 bits are text. */
export interface LiveSession {
  status: string;
  energyWh: number;
  powerW: number | null;
  cost: string;
  settlementTransactionHash: Hex | null;
}

/** A signed statement as the oracle gives it out: with it the driver can settle alone. */
export interface GivenStatement {
  sequence: number;
  stopReason: number;
  waived: string;
  evidence: Hex;
  periods: string[];
  digest: Hex;
  signatures: { operator: Hex; key: Hex; r: Hex; vs: Hex }[];
  cost: string;
}

/** What a session looked like from the driver's side, from wallet to receipt. */
export interface SessionRecord {
  opened: OpenedSession;
  statements: GivenStatement[];
  receipt: Receipt;
  before: Balances;
  after: Balances;
  transactions: { opened: Hex; stopRequested: Hex; settled: Hex };
  /** Seconds of the session itself, from paying to the request to stop. */
  chargingSeconds: number;
  /** Seconds from the request to stop to the receipt. */
  receiptSeconds: number;
}

export interface SessionOptions {
  /** Which EVSE of the station. */
  index: number;
  /** Base units. */
  deposit: bigint;
  /** The driver asks for the end once the meter has said this much. */
  energyWh: number;
  maxSeconds: number;
  /** A step that has just happened. */
  onStep?: (text: string, transactionHash?: Hex) => void;
  /** A change of the session, at each meter value. */
  onLive?: (live: LiveSession) => void;
  onStatement?: (statement: GivenStatement) => void;
  /** What is still waited for, every few seconds. */
  onProgress?: (text: string) => void;
}

/** After this many seconds without the wished energy something is wrong. */
const LONGEST_CHARGE_SECONDS = 90;

/**
 * One driver's session in real time: pays, watches the oracle's stream, asks for the end, waits for the settlement and
 * for the subgraph's receipt.
 *
 * @throws Error that says which step failed and why
 */
export async function performSession(network: Network, options: SessionOptions): Promise<SessionRecord> {
  const { world, sender, chain, graphNode, oracleUrl } = network;
  if (!graphNode) throw new Error("a session ends with the subgraph's receipt, and no graph-node was started");
  const account = localAccount("driver");
  const driver = createDriver({ account, chain: sender.chain, rpcUrl: chain.url, deployment: world.deployment });
  const before = await readBalances(network);

  const choice = {
    offer: world.offerOf(options.index),
    config: world.config,
    terms: world.terms,
    pricing: world.pricing,
  };
  /** Says what is waited for, and names the step in the error. */
  const step = <Value>(name: string, what: string, work: Promise<Value>) =>
    named(name, tellWhileWaiting(what, work, options.onProgress));
  const opened = await step("paying", "the payment to be mined", driver.open(choice, options));
  const openedAt = performance.now();
  options.onStep?.("the driver has paid and opened the session", opened.transactionHash);

  const url = `${oracleUrl}/sessions/${opened.sessionId}`;
  await step(
    "the oracle learns of the session",
    "the oracle to learn of the session",
    waitFor("the oracle knows the session", async (signal) => (await fetch(url, { signal })).ok, {
      timeoutSeconds: 30,
      alive: [network.oracle],
    }),
  );
  const watch = watchSession(url, options);
  await step(
    "charging",
    `${options.energyWh} Wh to be delivered`,
    waitFor(`${options.energyWh} Wh are delivered`, () => (watch.live()?.energyWh ?? 0) >= options.energyWh, {
      timeoutSeconds: LONGEST_CHARGE_SECONDS,
      alive: [network.oracle, network.chargePoint],
    }),
  );
  const stopped = await step("asking for the end", "the request to stop to be mined", driver.requestStop(opened));
  const stoppedAt = performance.now();
  options.onStep?.("the driver has asked for the end", stopped.transactionHash);

  const receipt = await step(
    "settling",
    "the settlement and the subgraph's receipt",
    waitFor("the subgraph has the receipt", () => queryReceipt(graphNode.url, opened.sessionId), {
      timeoutSeconds: 60,
      alive: [network.oracle],
    }),
  );
  const receiptSeconds = (performance.now() - stoppedAt) / 1000;
  options.onStep?.("the session is settled", receipt.paidTransaction);
  const statements = await readStatements(url);
  watch.stop();
  return {
    opened,
    statements,
    receipt,
    before,
    after: await readBalances(network),
    transactions: {
      opened: opened.transactionHash,
      stopRequested: stopped.transactionHash,
      settled: receipt.paidTransaction,
    },
    chargingSeconds: (stoppedAt - openedAt) / 1000,
    receiptSeconds,
  };
}

/** Names the step in the error. */
async function named<Value>(name: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (cause) {
    throw new Error(`${name}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** Follows the oracle's stream; a stream that breaks off is read anew, as the oracle may have been restarted. */
export function watchSession(url: string, options: Pick<SessionOptions, "onLive" | "onStatement">) {
  let live: LiveSession | undefined;
  let lastSequence = 0;
  const abort = new AbortController();
  const follow = async () => {
    for await (const { event, data } of readEvents(`${url}/events`, abort.signal)) {
      if (event === "state") {
        live = data as LiveSession;
        options.onLive?.(live);
      }
      if (event === "statement" && (data as GivenStatement).sequence > lastSequence) {
        lastSequence = (data as GivenStatement).sequence;
        options.onStatement?.(data as GivenStatement);
      }
    }
  };
  const loop = async () => {
    while (!abort.signal.aborted) {
      await follow().catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  void loop();
  return { live: () => live, stop: () => abort.abort() };
}

async function readStatements(url: string): Promise<GivenStatement[]> {
  const response = await fetch(`${url}/statements`);
  if (!response.ok) throw new Error(`the oracle's statements: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { statements: GivenStatement[] }).statements;
}
