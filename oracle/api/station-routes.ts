import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { ApiError, errorSchema } from "./errors.ts";
import {
  commandBody,
  commandTakenSchema,
  commandViewSchema,
  reportsQuery,
  reportsSchema,
  stationCommandParams,
  stationParams,
} from "./schemas.ts";
import type { StationSource } from "./types.ts";

export type StationRoutesOptions = { stations: StationSource; operatorToken: string };

/** A whole local list of tags. */
const LONGEST_BODY = 262_144;

const sha256 = (text: string) => createHash("sha256").update(text).digest();

/** What the operator of this oracle asks of stations, and what they told. For nobody else: with his token as Bearer (RFC 6750). */
export const stationRoutes: FastifyPluginAsyncZod<StationRoutesOptions> = async (app, { stations, operatorToken }) => {
  const expectedHash = sha256(`Bearer ${operatorToken}`);
  // Before a body is read.
  app.addHook("onRequest", async ({ headers }, reply) => {
    if (timingSafeEqual(sha256(headers.authorization ?? ""), expectedHash)) return;
    reply.header("www-authenticate", "Bearer");
    throw new ApiError(401, {
      error: "NotOperator",
      field: "authorization",
      value: null,
      expected: "Bearer and the operator's token",
    });
  });
  const security = [{ operator: [] }];

  app.post(
    "/stations/:deviceId/commands",
    {
      bodyLimit: LONGEST_BODY,
      schema: {
        summary: "Has a device do something, now or as soon as it is connected",
        security,
        params: stationParams,
        body: commandBody,
        response: { 202: commandTakenSchema, 400: errorSchema, 401: errorSchema, 404: errorSchema, 409: errorSchema },
      },
    },
    async ({ params: { deviceId }, body: { commandId, expiresInSeconds, order } }, reply) => {
      const outcome = await stations.request({ ...order, commandId, deviceId }, expiresInSeconds);
      if (outcome === "accepted" || outcome === "already") return reply.code(202).send({ commandId, outcome });
      if (outcome === "idTaken") {
        const expected = "an id that no other command has";
        throw new ApiError(409, { error: "CommandIdTaken", field: "commandId", value: commandId, expected });
      }
      const expected = "one of the configured devices";
      throw new ApiError(404, { error: "UnknownDevice", field: "deviceId", value: deviceId, expected });
    },
  );

  app.get(
    "/stations/:deviceId/commands/:commandId",
    {
      schema: {
        summary: "What became of a command",
        security,
        params: stationCommandParams,
        response: { 200: commandViewSchema, 400: errorSchema, 401: errorSchema, 404: errorSchema },
      },
    },
    async ({ params: { deviceId, commandId } }) => {
      const view = await stations.command(commandId);
      if (view?.deviceId === deviceId) return view;
      const expected = "a command of this device, not yet forgotten";
      throw new ApiError(404, { error: "UnknownCommand", field: "commandId", value: commandId, expected });
    },
  );

  app.get(
    "/stations/:deviceId/reports",
    {
      schema: {
        summary: "What a device told of itself: firmware, uploads, security events, certificate requests",
        security,
        params: stationParams,
        querystring: reportsQuery,
        response: { 200: reportsSchema, 400: errorSchema, 401: errorSchema },
      },
    },
    async ({ params: { deviceId }, query: { kind, limit = 100 } }) => {
      return { reports: await stations.reports(deviceId, { limit, ...(kind !== undefined && { kind }) }) };
    },
  );
};
