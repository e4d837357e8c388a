import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What happens to a call. `pass`: nothing. `dropAnswer`: the node does it, and the answer is lost. `dropCall`: the connection
 * breaks before the node hears of it. `error`: the node refuses in these words. `rewrite`: the node's answer is changed.
 */
export type Fault =
  | { kind: "pass" }
  | { kind: "dropAnswer" }
  | { kind: "dropCall" }
  | { kind: "status"; status: number }
  | { kind: "error"; code: number; message: string }
  | { kind: "rewrite"; result(result: unknown): unknown };

export type RpcCall = { id: unknown; method: string; params: readonly unknown[] };

export type FaultyProxy = {
  url: string;
  /** Every call in the order received. */
  calls: RpcCall[];
  /** Decides about each call from now on. */
  setFault(fault: (call: RpcCall) => Fault): void;
  close(): Promise<void>;
};

/** A JSON-RPC endpoint in front of a real node that fails in the ways networks and providers fail. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const calls: RpcCall[] = [];
  let decide: (call: RpcCall) => Fault = () => ({ kind: "pass" });

  async function forward(body: string): Promise<string> {
    const response = await fetch(target, { method: "POST", headers: { "content-type": "application/json" }, body });
    return response.text();
  }

  const server = createServer(async (request, response) => {
    try {
      const body = await read(request);
      const call = JSON.parse(body) as RpcCall;
      calls.push(call);
      const fault = decide(call);
      if (fault.kind === "dropCall") return request.socket.destroy();
      if (fault.kind === "status") return response.writeHead(fault.status).end("no");
      if (fault.kind === "error") {
        const error = { code: fault.code, message: fault.message };
        return response.end(JSON.stringify({ jsonrpc: "2.0", id: call.id, error }));
      }
      const answer = await forward(body);
      if (fault.kind === "dropAnswer") return request.socket.destroy();
      if (fault.kind === "pass") return response.end(answer);
      const parsed = JSON.parse(answer) as { result: unknown };
      return response.end(JSON.stringify({ ...parsed, result: fault.result(parsed.result) }));
    } catch {
      return request.socket.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    setFault(fault) {
      decide = fault;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}
