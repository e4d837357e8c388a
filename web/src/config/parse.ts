import { OpenJouleError, type Problem, parseDeployment } from "@openjoule/sdk";
import type { Hex } from "viem";
import type { AppConfig, LocalAccount } from "./types.ts";

/** `/config.json` cannot be used; `problems` says all that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    const texts = problems.map(({ field, value, expected }) => `${field} is ${show(value)}, expected ${expected}`);
    super(`config.json: ${texts.join("; ")}`, options);
    this.problems = problems;
  }
}

const show = (value: unknown) => (value === undefined ? "missing" : JSON.stringify(value)?.slice(0, 120));

/**
 * Checks the parsed JSON of `/config.json`. A URL may be a path, then it is on the page's own origin.
 *
 * @throws ConfigError with every wrong field
 */
export function parseConfig(json: unknown, origin: string): AppConfig {
  if (!isRecord(json)) throw new ConfigError([wrong("config.json", json, "a JSON object")]);
  const problems: Problem[] = [];
  const read = createReader(json, problems);
  const local = read.flag("local");
  const config: AppConfig = {
    chainId: read.integer("chainId"),
    chainName: read.text("chainName"),
    rpcUrl: read.url("rpcUrl", origin),
    subgraphUrl: read.url("subgraphUrl", origin),
    oracleUrl: read.url("oracleUrl", origin),
    explorerUrl: json.explorerUrl === undefined ? undefined : read.url("explorerUrl", origin),
    deployment: read.deployment("deployment"),
    local,
    localAccounts: json.localAccounts === undefined ? [] : read.accounts("localAccounts"),
  };
  if (!local && json.localAccounts !== undefined) {
    problems.push(wrong("localAccounts", "given", "nothing, unless local is true: no private key belongs on a server"));
  }
  if (problems.length === 0 && config.deployment.chainId !== config.chainId) {
    problems.push(wrong("deployment.chainId", config.deployment.chainId, `${config.chainId}, like chainId`));
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function createReader(json: Record<string, unknown>, problems: Problem[]) {
  function fail<Value>(field: string, expected: string, otherwise: Value, value: unknown = json[field]): Value {
    problems.push(wrong(field, value, expected));
    return otherwise;
  }
  return {
    flag(field: string): boolean {
      const value = json[field] ?? false;
      return typeof value === "boolean" ? value : fail(field, "true or false", false);
    },
    integer(field: string): number {
      const value = json[field];
      return Number.isSafeInteger(value) && (value as number) > 0
        ? (value as number)
        : fail(field, "a whole number", 0);
    },
    text(field: string): string {
      const value = json[field];
      return typeof value === "string" && value.trim() !== "" ? value : fail(field, "a text", "");
    },
    url(field: string, origin: string): string {
      const value = json[field];
      const expected = "an http(s) URL, or a path on this site";
      if (typeof value !== "string" || value === "" || !URL.canParse(value, origin)) return fail(field, expected, "");
      const url = new URL(value, origin);
      return /^https?:$/.test(url.protocol) ? url.href.replace(/\/$/, "") : fail(field, expected, "");
    },
    deployment(field: string): AppConfig["deployment"] {
      try {
        return parseDeployment(json[field]);
      } catch (error) {
        if (!(error instanceof OpenJouleError)) throw error;
        const path = error.field === field ? field : `${field}.${error.field}`;
        return fail(path, error.expected, {} as AppConfig["deployment"], error.value);
      }
    },
    accounts(field: string): LocalAccount[] {
      const value = json[field];
      if (!Array.isArray(value)) return fail(field, "a list of accounts", []);
      return value.flatMap((item: unknown, index): LocalAccount[] => {
        if (isRecord(item) && typeof item.name === "string" && isKey(item.privateKey)) {
          return [{ name: item.name, privateKey: item.privateKey }];
        }
        return fail(`${field}[${index}]`, "a name and a private key of 32 bytes in hex", [], "wrong");
      });
    },
  };
}

const isKey = (value: unknown): value is Hex => typeof value === "string" && /^0x[0-9a-fA-F]{64}$/.test(value);
const wrong = (field: string, value: unknown, expected: string): Problem => ({
  name: "InvalidConfig",
  field,
  value,
  expected,
});

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
