import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { ApiError, errorSchema } from "./errors.ts";
import { presentEvse } from "./present.ts";
import { evseParams, evseSchema, evsesQuery, evsesSchema } from "./schemas.ts";
import type { EvseSource } from "./types.ts";

export type EvseRoutesOptions = { evses: EvseSource };

/** What one may know of the hardware: whether somebody can charge there now. */
export const evseRoutes: FastifyPluginAsyncZod<EvseRoutesOptions> = async (app, { evses }) => {
  app.get(
    "/evses",
    {
      schema: {
        summary: "The EVSEs whose hardware this oracle talks to, as they are now, by pages",
        querystring: evsesQuery,
        response: { 200: evsesSchema, 400: errorSchema },
      },
    },
    async ({ query }) => {
      const { after = null, limit = 1_000 } = query;
      const page = await evses.list({ after, limit });
      const next = page.length === limit ? (page.at(-1)?.evse.toString() ?? null) : null;
      return { evses: page.map(presentEvse), next };
    },
  );

  app.get(
    "/evses/:key",
    {
      schema: {
        summary: "One EVSE as it is now",
        params: evseParams,
        response: { 200: evseSchema, 400: errorSchema, 404: errorSchema },
      },
    },
    async ({ params }) => {
      const view = await evses.get(params.key);
      if (view !== null) return presentEvse(view);
      const expected = "an EVSE whose hardware this oracle talks to";
      throw new ApiError(404, { error: "UnknownEvse", field: "key", value: params.key.toString(), expected });
    },
  );
};
