import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigurationError, readConfig } from "./config.ts";
import { defaultPolicy } from "./core/types.ts";

/** anvil's well-known development keys. */
const keyA = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const keyB = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
const operator = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const enough = { RPC_URL: "http://127.0.0.1:8545", CHAIN_ID: "31337", STATEMENT_KEYS: keyA, GAS_KEY: keyB };

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openjoule-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("configuration", () => {
  test("the least there must be, and the defaults of the rest", () => {
    expect(readConfig(enough)).toEqual({
      rpcUrl: "http://127.0.0.1:8545",
      chainId: 31_337,
      deploymentsDirectory: "deployments",
      databasePath: "oracle.sqlite",
      highWaterPath: "oracle.sqlite.mark",
      devicesFile: null,
      statementKeys: [{ operator: null, source: { kind: "raw", privateKey: keyA } }],
      gasKey: { kind: "raw", privateKey: keyB },
      committeeThreshold: 1,
      http: { host: "127.0.0.1", port: 8_080, corsOrigins: [], operatorToken: null },
      ocpp: { host: "127.0.0.1", port: 9_000, path: "/ocpp", heartbeatSeconds: 300 },
      trustedProxies: [],
      chain: { confirmations: 1, finalityDepth: 64, pollMs: 1_000, maxHeadAgeSeconds: null },
      logLevel: "info",
      policy: defaultPolicy,
      retention: { sessionDays: 180, inboxDays: 35 },
    });
  });

  test("a newest block may be five minutes old, on development chains any age", () => {
    const headAge = (more: Record<string, string>) => readConfig({ ...enough, ...more }).chain.maxHeadAgeSeconds;
    expect(headAge({ CHAIN_ID: "100" })).toBe(300);
    expect(headAge({ CHAIN_ID: "100", MAX_HEAD_AGE_SECONDS: "0" })).toBeNull();
    expect(headAge({ MAX_HEAD_AGE_SECONDS: "30" })).toBe(30);
  });

  test("what nothing needs any more is kept for as long as one likes, within reason", () => {
    const given = { ...enough, RETENTION_DAYS: "3650", INBOX_RETENTION_DAYS: "7" };
    expect(readConfig(given).retention).toEqual({ sessionDays: 3_650, inboxDays: 7 });
    expect(problemsOf({ ...enough, RETENTION_DAYS: "29", INBOX_RETENTION_DAYS: "six" })).toEqual([
      'RETENTION_DAYS is "29", expected an integer from 30 to 36500',
      'INBOX_RETENTION_DAYS is "six", expected an integer from 7 to 36500',
    ]);
  });

  test("proxies by address or network, anything else is named", () => {
    const TRUSTED_PROXIES = "127.0.0.1, 10.0.0.0/8";
    expect(readConfig({ ...enough, TRUSTED_PROXIES }).trustedProxies).toEqual(["127.0.0.1", "10.0.0.0/8"]);
    expect(problemsOf({ ...enough, TRUSTED_PROXIES: "10.0.0.0/33" })).toEqual([
      'TRUSTED_PROXIES is "10.0.0.0/33", expected addresses or networks like 10.0.0.0/8, separated by commas',
    ]);
  });

  test("every error is named at once", () => {
    expect(
      problemsOf({ RPC_URL: "ftp://x", CHAIN_ID: "0", HTTP_PORT: "70000", LOG_LEVEL: "loud", OCPP_PATH: "ocpp" }),
    ).toEqual([
      "RPC_URL is not what it should be, expected a URL with http: or https:",
      `CHAIN_ID is "0", expected an integer from 1 to ${Number.MAX_SAFE_INTEGER}`,
      'HTTP_PORT is "70000", expected an integer from 0 to 65535',
      'OCPP_PATH is "ocpp", expected a path that begins with /',
      expect.stringContaining("LOG_LEVEL"),
      "STATEMENT_KEYS or STATEMENT_KEYSTORES is missing: without a statement key nothing can be signed",
      "GAS_KEY or GAS_KEYSTORE is missing: nothing could be settled",
    ]);
    expect(problemsOf({})).toEqual(expect.arrayContaining(["RPC_URL is missing", "CHAIN_ID is missing"]));
  });

  test("an endpoint's URL is never shown, and holds no user or password", () => {
    for (const endpoint of ["wss://mainnet.example/v3/secret", "https://user:secret@mainnet.example"]) {
      const [problem, ...others] = problemsOf({ ...enough, RPC_URL: endpoint });
      expect(problem).toMatch(/^RPC_URL is not what it should be, expected a URL with/);
      expect([problem, ...others].join()).not.toContain("secret");
    }
    const { RPC_URL: rpcUrl, ...rest } = enough;
    const file = join(folder, "rpc-url");
    writeFileSync(file, rpcUrl);
    expect(readConfig({ ...rest, RPC_URL_FILE: file }).rpcUrl).toBe(rpcUrl);
  });

  test("an empty variable counts as absent", () => {
    expect(readConfig({ ...enough, HTTP_PORT: "" }).http.port).toBe(8_080);
  });

  test("origins that may read the HTTP interface", () => {
    const originsOf = (CORS_ORIGINS: string) => readConfig({ ...enough, CORS_ORIGINS }).http.corsOrigins;
    expect(originsOf("https://app.example, http://localhost:*")).toEqual(["https://app.example", "http://localhost:*"]);
    expect(originsOf("*")).toBe("*");
    for (const wrong of ["app.example", "https://app.example/", "https://*.example", "ftp://x", "https://a:443"]) {
      expect(problemsOf({ ...enough, CORS_ORIGINS: wrong })).toEqual([
        `CORS_ORIGINS is ${JSON.stringify(wrong)}, ` +
          "expected * or origins like https://app.example or http://localhost:*, separated by commas",
      ]);
    }
  });

  test("secrets come from files, and never into a message", () => {
    const file = join(folder, "gas-key");
    writeFileSync(file, `${keyB}\n`);
    const { GAS_KEY: _gasKey, ...rest } = enough;
    expect(readConfig({ ...rest, GAS_KEY_FILE: file }).gasKey).toEqual({ kind: "raw", privateKey: keyB });
    expect(problemsOf({ ...enough, GAS_KEY_FILE: file })).toEqual([
      "GAS_KEY and GAS_KEY_FILE are both set, expected one of them",
    ]);
    expect(problemsOf({ ...rest, GAS_KEY_FILE: join(folder, "none") })).toContain(
      `GAS_KEY_FILE is ${join(folder, "none")}, which cannot be read (ENOENT)`,
    );
    const broken = problemsOf({ ...enough, GAS_KEY: "0xsecret", STATEMENT_KEYS: "secret" }).join();
    expect(broken).toContain("GAS_KEY is not what it should be");
    expect(broken).not.toContain("secret");
  });

  test("an operator's token is long enough not to be guessed, and never shown", () => {
    const token = "0123456789abcdef0123456789abcdef";
    const file = join(folder, "token");
    writeFileSync(file, `${token}\n`);
    expect(readConfig({ ...enough, OPERATOR_TOKEN_FILE: file }).http.operatorToken).toBe(token);
    expect(problemsOf({ ...enough, OPERATOR_TOKEN: "hunter2" })).toEqual([
      "OPERATOR_TOKEN is not what it should be, expected 32 to 512 printable characters without spaces",
    ]);
  });

  test("several statement keys, with their operators", () => {
    const { statementKeys } = readConfig({
      ...enough,
      STATEMENT_KEYS: `${operator}:${keyA}, ${keyB.slice(2)}`,
      STATEMENT_KEYSTORES: `${operator}:/keys/one.json`,
      STATEMENT_KEYSTORE_PASSWORD: "p",
      COMMITTEE_THRESHOLD: "3",
    });
    expect(statementKeys).toEqual([
      { operator, source: { kind: "raw", privateKey: keyA } },
      { operator: null, source: { kind: "raw", privateKey: keyB } },
      { operator, source: { kind: "keystore", path: "/keys/one.json", password: "p" } },
    ]);
  });

  test("a quorum that the keys here cannot reach is refused in words", () => {
    expect(problemsOf({ ...enough, COMMITTEE_THRESHOLD: "2" })).toEqual([
      "COMMITTEE_THRESHOLD is 2, but there are statement keys of 1 operator(s) here, expected at most 1: " +
        "this release does not ask other operators for signatures",
    ]);
  });
});
