import { Readable } from "node:stream";
import type { Eip712Domain } from "@openjoule/sdk";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Hex } from "viem";
import { z } from "zod";
import { clientAddressOf, type IsTrustedProxy, networkOf } from "../client-address.ts";
import { ApiError, errorSchema } from "./errors.ts";
import { sessionEvents } from "./event-stream.ts";
import type { ApiMetrics } from "./metrics.ts";
import { presentSession, presentStatement } from "./present.ts";
import {
  eventsQuery,
  sessionParams,
  sessionSchema,
  statementsQuery,
  statementsSchema,
  stopBody,
  stopResultSchema,
} from "./schemas.ts";
import { checkStopRequest } from "./stop-request.ts";
import { createStreamPlaces } from "./stream-places.ts";
import type { SessionSource, SessionView } from "./types.ts";

export type SessionRoutesOptions = {
  sessions: SessionSource;
  stopDomain: Eip712Domain;
  heartbeatMs: number;
  maxStreams: number;
  maxStreamsOfClient: number;
  isTrustedProxy: IsTrustedProxy;
  metrics: ApiMetrics;
  now: () => number;
};

/** What one may know and ask of a session. */
export const sessionRoutes: FastifyPluginAsyncZod<SessionRoutesOptions> = async (app, options) => {
  const { sessions, stopDomain, heartbeatMs, maxStreams, maxStreamsOfClient, metrics, now } = options;
  const streams = new Set<AbortController>();
  const places = createStreamPlaces({ most: maxStreams, mostOfClient: maxStreamsOfClient });
  app.addHook("preClose", async () => {
    for (const stream of streams) stream.abort();
  });

  async function find(sessionId: Hex): Promise<SessionView> {
    const session = await sessions.get(sessionId);
    if (session !== null) return session;
    const expected = "a session that this oracle serves";
    throw new ApiError(404, { error: "UnknownSession", field: "sessionId", value: sessionId, expected });
  }

  function takePlace(client: string): void {
    const taken = places.take(client);
    if (taken === "taken") return;
    const [status, value, expected] =
      taken === "tooMany"
        ? [503, places.size, `fewer than ${maxStreams} streams; try again later`]
        : [429, maxStreamsOfClient, `fewer than ${maxStreamsOfClient} streams from one address`];
    throw new ApiError(status, { error: "TooManyStreams", field: null, value, expected });
  }

  app.get(
    "/sessions/:sessionId",
    {
      schema: {
        summary: "Live state of a session",
        params: sessionParams,
        response: { 200: sessionSchema, 400: errorSchema, 404: errorSchema },
      },
    },
    async ({ params }) => presentSession(await find(params.sessionId)),
  );

  app.get(
    "/sessions/:sessionId/statements",
    {
      schema: {
        summary: "Signed statements of a session, by ascending sequence",
        params: sessionParams,
        querystring: statementsQuery,
        response: { 200: statementsSchema, 400: errorSchema, 404: errorSchema },
      },
    },
    async ({ params, query }) => {
      const { sessionId } = await find(params.sessionId);
      const { afterSequence = 0, limit = 100 } = query;
      const statements = await sessions.statements(sessionId, { afterSequence, limit });
      return { statements: statements.map(presentStatement) };
    },
  );

  app.get(
    "/sessions/:sessionId/events",
    {
      exposeHeadRoute: false,
      schema: {
        summary: "Server-sent events: each signed statement once, and the live state whenever it changes",
        params: sessionParams,
        querystring: eventsQuery,
        response: {
          200: { description: "A stream", content: { "text/event-stream": { schema: z.string() } } },
          400: errorSchema,
          404: errorSchema,
          429: errorSchema,
          503: errorSchema,
        },
      },
    },
    async (request, reply) => {
      const header = eventsQuery.safeParse({ lastEventId: request.headers["last-event-id"] || undefined });
      if (!header.success) {
        const value = request.headers["last-event-id"];
        const expected = "the id of an event of this stream";
        throw new ApiError(400, { error: "InvalidInput", field: "Last-Event-ID", value, expected });
      }
      const { sessionId } = await find(request.params.sessionId);
      const client = networkOf(clientAddressOf(request.raw, options.isTrustedProxy));
      takePlace(client);
      const stream = new AbortController();
      streams.add(stream);
      metrics.streams.set(places.size);
      const end = () => {
        stream.abort();
        streams.delete(stream);
        places.leave(client);
        metrics.streams.set(places.size);
      };
      // A client may have gone while its session was looked up.
      if (reply.raw.destroyed) end();
      else reply.raw.once("close", end);
      const afterSequence = header.data.lastEventId ?? request.query.lastEventId ?? 0;
      const events = sessionEvents({ sessions, sessionId, afterSequence, heartbeatMs, signal: stream.signal });
      // The schema says what the stream's text is; the type of `send` knows no streams.
      const body: unknown = Readable.from(events, { objectMode: false, highWaterMark: 16_384 });
      return reply
        .header("content-type", "text/event-stream; charset=utf-8")
        .header("cache-control", "no-store")
        .header("x-accel-buffering", "no")
        .send(body as string);
    },
  );

  app.post(
    "/sessions/:sessionId/stop",
    {
      schema: {
        summary: "The driver asks for the end, by signature; asking again changes nothing",
        params: sessionParams,
        body: stopBody,
        response: { 200: stopResultSchema, 400: errorSchema, 403: errorSchema, 404: errorSchema },
      },
    },
    async ({ params, body, log }) => {
      const { sessionId, driver } = await find(params.sessionId);
      const { deadline, signature } = body;
      const nowSeconds = Math.floor(now() / 1_000);
      await checkStopRequest(stopDomain, { sessionId, deadline, signature, driver, nowSeconds });
      const outcome = await sessions.requestStop(sessionId, { by: driver, deadlineSeconds: deadline });
      metrics.stops.inc({ outcome });
      log.info({ sessionId, by: driver, outcome }, "the driver asked for the end");
      return { sessionId, outcome };
    },
  );
};
