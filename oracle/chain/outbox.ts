import type { Logger } from "pino";
import type { Address } from "viem";
import type { Store } from "../store/store.ts";
import { createLoop } from "./loop.ts";
import { type ChainMetrics, errorName } from "./metrics.ts";
import {
  decideSent,
  decideUnsent,
  type MinedReceipt,
  nextNonce,
  type OutboxPolicy,
  type OutboxRow,
  type SentRow,
  type SupersededBy,
} from "./outbox-decide.ts";
import { createSender } from "./outbox-send.ts";
import { countByState, LIVE_STATES, loadLive, type OutboxPatch, updateRow } from "./outbox-store.ts";
import { startTurn, type Turn } from "./outbox-turn.ts";
import type { ChainReader } from "./reader.ts";
import { simulate } from "./revert.ts";
import { RpcError } from "./rpc.ts";
import type { GasSigner } from "./signer.ts";

export type OutboxOptions = {
  store: Store;
  reader: ChainReader;
  signer: GasSigner;
  chainId: number;
  /** By kind of transaction: the errors of its simulation that mean that somebody else has done it. */
  supersededBy: Readonly<Record<string, SupersededBy>>;
  policy?: Partial<OutboxPolicy>;
  /** Most transactions signed and not mined at once; nodes keep few of one sender (Geth: 16 for sure). Default 16. */
  maxInFlight?: number;
  /** Between two looks at the table. Default 500 ms. */
  pollMs?: number;
  /** Before a refused or unfunded transaction is simulated again. Default 5 s. */
  retryMs?: number;
  logger: Logger;
  metrics: ChainMetrics;
  now?: () => number;
};

/** What has been refused for long is asked for so many times less often. */
const STUCK_WAIT = 12;
const GWEI = 1_000_000_000n;
export const DEFAULT_POLICY: OutboxPolicy = {
  finalityDepth: 64,
  replaceAfterMs: 45_000,
  replaceAfterBlocks: 3,
  rebroadcastMs: 15_000,
  stuckAfterMs: 600_000,
  maxReverts: 3,
  maxFeePerGasCap: 500n * GWEI,
  minPriorityFeePerGas: 1n,
};

export type OutboxStatus = {
  /** Of the gas key, wei; null before the first answer. */
  balance: bigint | null;
  lastTurnAtMs: number | null;
  error: string | null;
};

export type Outbox = {
  start(): void;
  /** Something was submitted: look now. */
  wake(): void;
  /** One turn. For tests. */
  step(): Promise<void>;
  status(): OutboxStatus;
  close(): Promise<void>;
};

type LiveRow = Awaited<ReturnType<typeof loadLive>>[number];

/** Without the arguments, which may be times. */
const revertName = (error: string | null) => error?.split("(", 1)[0];

/**
 * Sends what `submitTransaction` has put into the table `transactions`, each once: simulates, takes a nonce from the chain and
 * the table, stores the signed bytes, and only then sends them; watches, replaces at higher fees, and after a reorg sends
 * again, until the transaction is final. All it knows is in the table, so a crash anywhere costs time only.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { store, reader, signer, chainId, supersededBy, metrics, now = Date.now } = options;
  const { maxInFlight = 16, pollMs = 500, retryMs = 5_000 } = options;
  const policy: OutboxPolicy = { ...DEFAULT_POLICY, ...options.policy };
  const logger = options.logger.child({ part: "outbox" });
  const self = signer.address.toLowerCase() as Address;
  const status: OutboxStatus = { balance: null, lastTurnAtMs: null, error: null };
  const BALANCE_EVERY_MS = 30_000;
  let balanceAtMs = Number.NEGATIVE_INFINITY;

  async function refreshBalance(): Promise<bigint> {
    const balance = await reader.balance(self);
    status.balance = balance;
    balanceAtMs = now();
    metrics.gasBalance.set(Number(balance));
    return balance;
  }

  const patch = (row: OutboxRow, changes: OutboxPatch) => updateRow(store.db, row.id, changes, now());

  function alert(row: OutboxRow, reason: string, error: string | null): void {
    metrics.alerts.inc({ reason });
    logger.error({ alert: reason, transactionId: row.id, nonce: row.nonce, error }, "a transaction needs attention");
  }

  function ended(row: OutboxRow, end: string, detail: Record<string, unknown>): void {
    metrics.transactionsEnded.inc({ kind: row.kind, end });
    logger.info({ transactionId: row.id, end, ...detail }, "transaction ended");
  }

  const sender = createSender({ reader, signer, chainId, patch, alert, logger, metrics, now });

  /** @returns The nonce that was used, or null when it was not sent. */
  async function first(row: LiveRow, ownNonces: readonly number[], turn: Turn): Promise<number | null> {
    const simulation = await simulate(reader, { from: self, to: row.to, data: row.data, value: row.value });
    const chain = {
      head: turn.head.number,
      simulation,
      market: await turn.market(),
      balance: await turn.balance(),
    };
    const done = supersededBy[row.kind] ?? [];
    const decision = decideUnsent(row, chain, policy, done);
    switch (decision.do) {
      case "sign": {
        const nonce = nextNonce(await turn.pendingCount(), ownNonces);
        const { gas, fees } = decision;
        await sender.signAndSend(row, { nonce, gas, fees, block: turn.head.number });
        return nonce;
      }
      case "hold": {
        const { state, error, refusedAtBlock } = decision;
        // That somebody else was first is no trouble.
        const expected = !simulation.ok && done.includes(simulation.error);
        const isNews = row.state !== state || revertName(row.error) !== revertName(error);
        if (isNews && !expected) alert(row, state === "pending" ? "refused" : state, error);
        const waitMs = state === "stuck" ? retryMs * STUCK_WAIT : retryMs;
        await patch(row, { state, error, refusedAtBlock, dueAtMs: now() + waitMs });
        return null;
      }
      case "end":
        await patch(row, { state: "final", error: decision.error });
        ended(row, "superseded", { error: decision.error });
        return null;
    }
  }

  async function findReceipt(row: SentRow): Promise<MinedReceipt | null> {
    for (const { hash, nonce } of row.attempts.toReversed()) {
      if (nonce !== row.nonce) continue;
      const receipt = await reader.receipt(hash);
      if (receipt === null) continue;
      const { blockNumber, blockHash, status: code } = receipt;
      return { hash, blockNumber, blockHash, success: code === 1n };
    }
    return null;
  }

  async function follow(row: LiveRow & SentRow, turn: Turn): Promise<void> {
    const { head } = turn;
    const minedCount = await turn.minedCount(row.signer);
    // As long as its nonce is used and it is not yet deep enough, one count answers for all mined transactions.
    if (
      row.state === "mined" &&
      row.nonce < minedCount &&
      row.blockNumber !== null &&
      head.number - row.blockNumber < policy.finalityDepth
    ) {
      return;
    }
    const chain = {
      nowMs: now(),
      head: head.number,
      minedCount,
      // What the chain has not counted cannot have a receipt.
      receipt: row.nonce < minedCount ? await findReceipt(row) : null,
      market: await turn.market(),
      balance: await turn.balance(),
      canSign: row.signer === self,
    };
    const decision = decideSent(row, chain, policy);
    const noBlock = { hash: null, blockNumber: null, blockHash: null };
    switch (decision.do) {
      case "end": {
        const { hash, blockNumber, blockHash } = decision.receipt;
        await patch(row, { state: "final", hash, blockNumber, blockHash, error: null, refusedAtBlock: null });
        return ended(row, "final", { hash, blockNumber });
      }
      case "mined": {
        const { hash, blockNumber, blockHash, success } = decision.receipt;
        const error = success ? null : "reverted";
        await patch(row, { state: "mined", hash, blockNumber, blockHash, error, refusedAtBlock: null });
        logger.info({ transactionId: row.id, hash, blockNumber, success }, "transaction mined");
        if (!success) alert(row, "reverted", `in ${hash}`);
        return;
      }
      case "renew": {
        const { reverts, error } = decision;
        alert(row, "renewed", error);
        const cleared = { signer: null, nonce: null, refusedAtBlock: null, ...noBlock };
        return patch(row, { state: "pending", reverts, error, ...cleared, dueAtMs: now() });
      }
      case "fail":
        await patch(row, { state: "failed", error: decision.error });
        alert(row, "failed", decision.error);
        return ended(row, "failed", { error: decision.error });
      case "suspect":
        if (row.refusedAtBlock === null) alert(row, "nonceUsed", decision.error);
        return patch(row, { state: "broadcast", refusedAtBlock: decision.refusedAtBlock, error: decision.error });
      case "replace": {
        const last = row.attempts.at(-1);
        if (last === undefined) return;
        metrics.replacements.inc();
        logger.info({ transactionId: row.id, nonce: row.nonce, fees: decision.fees }, "replacing at higher fees");
        const form = { nonce: row.nonce, gas: last.gas, fees: decision.fees, block: head.number };
        return sender.signAndSend(row, form);
      }
      case "send":
      case "wait": {
        const { state, error } = decision;
        if (state !== row.state || row.refusedAtBlock !== null) {
          if (row.state === "mined") logger.warn({ transactionId: row.id, nonce: row.nonce }, "no longer mined: reorg");
          if (state !== "broadcast") alert(row, state, error);
          await patch(row, { state, error, refusedAtBlock: null, ...noBlock });
        }
        if (decision.do === "send") await sender.send({ ...row, state });
      }
    }
  }

  async function step(): Promise<void> {
    if (now() - balanceAtMs >= BALANCE_EVERY_MS) await refreshBalance();
    const live = await loadLive(store.db);
    if (live.length > 0) await work(live);
    const counts = await countByState(store.db);
    for (const state of LIVE_STATES) metrics.transactions.set({ state }, counts.get(state) ?? 0);
    status.lastTurnAtMs = now();
    status.error = null;
  }

  async function work(live: readonly LiveRow[]): Promise<void> {
    const turn = await startTurn(reader, self, refreshBalance);
    const sent = live.filter((row): row is LiveRow & SentRow => row.nonce !== null && row.signer !== null);
    await each(sent, (row) => follow(row, turn));

    const ownNonces = sent.filter((row) => row.signer === self).map((row) => row.nonce);
    let room = maxInFlight - sent.filter((row) => row.state !== "mined").length;
    const waiting = live.filter((row) => row.nonce === null && row.dueAtMs <= now());
    await each(waiting, async (row) => {
      if (room <= 0) return;
      const nonce = await first(row, ownNonces, turn);
      if (nonce === null) return;
      ownNonces.push(nonce);
      room -= 1;
    });
  }

  /** One row's trouble is its own; a node that does not answer ends the turn. */
  async function each<Row extends LiveRow>(rows: readonly Row[], body: (row: Row) => Promise<void>): Promise<void> {
    for (const row of rows) {
      try {
        await body(row);
      } catch (error) {
        if (error instanceof RpcError && error.kind !== "refused") throw error;
        metrics.failures.inc({ worker: "outbox", error: errorName(error) });
        logger.error({ transactionId: row.id, err: error }, "a transaction could not be handled, again later");
        if (row.nonce === null) await patch(row, { error: String(error), dueAtMs: now() + retryMs });
      }
    }
  }

  const loop = createLoop({
    turn: async () => {
      await step();
      return false;
    },
    pollMs,
    onError(error, delayMs) {
      status.error = error instanceof Error ? error.message : String(error);
      metrics.failures.inc({ worker: "outbox", error: errorName(error) });
      logger.warn({ err: error, delayMs }, "the outbox could not work, again later");
    },
  });
  return { start: loop.start, wake: loop.wake, close: loop.close, step, status: () => ({ ...status }) };
}
