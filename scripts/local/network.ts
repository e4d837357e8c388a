import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EvseKey, TariffPricing } from "@openjoule/sdk";
import { writeDeployment } from "@openjoule/sdk/deployments";
import { readAbis } from "../../subgraph/tools/abis.ts";
import { compileSubgraph, placeSubgraph } from "../../subgraph/tools/compile.ts";
import { toPlace } from "../../subgraph/tools/deployment.ts";
import { compileContracts } from "../deploy/compile.ts";
import { localAccount, localPrivateKey } from "./accounts.ts";
import { type Chain, startChain } from "./chain.ts";
import { type GraphNode, startGraphNode } from "./graph-node.ts";
import { type InhabitedStation, inhabit } from "./inhabit.ts";
import { deviceOf, type LivePoint, livePointsOf, type RunningPoint, startLivePoints } from "./live-points.ts";
import { nodeEnvironment } from "./node-environment.ts";
import { choosePort } from "./ports.ts";
import { startPostgres } from "./postgres.ts";
import type { Child } from "./processes.ts";
import type { Run } from "./run.ts";
import { createSender, type Sender, type Step } from "./sender.ts";
import { waitFor } from "./wait.ts";
import { tellWhileWaiting } from "./waiting.ts";
import { createWorld, fund, type World } from "./world.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The charge point of the local station: one device, a connector for each EVSE. */
export const chargePointId = "OJE-0001";
/** Only for the local network, where everything listens on loopback. */
export const chargePointPassword = "local-network-only";

const METER_SECONDS = 2;

/** TCP ports on loopback; one that is left out is a free one. */
export interface NetworkPorts {
  chain?: number;
  subgraph?: number;
  oracle?: number;
  ocpp?: number;
}

export interface NetworkOptions {
  run: Run;
  ports?: NetworkPorts;
  /** Where `<chainId>.json` is written. */
  deployments: string;
  /** Seconds between blocks. Default 1. */
  blockSeconds?: number;
  /** Seconds between the charge point's meter values. Default 2. */
  meterSeconds?: number;
  /** What the station's tariff costs. Default `localPricing`. */
  pricing?: TariffPricing;
  /** More options of the charge point, e.g. `["--misbehave", "ignore-remote-stop"]`; they win over its usual ones. */
  chargePointOptions?: readonly string[];
  /** More environment of the oracle. */
  oracleEnvironment?: NodeJS.ProcessEnv;
  /**
   * `one`: the made-up station alone. `inhabited`: about 200 real ones beside it (stations/), a dozen of them with live
   * charge points. Default `one`.
   */
  stations?: "one" | "inhabited";
  /** Whether a graph-node is started. Default true. */
  withSubgraph?: boolean;
  /** What is being done, for a person who waits. */
  onProgress?: (text: string) => void;
  /** A part is ready, with the seconds it took. */
  onReady?: (part: string, seconds: number) => void;
  /** A transaction of the set-up was mined. */
  onStep?: (step: Step) => void;
}

export interface Network {
  chain: Chain;
  sender: Sender;
  world: World;
  graphNode: GraphNode | undefined;
  oracleUrl: string;
  ocppUrl: string;
  oracle: Child;
  /** It takes commands by `send`, see simulators/charge-point/README.md. */
  chargePoint: Child;
  /** The stations beside the made-up one; none unless the network is inhabited. */
  stations: readonly InhabitedStation[];
  /** The charge points behind some of them, and their processes. */
  livePoints: readonly RunningPoint[];
  /** Starts the oracle again after it ended, on the same database and ports; resolves when it is ready. */
  restartOracle(): Promise<void>;
  /** Starts the charge point again after it ended, with the same options. */
  restartChargePoint(): Promise<void>;
}

/**
 * Starts the whole local network: chain, contracts, graph-node, oracle, and one charge point with a connector for each
 * EVSE of the station. Resolves when a driver can pay.
 *
 * @throws PortInUseError, ProcessDiedError, TimedOutError and the contracts' own errors, each with the part in words
 */
export async function startNetwork(options: NetworkOptions): Promise<Network> {
  const { run, ports = {} } = options;
  const folder = run.temporaryFolder("network");
  /** Each wait of the start goes through here; `what` is how it is called while it lasts. */
  const timed = async <Value>(part: string, work: Promise<Value>, what = `the ${part}`): Promise<Value> => {
    const started = performance.now();
    const value = await tellWhileWaiting(what, work, options.onProgress);
    options.onReady?.(part, (performance.now() - started) / 1000);
    return value;
  };
  const say = (text: string) => options.onProgress?.(text);
  const withSubgraph = options.withSubgraph ?? true;
  // All at once, so that a busy one is told before anything is started.
  const chainPort = await choosePort(ports.chain, "chain", "CHAIN_PORT");
  const subgraphPort = withSubgraph ? await choosePort(ports.subgraph, "subgraph", "SUBGRAPH_PORT") : undefined;
  const oraclePort = await choosePort(ports.oracle, "oracle", "ORACLE_PORT");
  const ocppPort = await choosePort(ports.ocpp, "OCPP", "OCPP_PORT");

  say("compiling the contracts, starting the chain and PostgreSQL");
  const [chain, postgres] = await Promise.all([
    timed("chain", startChain({ run, port: chainPort })),
    withSubgraph ? timed("PostgreSQL", startPostgres({ run }), "PostgreSQL") : undefined,
    timed("contracts compiled", compileContracts([], run), "the contracts to compile"),
  ]);

  say("deploying the contracts, compiling the subgraph");
  const sender = createSender({
    rpcUrl: chain.url,
    chainId: chain.chainId,
    ...(options.onStep && { onStep: options.onStep }),
  });
  async function settle() {
    const built = buildWorld(sender, `http://127.0.0.1:${oraclePort}`, options);
    const world = await timed("contracts deployed", built, "the contracts to be deployed");
    if (options.stations !== "inhabited") return { world, stations: [] };
    const registered = inhabit(sender, world);
    return { world, stations: await timed("stations registered", registered, "the stations to be registered") };
  }
  const [{ world, stations }, compiled] = await Promise.all([
    settle(),
    withSubgraph ? timed("subgraph compiled", compileSubgraphIn(run, say), "the subgraph to compile") : undefined,
  ]);
  const points = livePointsOf(stations);
  await writeDeployment(options.deployments, world.deployment);
  // Blocks now come by the clock, as on a real chain.
  await chain.rpc("evm_setIntervalMining", [options.blockSeconds ?? 1]);

  say(`starting graph-node, the oracle and ${points.length === 0 ? "the charge point" : "the charge points"}`);
  const oracleUrl = `http://127.0.0.1:${oraclePort}`;
  const ocppUrl = `ws://127.0.0.1:${ocppPort}/ocpp`;
  const environment = oracleEnvironment({ options, chain, folder, oraclePort, ocppPort });
  writeDevices(environment.DEVICES_FILE as string, world, points);

  async function startOracle(): Promise<Child> {
    const child = await run.start({
      name: "oracle",
      command: process.execPath,
      args: [join(root, "oracle/main.ts")],
      env: environment,
    });
    await waitFor("the oracle is ready", async (signal) => (await fetch(`${oracleUrl}/readyz`, { signal })).ok, {
      timeoutSeconds: 30,
      alive: [child],
    });
    return child;
  }

  async function startParts() {
    const oracle = await timed("oracle", startOracle());
    const chargePoint = await timed("charge point", startChargePoint(options, ocppUrl));
    if (points.length === 0) return { oracle, chargePoint, livePoints: [] };
    const meterSeconds = options.meterSeconds ?? METER_SECONDS;
    const started = startLivePoints({ run, ocppUrl, points, meterSeconds });
    return { oracle, chargePoint, livePoints: await timed(`${points.length} live charge points`, started) };
  }

  async function startSubgraph() {
    if (!compiled || !postgres) return undefined;
    const out = join(folder, "subgraph");
    await placeSubgraph({ compiled, place: toPlace("localhost", world.deployment), out });
    const graphNode = await startGraphNode({
      run,
      buildFolder: join(out, "build"),
      chainUrl: chain.url,
      postgresUrl: postgres.url,
      ...(subgraphPort !== undefined && { port: subgraphPort }),
    });
    await graphNode.waitForBlock(await sender.publicClient.getBlockNumber());
    return graphNode;
  }

  const [parts, graphNode] = await Promise.all([startParts(), timed("subgraph", startSubgraph())]);
  const network: Network = {
    chain,
    sender,
    world,
    graphNode,
    oracleUrl,
    ocppUrl,
    stations,
    ...parts,
    async restartOracle() {
      network.oracle = await startOracle();
    },
    async restartChargePoint() {
      network.chargePoint = await startChargePoint(options, ocppUrl);
    },
  };
  return network;
}

/** Compiles the subgraph; a run that ends ends the compiler too. */
async function compileSubgraphIn(run: Run, onProgress: (text: string) => void): Promise<string> {
  const abort = new AbortController();
  const compiled = compileSubgraph({ name: "product", abis: readAbis(), onProgress, signal: abort.signal });
  const forget = run.onStop(async () => {
    abort.abort();
    await compiled.catch(() => {});
  });
  return compiled.finally(forget);
}

async function buildWorld(sender: Sender, endpoint: string, { pricing }: NetworkOptions): Promise<World> {
  const deployer = localAccount("deployer");
  const operators = [{ account: localAccount("operator"), key: localAccount("statementKey") }];
  const world = await createWorld(sender, {
    deployer,
    owner: localAccount("owner"),
    operators,
    threshold: 1,
    feeBps: 200,
    endpoint,
    ...(pricing && { pricing }),
  });
  // 100.00 in the wallets of the driver who is shown and of whoever opens the web app.
  await fund(sender, world, deployer, localAccount("driver").address, 100_000_000n);
  await fund(sender, world, deployer, localAccount("visitor").address, 100_000_000n);
  return world;
}

function oracleEnvironment(given: {
  options: NetworkOptions;
  chain: Chain;
  folder: string;
  oraclePort: number;
  ocppPort: number;
}): NodeJS.ProcessEnv {
  const { options, chain, folder, oraclePort, ocppPort } = given;
  const dataFolder = join(folder, "oracle");
  mkdirSync(dataFolder, { recursive: true });
  return {
    ...nodeEnvironment(),
    RPC_URL: chain.url,
    CHAIN_ID: String(chain.chainId),
    DEPLOYMENTS_DIR: options.deployments,
    DATABASE_PATH: join(dataFolder, "oracle.sqlite"),
    DEVICES_FILE: join(dataFolder, "devices.json"),
    HTTP_PORT: String(oraclePort),
    OCPP_PORT: String(ocppPort),
    STATEMENT_KEYS: localPrivateKey("statementKey"),
    GAS_KEY: localPrivateKey("gasKey"),
    CHAIN_POLL_MS: "200",
    // Whoever serves a page on this machine.
    CORS_ORIGINS: "http://127.0.0.1:*,http://localhost:*",
    ...options.oracleEnvironment,
  };
}

/** Which connector of which device is which EVSE, as the oracle's configuration says it. */
function writeDevices(file: string, world: World, points: readonly LivePoint[]): void {
  const connectors = world.config.evses.map((_, index) => ({
    connectorId: index + 1,
    evse: (world.offerOf(index).evse as EvseKey).toString(),
  }));
  const own = { deviceId: chargePointId, password: chargePointPassword, connectors };
  writeFileSync(file, JSON.stringify([own, ...points.map(deviceOf)]));
}

async function startChargePoint(options: NetworkOptions, ocppUrl: string): Promise<Child> {
  const child = await options.run.start({
    name: "charge-point",
    command: process.execPath,
    args: [
      join(root, "simulators/charge-point/main.ts"),
      ...["--url", ocppUrl, "--id", chargePointId, "--password", chargePointPassword],
      ...["--connectors", "4", "--power", "150000", "--ramp", "4"],
      ...["--meter-interval", String(options.meterSeconds ?? METER_SECONDS)],
      ...(options.chargePointOptions ?? []),
    ],
    env: nodeEnvironment(),
    stdin: "pipe",
  });
  await waitFor("the charge point is connected", () => child.output().includes('"event":"connected"'), {
    timeoutSeconds: 20,
    alive: [child],
  });
  return child;
}
