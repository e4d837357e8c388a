import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { z } from "zod";

/** The body of every answer that is not a success. */
export const errorSchema = z
  .object({
    error: z.string().describe("Stable name of the error"),
    field: z.string().nullable().describe("What of the request is wrong"),
    value: z.unknown().describe("What was given"),
    expected: z.string().describe("What is accepted instead, in words"),
  })
  .describe("A named error");
export type ErrorBody = z.infer<typeof errorSchema>;

/** Thrown by a route to answer with a named error. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  constructor(status: number, body: ErrorBody) {
    super(`${body.error}: ${body.field} is ${String(body.value)}, expected ${body.expected}`);
    this.name = "ApiError";
    this.status = status;
    this.body = body;
  }
}

/** Longest text of a request that an error repeats, characters. */
const LONGEST_VALUE = 200;

/** Makes every failure of a request a named error; what is our fault is logged and says nothing of its inside. */
export function registerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    const value = shorten(`${request.method} ${request.url}`);
    return reply.code(404).send({ error: "NotFound", field: "path", value, expected: "a path of /openapi.json" });
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof ApiError) return reply.code(error.status).send(error.body);
    if (hasZodFastifySchemaValidationErrors(error)) return reply.code(400).send(invalidInput(error, request));
    if (FASTIFY_ERRORS[error.code] !== undefined) return answerFrameworkError(error, request, reply);
    if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
      const expected = "a request that HTTP allows";
      return reply.code(error.statusCode).send({ error: "BadRequest", field: null, value: null, expected });
    }
    request.log.error({ err: error, method: request.method, url: request.url }, "a request failed");
    const expected = "an answer; the failure is in the log under this request id";
    return reply.code(500).send({ error: "Internal", field: null, value: request.id, expected });
  });
}

/** What Fastify refuses before or without a route. */
export function answerFrameworkError(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = FASTIFY_ERRORS[error.code] ?? {
    error: "BadRequest",
    field: null,
    expected: "a request that HTTP allows",
  };
  return reply.code(error.statusCode ?? 400).send({ ...known, value: null });
}

const FASTIFY_ERRORS: Readonly<Record<string, Omit<ErrorBody, "value">>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: { error: "InvalidJson", field: "body", expected: "JSON" },
  FST_ERR_CTP_EMPTY_JSON_BODY: { error: "InvalidJson", field: "body", expected: "JSON" },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { error: "InvalidMediaType", field: "content-type", expected: "application/json" },
  FST_ERR_CTP_BODY_TOO_LARGE: { error: "BodyTooLarge", field: "body", expected: "a smaller body" },
  FST_ERR_BAD_URL: { error: "InvalidUrl", field: "path", expected: "a well-formed URL" },
};

function invalidInput(
  error: { validation: readonly { instancePath: string; message?: string }[]; validationContext?: string | undefined },
  request: FastifyRequest,
): ErrorBody {
  const issue = error.validation[0];
  const path = (issue?.instancePath ?? "").split("/").filter((part) => part !== "");
  const source = { params: request.params, querystring: request.query, body: request.body }[
    error.validationContext ?? ""
  ];
  const value = path.reduce<unknown>((at, part) => (isRecord(at) ? at[part] : undefined), source);
  return {
    error: "InvalidInput",
    field: path.join(".") || (error.validationContext ?? "request"),
    value: shorten(value ?? null),
    expected: issue?.message ?? "valid input",
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function shorten(value: unknown): unknown {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : value;
}
