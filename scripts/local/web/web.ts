import { type Deployment, parseDeployment } from "@openjoule/sdk";
import type { Hex } from "viem";
import type { Run } from "../run.ts";
import { buildWeb } from "./build.ts";
import { startStaticServer } from "./server.ts";

/** The content of the app's `/config.json`; web/src/config says what each field means. */
export interface WebConfig {
  readonly chainId: number;
  readonly chainName: string;
  readonly rpcUrl: string;
  readonly subgraphUrl: string;
  readonly oracleUrl: string;
  readonly deployment: Deployment;
  readonly local: boolean;
  /** Development keys that the app's local wallet signs with; only where it is `local`. */
  readonly localAccounts?: readonly { readonly name: string; readonly privateKey: Hex }[];
}

export interface WebOptions {
  readonly run: Run;
  /** TCP port on loopback; 0 for a free one. */
  readonly port: number;
  readonly config: WebConfig;
  /** More files to serve, by path. */
  readonly extra?: Readonly<Record<string, string>>;
  readonly onProgress?: (text: string) => void;
}

export interface Web {
  /** Where a person opens the app. */
  readonly url: string;
}

/** Builds the app where needed and serves it, for as long as the run lasts. */
export async function startWeb({ run, port, config, extra, onProgress }: WebOptions): Promise<Web> {
  const folder = await buildWebIn(run, onProgress);
  // Whoever deploys knows more of a contract than its file says.
  const text = JSON.stringify({ ...config, deployment: parseDeployment(config.deployment) });
  const server = await startStaticServer({ folder, port, extra: { ...extra, "/config.json": text } });
  run.onStop(() => server.close());
  return { url: server.url };
}

/** Builds the app; a run that ends ends the build too. */
export async function buildWebIn(run: Run, onProgress?: (text: string) => void): Promise<string> {
  const abort = new AbortController();
  const built = buildWeb({ signal: abort.signal, ...(onProgress && { onProgress }) });
  const forget = run.onStop(async () => {
    abort.abort();
    await built.catch(() => {});
  });
  return built.finally(forget);
}
