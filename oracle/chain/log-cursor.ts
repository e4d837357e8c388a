import type { Logger } from "pino";
import type { Hex } from "viem";
import type { Store, StoreTransaction } from "../store/store.ts";
import { joinOpened, saveContents } from "./contents.ts";
import {
  advance,
  type BlockId,
  blocksOfEvents,
  type Cursor,
  loadCursor,
  rememberedBlocks,
  rollBack,
  startCursor,
} from "./cursor-store.ts";
import { type ContractSet, type DecodedLog, decodeLog, wantedTopics } from "./decode.ts";
import { createLogFetcher, InconsistentChain } from "./log-fetch.ts";
import { createLoop } from "./loop.ts";
import { type ChainMetrics, errorName } from "./metrics.ts";
import type { ChainReader, Header, RawLog } from "./reader.ts";
import type { ChainEvent, ChainEventPlace, SessionChainEvent } from "./types.ts";

export type LogCursorOptions = {
  store: Store;
  reader: ChainReader;
  contracts: ContractSet;
  /**
   * Takes events inside the transaction that moves the cursor: both are durable or neither is. A rejection is repeated with
   * back-off. Never called without events. Only the given transaction may touch the store in it.
   */
  handle(events: readonly ChainEvent[], transaction: StoreTransaction): Promise<void>;
  /** Before the transaction that takes openings: what must be known from the chain of their time or later. */
  beforeOpenings?(): Promise<void>;
  /** After the commit: the moment to wake whoever acts on the events. */
  onCommitted?(events: readonly ChainEvent[]): void;
  /** The newest block, in every turn, before its events. */
  onHead?(head: Header): void;
  logger: Logger;
  metrics: ChainMetrics;
  /** Blocks that an event must be old: 1 takes the newest block, 2 the one before. Default 1. */
  confirmations?: number;
  /** Between two looks at the head. Default 1,000 ms. */
  pollMs?: number;
  /** Most blocks of one `eth_getLogs`; less when the node refuses. Default 2,000. */
  maxRange?: number;
  /** Blocks below the head that may still be reorganized: their headers are checked one by one and kept. Default 256. */
  reorgWindow?: number;
  /** Most calls to the node at once. Default 4. */
  concurrency?: number;
  /** Milliseconds since the epoch, for the `updated_at_ms` of rows. */
  now?: () => number;
};

export type LogCursorStatus = {
  head: { number: number; hash: Hex; timestampSeconds: number } | null;
  cursor: BlockId | null;
  /** When the node last answered a whole turn. */
  lastTurnAtMs: number | null;
  /** Why the last turn failed; null after a good one. */
  error: string | null;
};

export type LogCursor = {
  start(): void;
  wake(): void;
  /** One turn: true when more blocks wait. For tests and for catching up before the rest starts. */
  step(): Promise<boolean>;
  status(): LogCursorStatus;
  close(): Promise<void>;
};

/** Blocks with checked headers taken in one turn. */
const RECENT_BLOCKS = 64;

/**
 * Reads the events of a deployment into the store, each once, in order, through reorgs, lagging nodes and restarts. Where it
 * stands is in the database only. It asks for the newest block and reads `eth_getLogs` by ranges (log filters and
 * subscriptions lose logs when a node restarts); each block must be the child of the one before, else it walks back to the
 * common ancestor, hands out `removed` events and reads again.
 */
export function createLogCursor(options: LogCursorOptions): LogCursor {
  const { store, reader, contracts, handle, onCommitted, metrics, now = Date.now } = options;
  const { confirmations = 1, reorgWindow = 256, maxRange = 2_000, concurrency = 4, pollMs = 1_000 } = options;
  const logger = options.logger.child({ part: "log-cursor" });
  const id = `${contracts.chainId}:${contracts.chargingSessions.toLowerCase()}`;
  const addresses = [contracts.stationRegistry, contracts.oracleRegistry, contracts.chargingSessions];
  const fetcher = createLogFetcher({ reader, filter: { addresses, topics: wantedTopics }, maxRange, concurrency });
  const status: LogCursorStatus = { head: null, cursor: null, lastTurnAtMs: null, error: null };

  async function headerAt(number: number): Promise<Header> {
    const header = await reader.header(number);
    if (header === null) throw new InconsistentChain(`block ${number} is not there, although the head is not below it`);
    return header;
  }

  /** The block before the deployment: where reading begins. */
  async function baseBlock(): Promise<BlockId> {
    if (contracts.startBlock > 0) return headerAt(contracts.startBlock - 1);
    return { number: -1, hash: (await headerAt(0)).parentHash };
  }

  async function ensureCursor(): Promise<Cursor> {
    const cursor = await loadCursor(store.db, id);
    if (cursor !== undefined) return cursor;
    const base = await baseBlock();
    logger.info({ startBlock: contracts.startBlock }, "reading the chain from the deployment on");
    return startCursor(store.db, id, { number: base.number, hash: base.hash }, now());
  }

  /** The newest remembered block that is still on the chain, else the one before the deployment. */
  async function findAncestor(head: Header): Promise<BlockId> {
    for (const remembered of [rememberedBlocks, blocksOfEvents]) {
      const blocks = await remembered(store.db, head.number);
      let low = 0;
      let high = blocks.length;
      // Whatever is on the chain has its whole past on it: the blocks still there are a prefix.
      while (low < high) {
        const middle = (low + high) >> 1;
        const block = blocks[middle];
        if (block === undefined) break;
        const there = block.number === head.number ? head : await headerAt(block.number);
        if (there.hash === block.hash) low = middle + 1;
        else high = middle;
      }
      const ancestor = blocks[low - 1];
      if (ancestor !== undefined) return ancestor;
    }
    return baseBlock();
  }

  async function undo(cursor: Cursor, head: Header): Promise<void> {
    const ancestor = await findAncestor(head);
    const depth = cursor.number - ancestor.number;
    if (depth <= 0) throw new InconsistentChain(`the node does not agree with itself on block ${cursor.number}`);
    const removed = await store.transaction(async (transaction) => {
      const events = await rollBack(transaction, { id, from: cursor, to: ancestor, nowMs: now() });
      if (events.length > 0) await handle(events, transaction);
      return events;
    });
    metrics.reorgs.inc();
    metrics.reorgDepth.set(depth);
    logger.warn({ depth, ancestor: ancestor.number, removed: removed.length }, "reorg undone");
    committed(removed);
    status.cursor = ancestor;
  }

  async function take(cursor: Cursor, headers: readonly Header[], logs: readonly RawLog[], head: Header) {
    const decoded = logs.map((log) => decodeLog(log, contracts));
    const timestamps = new Map(headers.map((header) => [header.number, header.timestamp]));
    const place = (log: RawLog): ChainEventPlace => ({
      eventId: `${log.blockHash}:${log.logIndex}:${cursor.reorgs}`,
      blockNumber: log.blockNumber,
      blockHash: log.blockHash,
      blockTimestampSeconds: timestamps.get(log.blockNumber) ?? 0,
      transactionHash: log.transactionHash,
      logIndex: log.logIndex,
    });
    if (decoded.some((entry) => "event" in entry && entry.event.type === "sessionOpened")) {
      await options.beforeOpenings?.();
    }
    const events = await store.transaction(async (transaction) => {
      await saveContents(transaction, decoded.flatMap(contentOf));
      const joined: SessionChainEvent[] = [];
      for (const entry of decoded) {
        if (!("event" in entry)) continue;
        const { event } = entry;
        const full = event.type === "sessionOpened" ? await joinOpened(transaction, event) : event;
        joined.push({ ...full, ...place(entry.log) } as SessionChainEvent);
      }
      const keepFrom = head.number - reorgWindow;
      await advance(transaction, { id, from: cursor, headers, events: joined, keepFrom, nowMs: now() });
      if (joined.length > 0) await handle(joined, transaction);
      return joined;
    });
    const last = headers.at(-1);
    if (last !== undefined) status.cursor = { number: last.number, hash: last.hash };
    committed(events);
  }

  function committed(events: readonly ChainEvent[]): void {
    for (const event of events) metrics.events.inc({ type: event.type });
    if (events.length > 0) onCommitted?.(events);
  }

  /** Reads the blocks after the cursor up to `target`, as many as one turn takes. False when the cursor has left the chain. */
  async function forward(cursor: Cursor, head: Header, target: number): Promise<boolean> {
    const from = cursor.number + 1;
    const lastOld = head.number - reorgWindow;
    if (from <= lastOld) {
      const to = Math.min(target, lastOld, from + fetcher.span() - 1);
      if ((await headerAt(from)).parentHash !== cursor.hash) return false;
      const { logs, headers } = await fetcher.old(from, to);
      await take(cursor, headers, logs, head);
      return true;
    }
    const to = Math.min(target, from + RECENT_BLOCKS - 1);
    const headers =
      to === head.number ? [...(await fetcher.headers(from, to - 1)), head] : await fetcher.headers(from, to);
    const newest = headers.at(-2);
    if (newest !== undefined && headers.at(-1)?.parentHash !== newest.hash) {
      throw new InconsistentChain(`the head ${head.number} is no child of block ${newest.number}`);
    }
    if (headers[0]?.parentHash !== cursor.hash) return false;
    await take(cursor, headers, await fetcher.recent(headers), head);
    return true;
  }

  /** Whether the cursor's block, or what is remembered of the chain up to a lower head, is still there. */
  async function stillThere(cursor: Cursor, head: Header): Promise<boolean> {
    if (cursor.number === head.number) return cursor.hash === head.hash;
    // Before the genesis block there is nothing to leave.
    if (cursor.number < 0) return true;
    if (cursor.number < head.number) return (await headerAt(cursor.number)).hash === cursor.hash;
    const newest = (await rememberedBlocks(store.db, head.number)).at(-1);
    if (newest === undefined) return true;
    return newest.number === head.number
      ? newest.hash === head.hash
      : (await headerAt(newest.number)).hash === newest.hash;
  }

  async function step(): Promise<boolean> {
    const head = await reader.header("latest");
    if (head === null) throw new InconsistentChain("the node has no newest block");
    status.head = { number: head.number, hash: head.hash, timestampSeconds: head.timestamp };
    metrics.head.set(head.number);
    metrics.headTimestamp.set(head.timestamp);
    options.onHead?.(head);
    const cursor = await ensureCursor();
    const target = head.number - (confirmations - 1);
    const good = target > cursor.number ? await forward(cursor, head, target) : await stillThere(cursor, head);
    if (!good) await undo(cursor, head);
    else if (target <= cursor.number) status.cursor = { number: cursor.number, hash: cursor.hash };
    status.lastTurnAtMs = now();
    status.error = null;
    metrics.cursor.set(status.cursor?.number ?? -1);
    return !good || (status.cursor?.number ?? target) < target;
  }

  const loop = createLoop({
    turn: step,
    pollMs,
    onError(error, delayMs) {
      status.error = error instanceof Error ? error.message : String(error);
      metrics.failures.inc({ worker: "log-cursor", error: errorName(error) });
      logger.warn({ err: error, delayMs }, "reading the chain failed, again later");
    },
  });
  return { start: loop.start, wake: loop.wake, close: loop.close, step, status: () => ({ ...status }) };
}

function contentOf(entry: DecodedLog) {
  return "content" in entry ? [{ content: entry.content, blockNumber: entry.log.blockNumber }] : [];
}
