import { OpenJouleError } from "./errors.ts";

export interface GraphqlOptions {
  /** Ends the request early. */
  readonly signal?: AbortSignal;
  /** Instead of the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Asks a GraphQL endpoint over HTTP and returns `data`. The result's type is the caller's word: it is not checked.
 * Throws `GraphqlUnreachable` when nothing answers, `GraphqlStatus` for an HTTP error, `GraphqlAnswer` when the answer
 * is not GraphQL's, `GraphqlErrors` with what the server says when it refuses the query. An abort is thrown as it is.
 */
export async function graphqlRequest<Data>(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  options: GraphqlOptions = {},
): Promise<Data> {
  const response = await post(url, JSON.stringify({ query, variables }), options);
  const text = await response.text();
  const answer = parseJson(text);
  const problems = errorsOf(answer);
  if (problems.length > 0) throw error("GraphqlErrors", url, problems.join("; "), "an answer without errors");
  if (!response.ok) throw error("GraphqlStatus", url, `${response.status} ${text}`, "an HTTP status of 200");
  if (!isRecord(answer) || !isRecord(answer.data)) throw error("GraphqlAnswer", url, text, "JSON with data");
  return answer.data as Data;
}

async function post(url: string, body: string, options: GraphqlOptions): Promise<Response> {
  const send = options.fetch ?? globalThis.fetch;
  const headers = { "content-type": "application/json", accept: "application/json" };
  try {
    return await send(url, { method: "POST", headers, body, ...(options.signal && { signal: options.signal }) });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new OpenJouleError(
      { name: "GraphqlUnreachable", field: "url", value: url, expected: "a GraphQL endpoint that answers" },
      { cause },
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorsOf(answer: unknown): string[] {
  if (!isRecord(answer) || !Array.isArray(answer.errors)) return [];
  return answer.errors.map((item: unknown) => (isRecord(item) ? String(item.message) : String(item)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function error(name: string, url: string, value: string, expected: string): OpenJouleError {
  return new OpenJouleError({ name, field: `the answer of ${url}`, value, expected });
}
