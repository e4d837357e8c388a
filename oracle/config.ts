/**
 * What the environment says, checked at start with every error named at once. A secret may stand in a file instead:
 * `GAS_KEY_FILE` is read in place of `GAS_KEY`.
 */
import { readFileSync } from "node:fs";
import { type Address, getAddress, isAddress } from "viem";
import { z } from "zod";
import { type KeySource, LOCAL_CHAIN_IDS } from "./chain/signer.ts";
import { isNetwork } from "./client-address.ts";
import { defaultPolicy, type Policy } from "./core/types.ts";
import { defaultRetention, type Retention } from "./engine/retention.ts";

/** Variables that may be given as `<name>_FILE` and are never shown. An endpoint's URL often holds a key. */
const SECRETS = [
  "RPC_URL",
  "STATEMENT_KEYS",
  "STATEMENT_KEYSTORE_PASSWORD",
  "GAS_KEY",
  "GAS_KEYSTORE_PASSWORD",
  "OPERATOR_TOKEN",
] as const;

export type StatementKeyConfig = {
  /** The operator whose key it is; null to ask OracleRegistry. */
  operator: Address | null;
  source: KeySource;
};

export type Config = {
  rpcUrl: string;
  chainId: number;
  /** Folder with `<chainId>.json`. */
  deploymentsDirectory: string;
  databasePath: string;
  /** What was signed last, apart from the database: not for its backup. */
  highWaterPath: string;
  /** Null: no device may connect. */
  devicesFile: string | null;
  statementKeys: StatementKeyConfig[];
  gasKey: KeySource;
  /** Signatures that the served committees ask for. */
  committeeThreshold: number;
  http: {
    host: string;
    port: number;
    /** Origins of web pages that may read the HTTP interface, `*` in place of a port for any; "*" for all. */
    corsOrigins: string[] | "*";
    /** Whoever has it may order stations about over HTTP; null: nobody may. */
    operatorToken: string | null;
  };
  ocpp: { host: string; port: number; path: string; heartbeatSeconds: number };
  /** Addresses and networks of proxies whose `X-Forwarded-For` says where a client comes from. */
  trustedProxies: string[];
  chain: { confirmations: number; finalityDepth: number; pollMs: number; maxHeadAgeSeconds: number | null };
  logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";
  policy: Policy;
  retention: Retention;
};

/** Everything wrong with the configuration. No message holds a secret's value. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(["the configuration is wrong:", ...problems.map((problem) => `  ${problem}`)].join("\n"));
    this.name = "ConfigurationError";
    this.problems = problems;
  }
}

const integer = (least: number, greatest: number, otherwise?: number) => {
  const expected = `an integer from ${least} to ${greatest}`;
  const text = z
    .string()
    .regex(/^\d{1,15}$/, { error: `expected ${expected}` })
    .transform(Number)
    .refine((value) => value >= least && value <= greatest, { error: `expected ${expected}` });
  return otherwise === undefined ? text : text.default(otherwise);
};
const url = (protocols: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `expected a URL with ${protocols.join(" or ")}`,
  });
/** `fetch` refuses a URL that holds a user or a password. */
const rpcUrl = url(["http:", "https:"]).refine((text) => !URL.canParse(text) || withoutCredentials(new URL(text)), {
  error: "expected a URL without user and password",
});
const withoutCredentials = ({ username, password }: URL) => username === "" && password === "";
const seconds = (key: keyof Policy, least: number) => integer(least, 604_800, defaultPolicy[key]);
/** With the `0x` or without; the value itself never appears in a message. */
const privateKey = /^(0x)?[0-9a-fA-F]{64}$/;

const schema = z.object({
  RPC_URL: rpcUrl,
  CHAIN_ID: integer(1, Number.MAX_SAFE_INTEGER),
  DEPLOYMENTS_DIR: z.string().min(1).default("deployments"),
  DATABASE_PATH: z.string().min(1).default("oracle.sqlite"),
  HIGH_WATER_FILE: z.string().min(1).optional(),
  DEVICES_FILE: z.string().min(1).optional(),
  STATEMENT_KEYS: z.string().optional(),
  STATEMENT_KEYSTORES: z.string().optional(),
  STATEMENT_KEYSTORE_PASSWORD: z.string().optional(),
  GAS_KEY: z.string().regex(privateKey, { error: "expected 64 hex digits" }).optional(),
  GAS_KEYSTORE: z.string().min(1).optional(),
  GAS_KEYSTORE_PASSWORD: z.string().optional(),
  COMMITTEE_THRESHOLD: integer(1, 16, 1),
  HTTP_HOST: z.string().min(1).default("127.0.0.1"),
  HTTP_PORT: integer(0, 65_535, 8_080),
  CORS_ORIGINS: z
    .string()
    .default("")
    .transform(listOf)
    .refine((list) => list.every((entry) => entry === "*" || isOrigin(entry)), {
      error: "expected * or origins like https://app.example or http://localhost:*, separated by commas",
    }),
  OPERATOR_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{32,512}$/, { error: "expected 32 to 512 printable characters without spaces" })
    .optional(),
  OCPP_HOST: z.string().min(1).default("127.0.0.1"),
  OCPP_PORT: integer(0, 65_535, 9_000),
  OCPP_PATH: z.string().startsWith("/", { error: "expected a path that begins with /" }).default("/ocpp"),
  OCPP_HEARTBEAT_SECONDS: integer(1, 86_400, 300),
  TRUSTED_PROXIES: z
    .string()
    .default("")
    .transform(listOf)
    .refine((list) => list.every(isNetwork), {
      error: "expected addresses or networks like 10.0.0.0/8, separated by commas",
    }),
  CONFIRMATIONS: integer(1, 1_000, 1),
  FINALITY_DEPTH: integer(1, 10_000, 64),
  CHAIN_POLL_MS: integer(50, 60_000, 1_000),
  MAX_HEAD_AGE_SECONDS: integer(0, 86_400).optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  START_TIMEOUT_SECONDS: seconds("startTimeoutSeconds", 10),
  START_RETRY_SECONDS: seconds("startRetrySeconds", 1),
  START_ATTEMPTS: integer(1, 20, defaultPolicy.startAttempts),
  METER_SILENCE_SECONDS: seconds("meterSilenceSeconds", 5),
  STOP_LATENCY_SECONDS: seconds("stopLatencySeconds", 0),
  STOP_RETRY_SECONDS: seconds("stopRetrySeconds", 1),
  STOP_GRACE_SECONDS: seconds("stopGraceSeconds", 10),
  REPLAY_GRACE_SECONDS: seconds("replayGraceSeconds", 1),
  SETTLE_MARGIN_SECONDS: seconds("settleMarginSeconds", 60),
  IDLE_BELOW_W: integer(0, 10_000, defaultPolicy.idleBelowW),
  // An operator's bond can be taken for as long as it unbonds: three weeks by the deployment's default.
  RETENTION_DAYS: integer(30, 36_500, defaultRetention.sessionDays),
  INBOX_RETENTION_DAYS: integer(7, 36_500, defaultRetention.inboxDays),
});
type Environment = z.output<typeof schema>;

/**
 * @param environment Usually `process.env`; names that are not ours are ignored, empty values count as absent.
 * @throws ConfigurationError
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && value !== "") given[name] = value;
  }
  for (const name of SECRETS) readSecret(given, name, problems);

  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0]);
      problems.push(given[name] === undefined ? `${name} is missing` : describe(name, given[name], issue.message));
    }
  }
  // What can be said about keys is said even when something else is wrong, so that one look is enough.
  const statementKeys = statementKeysOf(given, problems);
  const gasKey = gasKeyOf(given, problems);
  const threshold = Number(given.COMMITTEE_THRESHOLD ?? 1);
  if (statementKeys.length > 0 && threshold > statementKeys.length) {
    problems.push(
      `COMMITTEE_THRESHOLD is ${threshold}, but there are statement keys of ${statementKeys.length} operator(s) here, ` +
        `expected at most ${statementKeys.length}: this release does not ask other operators for signatures`,
    );
  }
  if (!parsed.success || gasKey === null || problems.length > 0) throw new ConfigurationError([...new Set(problems)]);
  return toConfig(parsed.data, statementKeys, gasKey);
}

function toConfig(env: Environment, statementKeys: StatementKeyConfig[], gasKey: KeySource): Config {
  return {
    rpcUrl: env.RPC_URL,
    chainId: env.CHAIN_ID,
    deploymentsDirectory: env.DEPLOYMENTS_DIR,
    databasePath: env.DATABASE_PATH,
    highWaterPath: env.HIGH_WATER_FILE ?? `${env.DATABASE_PATH}.mark`,
    devicesFile: env.DEVICES_FILE ?? null,
    statementKeys,
    gasKey,
    committeeThreshold: env.COMMITTEE_THRESHOLD,
    http: {
      host: env.HTTP_HOST,
      port: env.HTTP_PORT,
      corsOrigins: env.CORS_ORIGINS.includes("*") ? "*" : env.CORS_ORIGINS,
      operatorToken: env.OPERATOR_TOKEN ?? null,
    },
    ocpp: {
      host: env.OCPP_HOST,
      port: env.OCPP_PORT,
      path: env.OCPP_PATH,
      heartbeatSeconds: env.OCPP_HEARTBEAT_SECONDS,
    },
    trustedProxies: env.TRUSTED_PROXIES,
    chain: {
      confirmations: env.CONFIRMATIONS,
      finalityDepth: env.FINALITY_DEPTH,
      pollMs: env.CHAIN_POLL_MS,
      maxHeadAgeSeconds: headAgeOf(env),
    },
    logLevel: env.LOG_LEVEL,
    policy: {
      startTimeoutSeconds: env.START_TIMEOUT_SECONDS,
      startRetrySeconds: env.START_RETRY_SECONDS,
      startAttempts: env.START_ATTEMPTS,
      meterSilenceSeconds: env.METER_SILENCE_SECONDS,
      triggerSpacingSeconds: defaultPolicy.triggerSpacingSeconds,
      stopLatencySeconds: env.STOP_LATENCY_SECONDS,
      stopRetrySeconds: env.STOP_RETRY_SECONDS,
      stopGraceSeconds: env.STOP_GRACE_SECONDS,
      replayGraceSeconds: env.REPLAY_GRACE_SECONDS,
      settleMarginSeconds: env.SETTLE_MARGIN_SECONDS,
      idleBelowW: env.IDLE_BELOW_W,
    },
    retention: { sessionDays: env.RETENTION_DAYS, inboxDays: env.INBOX_RETENTION_DAYS },
  };
}

/** By default 300, and none for development chains, which mine only when there is something to mine. 0 is none. */
function headAgeOf({ MAX_HEAD_AGE_SECONDS: given, CHAIN_ID: chainId }: Environment): number | null {
  if (given !== undefined) return given === 0 ? null : given;
  return LOCAL_CHAIN_IDS.includes(chainId) ? null : 300;
}

function readSecret(given: Record<string, string>, name: string, problems: string[]): void {
  const fileName = `${name}_FILE`;
  const file = given[fileName];
  if (file === undefined) return;
  if (given[name] !== undefined) {
    problems.push(`${name} and ${fileName} are both set, expected one of them`);
    return;
  }
  try {
    given[name] = readFileSync(file, "utf8").trim();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "error";
    problems.push(`${fileName} is ${file}, which cannot be read (${code})`);
  }
}

/** `STATEMENT_KEYS`: private keys; `STATEMENT_KEYSTORES`: paths. Each as `[<operator>:]<key or path>`, separated by commas. */
function statementKeysOf(given: Record<string, string>, problems: string[]): StatementKeyConfig[] {
  const keys: StatementKeyConfig[] = [];
  for (const [index, entry] of listOf(given.STATEMENT_KEYS).entries()) {
    const name = `STATEMENT_KEYS[${index}]`;
    const { operator, rest } = splitOperator(entry, name, problems);
    if (privateKey.test(rest)) keys.push({ operator, source: rawKey(rest) });
    else problems.push(`${name} is no private key, expected [<operator address>:]<64 hex digits>`);
  }
  for (const [index, entry] of listOf(given.STATEMENT_KEYSTORES).entries()) {
    const { operator, rest } = splitOperator(entry, `STATEMENT_KEYSTORES[${index}]`, problems);
    const password = given.STATEMENT_KEYSTORE_PASSWORD;
    if (password === undefined) problems.push("STATEMENT_KEYSTORE_PASSWORD is missing: STATEMENT_KEYSTORES needs it");
    else keys.push({ operator, source: { kind: "keystore", path: rest, password } });
  }
  if (listOf(given.STATEMENT_KEYS).length + listOf(given.STATEMENT_KEYSTORES).length === 0) {
    problems.push("STATEMENT_KEYS or STATEMENT_KEYSTORES is missing: without a statement key nothing can be signed");
  }
  return keys;
}

function gasKeyOf(given: Record<string, string>, problems: string[]): KeySource | null {
  const { GAS_KEY: key, GAS_KEYSTORE: path, GAS_KEYSTORE_PASSWORD: password } = given;
  if (key !== undefined && path !== undefined)
    problems.push("GAS_KEY and GAS_KEYSTORE are both set, expected one of them");
  if (key === undefined && path === undefined)
    problems.push("GAS_KEY or GAS_KEYSTORE is missing: nothing could be settled");
  if (key !== undefined) return rawKey(key);
  if (path === undefined) return null;
  if (password === undefined) problems.push("GAS_KEYSTORE_PASSWORD is missing: GAS_KEYSTORE needs it");
  return { kind: "keystore", path, password: password ?? "" };
}

function splitOperator(entry: string, name: string, problems: string[]): { operator: Address | null; rest: string } {
  const at = entry.startsWith("0x") || entry.startsWith("0X") ? entry.indexOf(":") : -1;
  if (at !== 42) return { operator: null, rest: entry };
  const operator = entry.slice(0, at);
  if (isAddress(operator)) return { operator: getAddress(operator), rest: entry.slice(at + 1) };
  problems.push(`${name} names the operator ${operator}, expected an address with a right checksum`);
  return { operator: null, rest: entry.slice(at + 1) };
}

function rawKey(key: string): KeySource {
  return { kind: "raw", privateKey: `0x${key.replace(/^0x/, "")}` };
}

/** What a browser sends as `Origin`: scheme, host, and a port unless it is the scheme's; here `*` may stand for the port. */
function isOrigin(text: string): boolean {
  const url = text.replace(/:\*$/, "");
  return /^https?:[^*]+$/.test(url) && URL.canParse(url) && new URL(url).origin === url;
}

function listOf(text: string | undefined): string[] {
  return (text ?? "")
    .split(/[,\s]+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

function describe(name: string, value: string, message: string): string {
  const isSecret = (SECRETS as readonly string[]).includes(name);
  return `${name} is ${isSecret ? "not what it should be" : JSON.stringify(value)}, ${message}`;
}
