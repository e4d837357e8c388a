import type { Deployment } from "@openjoule/sdk";
import type { Hex } from "viem";

/** An account of the local wallet: a development key that is worth nothing outside a local chain. */
export interface LocalAccount {
  /** What a person calls it, as given. */
  readonly name: string;
  readonly privateKey: Hex;
}

/** Where this copy of the app finds the network: `/config.json`, read once at start. */
export interface AppConfig {
  readonly chainId: number;
  /** As a person reads it: "Base", "Local chain". */
  readonly chainName: string;
  /** JSON-RPC over HTTP. */
  readonly rpcUrl: string;
  /** GraphQL endpoint of the subgraph. */
  readonly subgraphUrl: string;
  /** Asked for a session when its operators name no endpoint of their own. */
  readonly oracleUrl: string;
  /** A block explorer: `<explorerUrl>/tx/<hash>`; undefined when there is none. */
  readonly explorerUrl: string | undefined;
  readonly deployment: Deployment;
  /** True on a local network only: test money, the local wallet, marks on every page. */
  readonly local: boolean;
  /** Empty unless `local`. */
  readonly localAccounts: readonly LocalAccount[];
}
