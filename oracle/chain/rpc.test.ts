import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { createRpc, type RpcOptions } from "./rpc.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/secret-key`;
}
const answer = (body: unknown, status = 200) =>
  serve((_request, response) => response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body)));
const ask = (options: RpcOptions) => createRpc(options).request("eth_blockNumber", [], z.string());

describe("rpc", () => {
  test.each([
    ["refused", { error: { code: -32000, message: "header not found" } }, 200],
    ["refused", { error: { code: 3, message: "execution reverted", data: "0x1234" } }, 200],
    ["rateLimited", { error: { code: -32005, message: "daily request count exceeded, request rate limited" } }, 200],
    ["rateLimited", "slow down", 429],
    ["transport", "bad gateway", 502],
    ["malformed", "<html>", 200],
    ["malformed", { result: 7 }, 200],
  ])("%s: %j with status %i", async (kind, body, status) => {
    const url = await answer(body, status);
    await expect(ask({ urls: [url] })).rejects.toMatchObject({ name: "RpcError", kind, method: "eth_blockNumber" });
  });

  test("no error shows the endpoint, which may hold a key", async () => {
    const gone = await answer({});
    servers.pop()?.close();
    const withPassword = gone.replace("//", "//user:secret-key@");
    for (const url of [gone, await answer("no", 500), withPassword]) {
      const error = await ask({ urls: [url] }).catch((cause: Error) => cause);
      expect(JSON.stringify([String(error), (error as Error).stack, error])).not.toContain("secret-key");
    }
  });

  test("no answer in time", async () => {
    const url = await serve(() => undefined);
    await expect(ask({ urls: [url], timeoutMs: 50 })).rejects.toMatchObject({ kind: "timeout" });
  });

  test("the next endpoint is asked when one does not answer, and stays the first", async () => {
    let asked = 0;
    const bad = await serve((_request, response) => {
      asked += 1;
      response.writeHead(503).end();
    });
    const rpc = createRpc({ urls: [bad, await answer({ result: "0x1" })] });
    expect(await rpc.request("eth_blockNumber", [], z.string())).toBe("0x1");
    expect(await rpc.request("eth_blockNumber", [], z.string())).toBe("0x1");
    expect(asked).toBe(1);
  });

  test("a refusal is an answer: no other endpoint is asked", async () => {
    let asked = 0;
    const other = await serve((_request, response) => {
      asked += 1;
      response.end(JSON.stringify({ result: "0x1" }));
    });
    const refusing = await answer({ error: { code: -32000, message: "nonce too low" } });
    await expect(ask({ urls: [refusing, other] })).rejects.toMatchObject({ kind: "refused", detail: "nonce too low" });
    expect(asked).toBe(0);
  });

  test("an endpoint of another chain is not used", async () => {
    const methods: string[] = [];
    const url = await serve(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      methods.push(JSON.parse(body).method);
      response.end(JSON.stringify({ result: "0x1" }));
    });
    await expect(ask({ urls: [url], chainId: 31_337 })).rejects.toThrow("chainId is 1, expected 31337");
    expect(methods).toEqual(["eth_chainId"]);
    expect(await ask({ urls: [url], chainId: 1 })).toBe("0x1");
  });
});
