import type { CompactSignature, Eip712Domain } from "@openjoule/sdk";
import type { Logger } from "pino";
import type { Address, Hex } from "viem";
import type { Policy, SessionState } from "../core/types.ts";
import type { Store } from "../store/store.ts";
import type { EngineMetrics } from "./metrics.ts";

/** A statement key of ours and the operator it signs for. `signer` is a `StatementSigner` of chain/. */
export type OwnOperator = {
  operator: Address;
  signer: { address: Address; sign(digest: Hex): Promise<CompactSignature> };
  /** Whether the contract takes this key's signatures in a session opened at that time, UTC seconds. */
  wasActive(atSeconds: number): boolean;
};

/** What the engine must know before it starts. */
export type EngineIdentity = {
  operators: readonly OwnOperator[];
  /** Head of the chain when this database was made: nothing is signed for a session opened up to there. */
  firstHead: number;
};

/** What every part of the engine shares. */
export type EngineContext = {
  store: Store;
  logger: Logger;
  metrics: EngineMetrics;
  policy: Policy;
  /** Of ChargingSessions. */
  domain: Eip712Domain;
  /** Set before the engine starts. */
  identity: EngineIdentity;
  /** Milliseconds since the epoch. */
  nowMs: () => number;
};

/** What a database transaction has changed, for those who act once it is committed. */
export type Changes = {
  sessions: Map<Hex, SessionState>;
  statements: boolean;
  commands: boolean;
  settlements: boolean;
};

export function noChanges(): Changes {
  return { sessions: new Map(), statements: false, commands: false, settlements: false };
}
