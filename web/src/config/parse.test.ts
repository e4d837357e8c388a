import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError, parseConfig } from "./parse.ts";

const origin = "https://app.example";
const address = (digit: string) => `0x${digit.repeat(40)}`;
const contract = (digit: string) => ({ address: address(digit), constructorArguments: [] });
const key = `0x${"11".repeat(32)}`;

const valid = {
  chainId: 8453,
  chainName: "Base",
  rpcUrl: "https://rpc.example/",
  subgraphUrl: "/subgraph",
  oracleUrl: "https://oracle.example",
  explorerUrl: "https://explorer.example",
  deployment: {
    chainId: 8453,
    startBlock: 1,
    contracts: { StationRegistry: contract("1"), OracleRegistry: contract("2"), ChargingSessions: contract("3") },
  },
};

function fieldsOf(json: unknown): string[] {
  try {
    parseConfig(json, origin);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ field }) => field);
  }
}

describe("config.json", () => {
  it("says where the network is; a path is on the app's own site", () => {
    expect(parseConfig(valid, origin)).toEqual({
      ...valid,
      rpcUrl: "https://rpc.example",
      subgraphUrl: "https://app.example/subgraph",
      local: false,
      localAccounts: [],
    });
  });

  it("may leave out the explorer", () => {
    const { explorerUrl, ...without } = valid;
    expect(parseConfig(without, origin).explorerUrl).toBeUndefined();
  });

  it("gives a local network the accounts of its wallet", () => {
    const localAccounts = [{ name: "Visitor", privateKey: key }];
    expect(parseConfig({ ...valid, local: true, localAccounts }, origin).localAccounts).toEqual(localAccounts);
  });

  it("brings no private key to any other network", () => {
    expect(fieldsOf({ ...valid, localAccounts: [{ name: "x", privateKey: key }] })).toEqual(["localAccounts"]);
  });

  it.each([
    ["no object", [], ["config.json"]],
    ["a chain id that is text", { ...valid, chainId: "8453" }, ["chainId"]],
    ["an empty name", { ...valid, chainName: " " }, ["chainName"]],
    ["another protocol", { ...valid, rpcUrl: "javascript:alert(1)" }, ["rpcUrl"]],
    ["no subgraph", { ...valid, subgraphUrl: undefined }, ["subgraphUrl"]],
    ["no URL", { ...valid, explorerUrl: 3 }, ["explorerUrl"]],
    ["no deployment", { ...valid, deployment: undefined }, ["deployment"]],
    [
      "a wrong address",
      { ...valid, deployment: { ...valid.deployment, contracts: { StationRegistry: contract("z") } } },
      ["deployment.contracts.StationRegistry.address"],
    ],
    [
      "another chain's deployment",
      { ...valid, deployment: { ...valid.deployment, chainId: 1 } },
      ["deployment.chainId"],
    ],
    ["a wrong flag", { ...valid, local: "yes" }, ["local"]],
    [
      "a wrong key",
      { ...valid, local: true, localAccounts: [{ name: "x", privateKey: "0x12" }] },
      ["localAccounts[0]"],
    ],
  ])("is refused with %s", (_name, json, fields) => {
    expect(fieldsOf(json)).toEqual(fields);
  });

  it("is told everything that is wrong at once, without a key in the message", () => {
    const json = { ...valid, chainId: 0, rpcUrl: "", localAccounts: [{ name: "x", privateKey: key }] };
    expect(fieldsOf(json)).toEqual(["chainId", "rpcUrl", "localAccounts"]);
    expect(() => parseConfig(json, origin)).toThrow(/chainId is 0, expected a whole number; rpcUrl is ""/);
    expect(() => parseConfig(json, origin)).not.toThrow(new RegExp(key));
  });

  it("is refused by name whatever it holds", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(fieldsOf(json).length).toBeGreaterThan(0);
      }),
    );
  });
});
