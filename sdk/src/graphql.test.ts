import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { graphqlRequest } from "./graphql.ts";
import { queryIndexedBlock, queryReceipt } from "./receipt.ts";

let answer: { status: number; body: string };
let asked: { method: string | undefined; contentType: string | undefined; body: { query: string; variables: unknown } };
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    void read(request).then((body) => {
      asked = { method: request.method, contentType: request.headers["content-type"], body: JSON.parse(body) };
      response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/subgraphs/name/openjoule`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  answer = { status: 200, body: JSON.stringify({ data: {} }) };
});

async function read(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

const answerData = (data: unknown) => {
  answer = { status: 200, body: JSON.stringify({ data }) };
};

describe("graphqlRequest", () => {
  it("posts query and variables and returns the data", async () => {
    answerData({ stations: [{ id: "0x01" }] });
    const data = await graphqlRequest<{ stations: { id: string }[] }>(url, "query { stations { id } }", { first: 5 });
    expect(data).toEqual({ stations: [{ id: "0x01" }] });
    expect(asked).toEqual({
      method: "POST",
      contentType: "application/json",
      body: { query: "query { stations { id } }", variables: { first: 5 } },
    });
  });

  it("says what the server says, whatever the status", async () => {
    const body = JSON.stringify({ errors: [{ message: "no field `x`" }, { message: "no field `y`" }] });
    for (const status of [200, 400]) {
      answer = { status, body };
      await expect(graphqlRequest(url, "query { x y }")).rejects.toThrow(
        /^GraphqlErrors: .*no field `x`; no field `y`/,
      );
    }
  });

  it("names an HTTP error and an answer that is not GraphQL's", async () => {
    answer = { status: 502, body: "bad gateway" };
    await expect(graphqlRequest(url, "query { x }")).rejects.toThrow(/^GraphqlStatus: .*502 bad gateway/);
    for (const body of ["<html>", "[]", "null", '{"data":null}', "{}"]) {
      answer = { status: 200, body };
      await expect(graphqlRequest(url, "query { x }"), body).rejects.toThrow(/^GraphqlAnswer: /);
    }
  });

  it("names an endpoint that does not answer, and lets an abort through", async () => {
    await expect(graphqlRequest("http://127.0.0.1:1/", "query { x }")).rejects.toMatchObject({
      name: "GraphqlUnreachable",
      value: "http://127.0.0.1:1/",
    });
    const signal = AbortSignal.abort();
    await expect(graphqlRequest(url, "query { x }", {}, { signal })).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("queryReceipt", () => {
  const sessionId = `0x${"AB".repeat(32)}` as const;
  const transaction = `0x${"07".repeat(32)}`;
  const row = {
    exit: "Settled",
    stopReason: "EVDisconnected",
    evseId: "FR*ABC*E123",
    openedTransaction: transaction,
    paidTransaction: transaction,
    driver: { id: `0x${"0d".repeat(20)}` },
    owner: { id: `0x${"0e".repeat(20)}` },
    tariff: { id: `0x${"71".repeat(32)}` },
    currency: { token: `0x${"ee".repeat(20)}`, symbol: "tEUR", decimals: 6 },
    statement: { periods: [{ kind: "Idle", start: "1800000000", seconds: "60", energyWh: "0" }] },
    energyCost: "340282366920938463463374607431768211455",
    timeCost: "1",
    idleCost: "2",
    flatCost: "3",
    raisedToMinimum: "4",
    loweredToMaximum: "5",
    waivedFromCost: "6",
    cappedByDeposit: "7",
    cost: "340282366920938463463374607431768211447",
    locked: "11",
    refund: "12",
    fee: "13",
    feePerMember: "14",
    ownerRevenue: "15",
    openedAt: "1800000000",
    paidAt: "1800000100",
    energyWh: "1000",
    chargingSeconds: "16",
    idleSeconds: "60",
    paidBlock: "17",
  };

  it("asks by the id as the subgraph writes it and reads amounts exactly", async () => {
    answerData({ receipt: row });
    const receipt = await queryReceipt(url, sessionId);
    expect(asked.body.variables).toEqual({ id: `0x${"ab".repeat(32)}` });
    expect(receipt).toMatchObject({
      sessionId,
      exit: "Settled",
      stopReason: "EVDisconnected",
      tariffId: row.tariff.id,
      currency: row.currency,
      periods: [{ kind: 1, start: 1_800_000_000, seconds: 60, energyWh: 0 }],
      lines: { energy: 2n ** 128n - 1n, beforeBounds: 2n ** 128n + 5n, waived: 6n, total: 2n ** 128n - 9n },
      locked: 11n,
      feePerMember: 14n,
      paidBlock: 17,
    });
  });

  it("asks for every field that it reads", () => {
    for (const field of Object.keys(row)) expect(asked.body.query, field).toMatch(new RegExp(`\\b${field}\\b`));
  });

  it("reads one that was closed without a checkpoint", async () => {
    const native = { token: null, symbol: null, decimals: null };
    answerData({ receipt: { ...row, exit: "Closed", stopReason: null, statement: null, currency: native } });
    expect(await queryReceipt(url, sessionId)).toMatchObject({
      exit: "Closed",
      stopReason: undefined,
      currency: { token: undefined, symbol: undefined, decimals: undefined },
      periods: [],
    });
  });

  it("has nothing while there is none", async () => {
    answerData({ receipt: null });
    expect(await queryReceipt(url, sessionId)).toBeUndefined();
  });
});

describe("queryIndexedBlock", () => {
  it("reads the block that the subgraph has come to", async () => {
    answerData({ _meta: { block: { number: 42 } } });
    expect(await queryIndexedBlock(url)).toBe(42);
    expect(asked.body.query).toContain("_meta");
  });
});
