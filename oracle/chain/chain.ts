import type { Logger } from "pino";
import { formatEther } from "viem";
import type { Store, StoreTransaction } from "../store/store.ts";
import { createChainClock } from "./clock.ts";
import type { ContractSet } from "./decode.ts";
import { createLogCursor, type LogCursor, type LogCursorOptions } from "./log-cursor.ts";
import type { ChainMetrics } from "./metrics.ts";
import { createOutbox, type Outbox, type OutboxOptions } from "./outbox.ts";
import { type ChainReader, createChainReader, type Header } from "./reader.ts";
import { createRpc } from "./rpc.ts";
import { type Settlement, submitSettle, supersededBy } from "./settle.ts";
import type { Signers } from "./signer.ts";
import { createStatementKeys, type StatementKeys } from "./statement-keys.ts";

export type ChainOptions = {
  store: Store;
  /** JSON-RPC endpoints; the next is used when one does not answer. */
  rpcUrls: readonly string[];
  rpcTimeoutMs?: number;
  contracts: ContractSet;
  signers: Signers;
  /** See `LogCursorOptions`. */
  handle: LogCursorOptions["handle"];
  onCommitted?: LogCursorOptions["onCommitted"];
  cursor?: Pick<LogCursorOptions, "confirmations" | "pollMs" | "maxRange" | "reorgWindow" | "concurrency">;
  outbox?: Pick<OutboxOptions, "policy" | "maxInFlight" | "pollMs" | "retryMs">;
  readiness?: Partial<ReadinessLimits>;
  logger: Logger;
  metrics: ChainMetrics;
  now?: () => number;
};

export type ReadinessLimits = {
  /** Without a good turn of the log cursor for so long the chain is not followed. Default 60 s. */
  maxSilenceMs: number;
  /** The same when its last turn has failed: one lost answer is no outage, a node that stays away is. Default 5 s. */
  maxFailingMs: number;
  /** Age of the newest block, seconds; null on chains that mine only when there is something to mine. Default null. */
  maxHeadAgeSeconds: number | null;
  /** Blocks that the cursor may be behind the newest one, beside its confirmations. Default 64. */
  maxLagBlocks: number;
  /** Least balance of the gas key, wei. Default 0.01 of the native currency. */
  minGasBalance: bigint;
};

export type Chain = {
  reader: ChainReader;
  cursor: LogCursor;
  outbox: Outbox;
  keys: StatementKeys;
  /** Inside the caller's database transaction; call `outbox.wake()` after it. False when it was submitted before. */
  submitSettle(transaction: StoreTransaction, settlement: Settlement): Promise<boolean>;
  /** The time that sessions live by, milliseconds since the epoch, see clock.ts. */
  nowMs(): number;
  /** Each resolves with null when ready, else with the reason. Named `chain`, `gas` and `signer`. */
  readiness: readonly { name: string; check(): Promise<string | null> }[];
  start(): void;
  /** Resolves when the turns under way have ended. */
  close(): Promise<void>;
};

/** This machine's clock is behind the chain by more than blocks may differ. */
const CLOCK_ALERT_MS = 30_000;

/** Everything between the store and the chain: events in, transactions out. A node that is away is waited for. */
export function createChain(options: ChainOptions): Chain {
  const { store, contracts, signers, logger, metrics, now = Date.now } = options;
  const limits: ReadinessLimits = {
    maxSilenceMs: 60_000,
    maxFailingMs: 5_000,
    maxHeadAgeSeconds: null,
    maxLagBlocks: 64,
    minGasBalance: 10n ** 16n,
    ...options.readiness,
  };
  const reader = createChainReader(
    createRpc({
      urls: options.rpcUrls,
      chainId: contracts.chainId,
      ...(options.rpcTimeoutMs !== undefined && { timeoutMs: options.rpcTimeoutMs }),
    }),
  );
  const clock = createChainClock({ nowMs: now });
  let isBehind = false;

  function onHead(head: Header): void {
    clock.observe(head);
    const leadMs = clock.leadMs();
    if (leadMs > CLOCK_ALERT_MS !== isBehind) {
      isBehind = !isBehind;
      if (isBehind)
        logger.error({ alert: "clock", leadMs }, "this machine's clock is behind the chain, whose time is taken");
      else logger.info("this machine's clock is no longer behind the chain");
    }
  }

  const keys = createStatementKeys({
    store,
    reader,
    oracleRegistry: contracts.oracleRegistry,
    keys: signers.statements.map(({ address }) => address),
    logger,
  });
  const common = { store, reader, logger, metrics, now };
  const cursor = createLogCursor({
    ...common,
    ...options.cursor,
    contracts,
    handle: options.handle,
    onHead,
    beforeOpenings: keys.refresh,
    ...(options.onCommitted !== undefined && { onCommitted: options.onCommitted }),
  });
  const { chainId } = contracts;
  // What is due was put there by the time that sessions live by.
  const outbox = createOutbox({
    ...common,
    ...options.outbox,
    now: clock.nowMs,
    signer: signers.gas,
    chainId,
    supersededBy,
  });

  async function checkChain(): Promise<string | null> {
    const { head, cursor: at, lastTurnAtMs, error } = cursor.status();
    if (lastTurnAtMs === null) return `not read yet${error === null ? "" : `: ${error}`}`;
    const silence = now() - lastTurnAtMs;
    const allowed = error === null ? limits.maxSilenceMs : limits.maxFailingMs;
    if (silence > allowed) return `not read for ${Math.floor(silence / 1_000)} s: ${error ?? "busy"}`;
    if (head === null || at === null) return "not read yet";
    const age = Math.floor(now() / 1_000) - head.timestampSeconds;
    if (limits.maxHeadAgeSeconds !== null && age > limits.maxHeadAgeSeconds) return `the newest block is ${age} s old`;
    const lag = head.number - at.number;
    return lag > limits.maxLagBlocks + (options.cursor?.confirmations ?? 1) ? `${lag} blocks behind` : null;
  }

  async function checkGas(): Promise<string | null> {
    const { balance } = outbox.status();
    if (balance === null) return "balance not read yet";
    if (balance >= limits.minGasBalance) return null;
    return `${signers.gas.address} holds ${formatEther(balance)}, expected at least ${formatEther(limits.minGasBalance)}`;
  }

  return {
    reader,
    cursor,
    outbox,
    keys,
    nowMs: clock.nowMs,
    submitSettle: (transaction, settlement) =>
      submitSettle(transaction, contracts.chargingSessions, settlement, clock.nowMs()),
    readiness: [
      { name: "chain", check: checkChain },
      { name: "gas", check: checkGas },
      { name: "signer", check: keys.check },
    ],
    start() {
      cursor.start();
      outbox.start();
    },
    async close() {
      await Promise.all([cursor.close(), outbox.close()]);
    },
  };
}
