import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { gndBinary, type Platform, thisPlatform } from "./binaries.ts";
import { MissingBinaryError } from "./errors.ts";
import { startIpfsStub } from "./ipfs-stub.ts";
import { choosePort, findFreePort } from "./ports.ts";
import { startPostgres } from "./postgres.ts";
import { baseEnvironment, type Child } from "./processes.ts";
import type { Run } from "./run.ts";
import { querySubgraph, readFailure, readHead, type WaitForBlockOptions, waitForBlock } from "./subgraph-query.ts";
import { type WaitOptions, waitFor } from "./wait.ts";

/** Where the subgraph can run: in our own graph-node, in one that is already there, or nowhere on this machine. */
export type GraphNodeChoice =
  | { kind: "gnd"; binary: string }
  | { kind: "url"; url: string }
  /** `advice` is one line for the person at the terminal. */
  | { kind: "none"; advice: string };

/** `GRAPH_NODE_URL` (the query URL of the subgraph, deployed by its owner) goes before the graph-node from npm. */
export function resolveGraphNode(
  environment: NodeJS.ProcessEnv = process.env,
  platform: Platform = thisPlatform,
): GraphNodeChoice {
  if (environment.GRAPH_NODE_URL) return { kind: "url", url: environment.GRAPH_NODE_URL };
  const binary = gndBinary(platform);
  if (binary) return { kind: "gnd", binary };
  const why =
    platform.os === "linux" && platform.cpu === "x64"
      ? "its npm package is not installed (run npm ci)"
      : `npm has it for Linux on x64 only and this is ${platform.os} on ${platform.cpu}`;
  const advice =
    `No subgraph: graph-node is not here, ${why}. Run one (Docker image graphprotocol/graph-node), ` +
    "deploy subgraph/ to it and set GRAPH_NODE_URL=http://<host>:8000/subgraphs/name/openjoule";
  return { kind: "none", advice };
}

export interface GraphNodeOptions {
  run: Run;
  /** Folder that `graph build` has written: subgraph.yaml, schema and WASM. */
  buildFolder: string;
  /** JSON-RPC of the chain. */
  chainUrl: string;
  /** Name of the network in the manifest. Default `localhost`. */
  network?: string;
  /** Name under which the subgraph is queried. Default `openjoule`. */
  name?: string;
  /** GraphQL port. Default: a free one. */
  port?: number;
  /** An empty database. Default: a PostgreSQL of its own, which ends with it. */
  postgresUrl?: string;
  /** How often the chain is asked for new blocks, milliseconds. Default 100. */
  pollingMilliseconds?: number;
  /** graph-node's own log: what a mapping logs comes at the same level. Default `warn`: `info` is 1 kB a block. */
  logLevel?: "error" | "warn" | "info" | "debug";
  /** How long it may take to answer, seconds. Default 60. */
  timeoutSeconds?: number;
  onProgress?: WaitOptions["onProgress"];
}

export interface GraphNode {
  /** The subgraph's query URL, `http://127.0.0.1:<port>/subgraphs/name/<name>`. */
  readonly url: string;
  readonly port: number;
  /** Indexing status and fatal errors, as GraphQL. */
  readonly statusUrl: string;
  /** What listens on all addresses of the machine, not on loopback alone: see startGraphNode. */
  readonly exposedPorts: readonly number[];
  readonly pid: number;
  query<Data>(query: string, variables?: Record<string, unknown>): Promise<Data>;
  /** @throws SubgraphFailedError, TimedOutError, ProcessDiedError */
  waitForBlock(blockNumber: number | bigint, options?: WaitForBlockOptions): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts graph-node's developer build (`gnd dev`) on a built subgraph and waits until it answers queries. It indexes
 * from the manifest's start block at each start, so a chain that was started anew needs an empty database.
 *
 * It listens on 0.0.0.0 and has no switch for that: on a machine that others can reach, a firewall must close
 * `exposedPorts` (the administration port lets anyone remove or deploy subgraphs). A proxy on loopback would not help,
 * as the ports behind it would stay as open as before.
 *
 * @throws MissingBinaryError, PortInUseError, ProcessDiedError, TimedOutError, SubgraphFailedError
 */
export async function startGraphNode(options: GraphNodeOptions): Promise<GraphNode> {
  const { run, name = "openjoule", network = "localhost", timeoutSeconds = 60 } = options;
  const choice = resolveGraphNode({});
  if (choice.kind !== "gnd") throw new MissingBinaryError(choice.kind === "none" ? choice.advice : choice.kind);
  const manifest = join(resolve(options.buildFolder), "subgraph.yaml");
  if (!existsSync(manifest)) throw new Error(`${manifest} is not there: build the subgraph first (graph build)`);

  const port = await choosePort(options.port, "subgraph", "SUBGRAPH_PORT");
  const adminPort = await findFreePort();
  const statusPort = await findFreePort();
  const metricsPort = await findFreePort();
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (let last = stops.pop(); last; last = stops.pop()) await last();
  };
  try {
    const ipfs = await startIpfsStub({ run });
    stops.push(ipfs.stop);
    let postgresUrl = options.postgresUrl;
    if (postgresUrl === undefined) {
      const postgres = await startPostgres({ run });
      stops.push(postgres.stop);
      postgresUrl = await postgres.createDatabase("graph");
    }
    const child = await run.start({
      name: "graph-node",
      command: choice.binary,
      args: [
        "dev",
        // The part after the colon is the build folder, seen from the manifest's: here they are the same.
        ...["--manifests", `${manifest}:.`, "--postgres-url", postgresUrl],
        ...["--ethereum-rpc", `${network}:${options.chainUrl}`, "--ipfs", ipfs.url],
        ...["--http-port", port, "--admin-port", adminPort, "--index-node-port", statusPort].map(String),
        ...["--metrics-port", String(metricsPort)],
      ],
      env: {
        ...baseEnvironment(),
        GRAPH_LOG: options.logLevel ?? "warn",
        ETHEREUM_POLLING_INTERVAL: String(options.pollingMilliseconds ?? 100),
      },
      // It ignores SIGTERM, and SIGINT ends it two seconds later by an abort. Its database is about to go: kill it.
      stopSignal: "SIGKILL",
    });
    stops.push(child.stop);

    const urlOf = (subgraph: string) => `http://127.0.0.1:${port}/subgraphs/name/${subgraph}`;
    const url = urlOf(name);
    const statusUrl = `http://127.0.0.1:${statusPort}/graphql`;
    const waiting = {
      timeoutSeconds,
      alive: [child],
      ...(options.onProgress && { onProgress: options.onProgress }),
    };
    const indexed = await waitFor(
      "graph-node indexes the subgraph",
      async (signal) =>
        panicOf(child) ?? (await readFailure(statusUrl, signal)) ?? (await readHead(urlOf(OWN_NAME), signal)),
      waiting,
    );
    if (indexed instanceof Error) throw indexed;
    // Not earlier: deploying while it deploys by itself makes it fail.
    await waitFor("graph-node names the subgraph", (signal) => deploy(adminPort, name, manifest, signal), waiting);
    await waitFor("the subgraph answers under its name", (signal) => readHead(url, signal), waiting);

    return {
      url,
      port,
      statusUrl,
      exposedPorts: [port, adminPort, statusPort, metricsPort],
      pid: child.pid,
      query: (query, variables) => querySubgraph(url, query, variables),
      waitForBlock: (blockNumber, waitOptions) =>
        waitForBlock(url, blockNumber, { statusUrl, alive: [child], ...waitOptions }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The name under which `gnd dev` deploys its first manifest. */
const OWN_NAME = "subgraph-0";

/** It does not end when its main task panics, e.g. on a database that it cannot use: only its log tells. */
function panicOf(child: Child): Error | undefined {
  const lines = child.lastLines(60);
  return lines.includes("panicked at") ? new Error(`graph-node panicked; its last lines:\n${lines}`) : undefined;
}

/** Deploys the same manifest once more under another name, which makes that a second name of the same deployment. */
async function deploy(adminPort: number, name: string, manifest: string, signal: AbortSignal): Promise<true> {
  await administer(adminPort, "subgraph_create", { name }, signal).catch((error: Error) => {
    // By an earlier attempt, whose deployment was not accepted.
    if (!error.message.includes("already exists")) throw error;
  });
  await administer(adminPort, "subgraph_deploy", { name, ipfs_hash: manifest }, signal);
  return true;
}

async function administer(port: number, method: string, params: object, signal: AbortSignal): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal,
  });
  const answer = (await response.json()) as { error?: { message: string } };
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
}
