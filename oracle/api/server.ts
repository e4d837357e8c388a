import cors from "@fastify/cors";
import swagger from "@fastify/swagger";
import type { Eip712Domain } from "@openjoule/sdk";
import type { Registry } from "@prometheus-io/client";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import type { Logger } from "pino";
import { z } from "zod";
import type { IsTrustedProxy } from "../client-address.ts";
import { answerFrameworkError, registerErrors } from "./errors.ts";
import { evseRoutes } from "./evse-routes.ts";
import { createHealth, runChecks, shareRuns } from "./health.ts";
import { createApiMetrics } from "./metrics.ts";
import { originsOf } from "./origins.ts";
import { healthSchema, readinessSchema } from "./schemas.ts";
import { sessionRoutes } from "./session-routes.ts";
import { trackSilentConnections } from "./silent-connections.ts";
import { stationRoutes } from "./station-routes.ts";
import type { EvseSource, ReadinessCheck, SessionSource, StationSource } from "./types.ts";

export type ApiOptions = {
  /** Default 127.0.0.1. */
  host?: string;
  /** 0 for any free one. */
  port: number;
  sessions: SessionSource;
  evses: EvseSource;
  stations: StationSource;
  /** Whoever has it may order stations about; null: nobody may, and there are no such routes. Default null. */
  operatorToken?: string | null;
  readiness: readonly ReadinessCheck[];
  /** Everything in it is shown by `/metrics`. */
  registry: Registry;
  /** Of ChargingSessions: a signature for another chain or deployment counts for nothing. */
  stopDomain: Eip712Domain;
  /** Origins of web pages that may read the API, `*` in place of a port for any; "*" for all. Default none. */
  corsOrigins?: readonly string[] | "*";
  /** Default 15 s. */
  heartbeatMs?: number;
  /** Most event streams at once. Default 1,000. */
  maxStreams?: number;
  /** Most of them from one address (IPv6: one /64), behind which may be many drivers. Default 50. */
  maxStreamsOfClient?: number;
  /** Default: nobody is. */
  isTrustedProxy?: IsTrustedProxy;
  /** An event loop that lags more is not healthy. Default 1,000 ms. */
  maxEventLoopLagMs?: number;
  /** For one readiness check. Default 2 s. */
  checkTimeoutMs?: number;
  logger: Logger;
  now?: () => number;
};

export type Api = {
  /** Where it listens, e.g. `http://127.0.0.1:8080`. */
  url: string;
  /** Ends the event streams, lets the other requests finish, and stops listening. */
  close(): Promise<void>;
};

/** For how long a readiness answer is shared, milliseconds. */
const READINESS_AGE_MS = 1_000;

/**
 * Starts the HTTP interface. It reads and decides nothing; it is safe to be reached by anybody, as all it changes needs a
 * wallet's signature or the operator's token. TLS is a reverse proxy's.
 * @throws When the address is in use.
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { host = "127.0.0.1", port } = options;
  const app = await createApp(options);
  await app.listen({ host, port });
  const address = app.server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  const name = host.includes(":") ? `[${host}]` : host;
  return { url: `http://${name}:${actual}`, close: () => app.close() };
}

async function createApp(options: ApiOptions): Promise<FastifyInstance> {
  const { sessions, evses, readiness, registry, stopDomain, now = Date.now } = options;
  const { heartbeatMs = 15_000, maxStreams = 1_000, maxStreamsOfClient = 50, isTrustedProxy = () => false } = options;
  const { maxEventLoopLagMs = 1_000, checkTimeoutMs = 2_000 } = options;
  const metrics = createApiMetrics(registry);
  const health = createHealth();

  const app: FastifyInstance = Fastify({
    loggerInstance: options.logger.child({ part: "api" }) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: answerFrameworkError,
    bodyLimit: 16_384,
    requestTimeout: 10_000,
    // Keep-alive connections without a request do not hold up a shutdown.
    forceCloseConnections: "idle",
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // JSON only: Fastify would take plain text too.
  app.removeContentTypeParser("text/plain");
  registerErrors(app);
  app.addHook("onResponse", async (request, reply) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? "none", status: reply.statusCode };
    metrics.requests.observe(labels, reply.elapsedTime / 1_000);
  });
  app.addHook("onClose", async () => health.close());
  const silent = trackSilentConnections(app.server);
  app.addHook("preClose", async () => silent.closeAll());

  if (options.corsOrigins !== undefined) {
    const origin = originsOf(options.corsOrigins);
    await app.register(cors, { origin, methods: ["GET", "POST"], allowedHeaders: ["content-type", "last-event-id"] });
  }
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "OpenJoule oracle",
        version: "0.1.0",
        description:
          "Live sessions and signed statements of one oracle. Every error has a name, a field, a value and what was expected.",
        license: { name: "MIT", identifier: "MIT" },
      },
      components: { securitySchemes: { operator: { type: "http", scheme: "bearer" } } },
    },
    transform: jsonSchemaTransform,
  });

  await app.register(async (routes) => {
    const typed = routes.withTypeProvider<ZodTypeProvider>();
    typed.get(
      "/healthz",
      { schema: { summary: "Whether the process works", response: { 200: healthSchema, 503: healthSchema } } },
      async (_request, reply) => {
        const eventLoopLagMs = health.eventLoopLagMs();
        const ok = eventLoopLagMs <= maxEventLoopLagMs;
        const body = {
          status: ok ? "ok" : "slow",
          eventLoopLagMs,
          uptimeSeconds: Math.floor(process.uptime()),
        } as const;
        return reply.code(ok ? 200 : 503).send(body);
      },
    );
    const check = shareRuns(() => runChecks(readiness, checkTimeoutMs), READINESS_AGE_MS);
    typed.get(
      "/readyz",
      {
        schema: { summary: "Whether it can serve sessions", response: { 200: readinessSchema, 503: readinessSchema } },
      },
      async (_request, reply) => {
        const checks = await check();
        const ready = checks.every((result) => result.ready);
        return reply.code(ready ? 200 : 503).send({ status: ready ? "ready" : "notReady", checks });
      },
    );
    typed.get(
      "/metrics",
      {
        schema: {
          summary: "Prometheus metrics",
          response: { 200: { description: "Text format", content: { "text/plain": { schema: z.string() } } } },
        },
      },
      async (_request, reply) => reply.header("content-type", registry.contentType).send(await registry.metrics()),
    );
    typed.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  });
  await app.register(evseRoutes, { evses });
  const limits = { maxStreams, maxStreamsOfClient, isTrustedProxy };
  await app.register(sessionRoutes, { sessions, stopDomain, heartbeatMs, ...limits, metrics, now });
  const { stations, operatorToken = null } = options;
  if (operatorToken !== null) await app.register(stationRoutes, { stations, operatorToken });
  await app.ready();
  return app;
}
