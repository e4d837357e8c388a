import type { Hex } from "viem";
import { z } from "zod";

/**
 * Why a call failed. `transport`: no answer (the call may still have happened). `timeout`: none in time, likewise.
 * `rateLimited`: the endpoint wants less. `refused`: the node answered with an error. `malformed`: an answer that is not
 * what the method returns.
 */
export type RpcFailure = "transport" | "timeout" | "rateLimited" | "refused" | "malformed";

/** A failed call. The message never holds the endpoint's URL: those often carry a key. */
export class RpcError extends Error {
  readonly kind: RpcFailure;
  readonly method: string;
  /** The node's error code (EIP-1474), or the HTTP status. */
  readonly code: number | null;
  /** What the node said, or the transport's own words. */
  readonly detail: string;
  /** Data of an execution revert. */
  readonly data: Hex | null;

  constructor(options: {
    kind: RpcFailure;
    method: string;
    detail: string;
    code?: number | null;
    data?: Hex | null;
    cause?: unknown;
  }) {
    super(`rpc ${options.kind}: ${options.method}: ${options.detail}`, { cause: options.cause });
    this.name = "RpcError";
    this.kind = options.kind;
    this.method = options.method;
    this.code = options.code ?? null;
    this.detail = options.detail;
    this.data = options.data ?? null;
  }
}

export type RpcOptions = {
  /** JSON-RPC endpoints over HTTP; the next one is tried when one does not answer. */
  urls: readonly string[];
  /** For one call to one endpoint. Default 10 s. */
  timeoutMs?: number;
  /** Every endpoint must be of this chain; it is asked before its first call and again after each failure to answer. */
  chainId?: number;
};

/** The endpoint is of another chain than configured: nothing may be read from or sent to it. */
export class WrongChain extends Error {
  constructor(given: number, expected: number) {
    super(`the RPC endpoint's chainId is ${given}, expected ${expected}`);
    this.name = "WrongChain";
  }
}

export type Rpc = {
  /** One call, validated. @throws RpcError, WrongChain */
  request<Schema extends z.ZodType>(
    method: string,
    params: readonly unknown[],
    result: Schema,
  ): Promise<z.output<Schema>>;
};

const responseSchema = z.union([
  z.object({ error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }) }),
  z.object({ result: z.unknown() }),
]);

/** -32005 is "limit exceeded" (EIP-1474), which some providers use for rates and some for the size of an answer. */
const RATE = /rate.?limit|too many requests|request count|capacity|throughput|compute units/i;

/**
 * JSON-RPC over HTTP without retries of its own: who calls knows what a repeated call means. Endpoints are tried in turn,
 * beginning with the one that answered last.
 */
export function createRpc(options: RpcOptions): Rpc {
  const { urls, timeoutMs = 10_000, chainId } = options;
  if (urls.length === 0) throw new Error("rpc: urls is empty, expected at least one endpoint");
  const verified = new Set<string>();
  let preferred = 0;
  let nextId = 1;

  async function call(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
    const id = nextId++;
    let status: number;
    let text: string;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id, method, params }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      status = response.status;
      text = await response.text();
    } catch (cause) {
      const timedOut = cause instanceof Error && cause.name === "TimeoutError";
      const detail = timedOut ? `no answer within ${timeoutMs} ms` : causeOf(cause);
      throw new RpcError({ kind: timedOut ? "timeout" : "transport", method, detail });
    }
    if (status === 429) throw new RpcError({ kind: "rateLimited", method, code: status, detail: "HTTP 429" });
    const parsed = responseSchema.safeParse(parseJson(text));
    if (!parsed.success) {
      const ok = status >= 200 && status < 300;
      throw new RpcError({
        kind: ok ? "malformed" : "transport",
        method,
        code: status,
        detail: ok ? "not a JSON-RPC response" : `HTTP ${status}`,
      });
    }
    if ("result" in parsed.data) return parsed.data.result;
    const { code, message, data } = parsed.data.error;
    throw new RpcError({
      kind: RATE.test(message) ? "rateLimited" : "refused",
      method,
      code,
      detail: message,
      data: revertData(data),
    });
  }

  async function verify(url: string): Promise<void> {
    if (chainId === undefined || verified.has(url)) return;
    const given = Number(await call(url, "eth_chainId", []));
    if (given !== chainId) throw new WrongChain(given, chainId);
    verified.add(url);
  }

  return {
    async request(method, params, result) {
      let failure: RpcError | undefined;
      for (let turn = 0; turn < urls.length; turn += 1) {
        const index = (preferred + turn) % urls.length;
        const url = urls[index];
        if (url === undefined) continue;
        try {
          await verify(url);
          const answer = result.safeParse(await call(url, method, params));
          if (!answer.success) {
            throw new RpcError({ kind: "malformed", method, detail: z.prettifyError(answer.error) });
          }
          preferred = index;
          return answer.data;
        } catch (error) {
          if (!(error instanceof RpcError)) throw error;
          // A node's refusal is an answer; another node would say the same.
          if (error.kind === "refused") throw error;
          verified.delete(url);
          failure = error;
        }
      }
      throw failure ?? new RpcError({ kind: "transport", method, detail: "no endpoint" });
    },
  };
}

/** Revert data as nodes nest it: `data: "0x…"` (Geth, Anvil) or `data: { data: "0x…" }`. */
function revertData(data: unknown): Hex | null {
  if (typeof data === "string") return /^0x[0-9a-fA-F]*$/.test(data) ? (data as Hex) : null;
  if (typeof data === "object" && data !== null && "data" in data) return revertData(data.data);
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * `fetch failed` says nothing; its cause names the socket's error (ECONNREFUSED, ECONNRESET). No other text of `fetch` is
 * passed on: some of it holds the URL whole.
 */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? String(cause.code) : "the request could not be made";
}
