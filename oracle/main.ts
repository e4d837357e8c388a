/** The oracle's process: wiring and configuration only. `node oracle/main.ts`, see config.ts for the environment. */
import { readDeployment } from "@openjoule/sdk/deployments";
import { Registry } from "@prometheus-io/client";
import type { Logger } from "pino";
import { startApi } from "./api/server.ts";
import type { ReadinessCheck } from "./api/types.ts";
import { createInProcessBus } from "./bus/in-process.ts";
import { createChain } from "./chain/chain.ts";
import { createChainMetrics } from "./chain/metrics.ts";
import { createSigners } from "./chain/signer.ts";
import { trustProxies } from "./client-address.ts";
import { type Config, readConfig } from "./config.ts";
import { passwordHashOf, readDevicesFile, syncDevices } from "./devices.ts";
import { createEngine } from "./engine/engine.ts";
import { createAuthenticator } from "./gateway/authenticator.ts";
import { createOcppServer } from "./gateway/ocpp/server.ts";
import { learnIdentity } from "./identity.ts";
import { createLogger } from "./logger.ts";
import { createHighWaterFile } from "./store/high-water.ts";
import { createStore } from "./store/store.ts";

/** How long an orderly end may take; everything is durable, so cutting it short costs nothing but time. */
const SHUTDOWN_MS = 10_000;

type Closing = { name: string; close: () => Promise<unknown> };

async function run(config: Config, logger: Logger, signal: AbortSignal, closings: Closing[]): Promise<void> {
  const { chainId } = config;
  const deployment = await readDeployment({ directory: config.deploymentsDirectory, chainId });
  const devices = config.devicesFile === null ? [] : await readDevicesFile(config.devicesFile);
  const sources = config.statementKeys.map(({ source }) => source);
  const signers = await createSigners({ chainId, statements: sources, gas: config.gasKey });
  const { StationRegistry, OracleRegistry, ChargingSessions } = deployment.contracts;
  const domain = { chainId, verifyingContract: ChargingSessions.address };

  const store = await createStore({ path: config.databasePath });
  closings.push({ name: "store", close: () => store.close() });
  await syncDevices(store, devices, Date.now());

  const isTrustedProxy = trustProxies(config.trustedProxies);
  const registry = new Registry();
  const bus = createInProcessBus();
  const engine = createEngine({
    store,
    highWater: createHighWaterFile(config.highWaterPath),
    bus: bus.core,
    logger,
    registry,
    policy: config.policy,
    domain,
    heartbeatSeconds: config.ocpp.heartbeatSeconds,
    retention: config.retention,
    onSettlement: () => chain.outbox.wake(),
    nowMs: () => chain.nowMs(),
  });
  const chain = createChain({
    store,
    rpcUrls: [config.rpcUrl],
    contracts: {
      chainId,
      stationRegistry: StationRegistry.address,
      oracleRegistry: OracleRegistry.address,
      chargingSessions: ChargingSessions.address,
      startBlock: deployment.startBlock,
    },
    signers,
    handle: engine.chainEvents.handle,
    onCommitted: engine.chainEvents.onCommitted,
    cursor: { confirmations: config.chain.confirmations, pollMs: config.chain.pollMs },
    outbox: { policy: { finalityDepth: config.chain.finalityDepth } },
    readiness: { maxHeadAgeSeconds: config.chain.maxHeadAgeSeconds },
    logger,
    metrics: createChainMetrics(registry),
  });
  const gateway = createOcppServer({
    bus: bus.gateway,
    logger: logger.child({ part: "gateway" }),
    authenticate: createAuthenticator({ passwordHashOf: (deviceId) => passwordHashOf(store, deviceId) }),
    host: config.ocpp.host,
    port: config.ocpp.port,
    path: config.ocpp.path,
    isTrustedProxy,
    // Devices set their clocks by the time that sessions live by.
    nowMs: () => chain.nowMs(),
  });

  await engine.leaveRestored();

  let started = false;
  const checks: ReadinessCheck[] = [
    {
      name: "store",
      check: async () => (await store.db.selectFrom("meta").select("key").limit(1).execute()) && null,
    },
    {
      name: "gateway",
      check: async () => (started ? null : "waiting for the chain to say whose the statement keys are"),
    },
    ...chain.readiness,
  ];
  const api = await startApi({
    host: config.http.host,
    port: config.http.port,
    sessions: engine.sessions,
    evses: engine.evses,
    stations: engine.stations,
    operatorToken: config.http.operatorToken,
    readiness: checks,
    registry,
    stopDomain: domain,
    corsOrigins: config.http.corsOrigins,
    isTrustedProxy,
    logger: logger.child({ part: "api" }),
  });
  closings.push({ name: "api", close: () => api.close() });
  logger.info({ url: api.url }, "HTTP interface listens");

  const identity = await learnIdentity({
    store,
    reader: chain.reader,
    statementKeys: chain.keys,
    keys: config.statementKeys.map(({ operator }, index) => ({ operator, signer: nth(signers.statements, index) })),
    committeeThreshold: config.committeeThreshold,
    logger,
    signal,
  });
  closings.push({ name: "chain", close: () => chain.close() }, { name: "engine", close: () => engine.close() });
  await engine.start(identity);
  closings.push({ name: "bus", close: () => bus.close() }, { name: "gateway", close: () => gateway.close() });
  const listening = await gateway.listen();
  chain.start();
  started = true;
  const operators = identity.operators.map(({ operator }) => operator);
  logger.info({ ocpp: listening.url, http: api.url, chainId, operators, devices: devices.length }, "oracle started");
}

function nth<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index} of ${items.length}`);
  return item;
}

/** What was opened last closes first: no new work, then what is under way, then what it needs. */
async function closeAll(closings: Closing[], logger: Logger): Promise<void> {
  for (const { name, close } of closings.splice(0).reverse()) {
    await close().catch((error: unknown) => logger.error({ err: error, part: name }, "closing failed"));
  }
}

async function main(): Promise<void> {
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
    return;
  }
  const logger = createLogger({ level: config.logLevel });
  const closings: Closing[] = [];
  const stopping = new AbortController();
  let ending = false;

  const end = async (code: number, why: string) => {
    if (ending) return;
    ending = true;
    logger.info({ why }, "oracle stops");
    setTimeout(() => process.exit(code === 0 ? 1 : code), SHUTDOWN_MS).unref();
    stopping.abort();
    await closeAll(closings, logger);
    process.exit(code);
  };
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.on(name, () => {
      // A second one means now.
      if (ending) process.exit(1);
      void end(0, name);
    });
  }
  // Nothing is known about the state of a process after this; the database knows everything.
  process.on("uncaughtException", (error) => {
    logger.fatal({ err: error }, "uncaught exception");
    process.exit(1);
  });

  try {
    await run(config, logger, stopping.signal, closings);
  } catch (error) {
    if (ending) return;
    logger.fatal({ err: error }, "the oracle cannot start");
    await end(1, "failed to start");
  }
}

await main();
