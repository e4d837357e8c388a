import type { Hex } from "viem";
import { bloomMayContain } from "./bloom.ts";
import type { ChainReader, Header, LogFilter, RawLog } from "./reader.ts";
import { RpcError } from "./rpc.ts";

/** The node's answers do not fit together: the chain moved while it was read, or a lagging node answered. Read again. */
export class InconsistentChain extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InconsistentChain";
  }
}

export type LogFetcherOptions = {
  reader: ChainReader;
  filter: LogFilter;
  /** Most blocks one `eth_getLogs` asks for. */
  maxRange: number;
  /** Most calls for headers at once. */
  concurrency: number;
};

export type LogFetcher = {
  /** How many blocks the node lets one call ask for, as learnt so far. */
  span(): number;
  /**
   * Logs of a range whose headers are all known. Each log belongs to one of these very blocks, and a block whose bloom filter
   * promises logs that the range did not return is asked again by its hash: nodes that answer before they have indexed a block
   * return an empty list, not an error.
   * @throws InconsistentChain, RpcError
   */
  recent(headers: readonly Header[]): Promise<RawLog[]>;
  /** Logs of a range too old to be reorganized, and the headers of the blocks that have any and of the last one. */
  old(from: number, to: number): Promise<{ logs: RawLog[]; headers: Header[] }>;
  /** Headers from `from` to `to`, each the parent of the next. @throws InconsistentChain, RpcError */
  headers(from: number, to: number): Promise<Header[]>;
};

export function createLogFetcher(options: LogFetcherOptions): LogFetcher {
  const { reader, filter, maxRange, concurrency } = options;
  let span = maxRange;

  /** A range, halved as long as the node finds it too large. */
  async function range(from: number, to: number): Promise<RawLog[]> {
    const logs: RawLog[] = [];
    let next = from;
    while (next <= to) {
      const end = Math.min(to, next + span - 1);
      const size = end - next + 1;
      try {
        logs.push(...(await reader.logs(filter, { from: next, to: end })));
        next = end + 1;
        if (size === span) span = Math.min(maxRange, span + Math.ceil(span / 4));
      } catch (error) {
        if (size === 1 || !isTooLarge(error)) throw error;
        span = Math.ceil(size / 2);
      }
    }
    return logs;
  }

  async function header(number: number): Promise<Header> {
    const found = await reader.header(number);
    if (found === null) throw new InconsistentChain(`block ${number} is not there, although the head is not below it`);
    if (found.number !== number) throw new InconsistentChain(`asked for block ${number}, got ${found.number}`);
    return found;
  }

  function mayHoldOurs(block: Header): boolean {
    return (
      filter.addresses.some((address) => bloomMayContain(block.logsBloom, address)) &&
      filter.topics.some((topic) => bloomMayContain(block.logsBloom, topic))
    );
  }

  return {
    span: () => span,
    async headers(from, to) {
      const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
      const headers = await mapBounded(numbers, concurrency, header);
      for (const [index, block] of headers.entries()) {
        const parent = headers[index - 1];
        if (parent !== undefined && block.parentHash !== parent.hash) {
          throw new InconsistentChain(`block ${block.number} is no child of block ${parent.number}`);
        }
      }
      return headers;
    },
    async recent(headers) {
      const first = headers[0];
      const last = headers.at(-1);
      if (first === undefined || last === undefined) return [];
      const logs = await range(first.number, last.number);
      const byNumber = new Map(headers.map((block) => [block.number, block]));
      checkBlocks(logs, byNumber);
      const seen = new Set(logs.map((log) => log.blockNumber));
      const silent = headers.filter((block) => !seen.has(block.number) && mayHoldOurs(block));
      const found = await mapBounded(silent, concurrency, (block) =>
        reader.logs(filter, { blockHash: block.hash }).catch((error: unknown) => {
          if (error instanceof RpcError && error.kind === "refused") {
            throw new InconsistentChain(`block ${block.number} (${block.hash}) has gone: ${error.detail}`);
          }
          throw error;
        }),
      );
      return sorted([...logs, ...found.flat()]);
    },
    async old(from, to) {
      const logs = await range(from, to);
      const numbers = [...new Set([...logs.map((log) => log.blockNumber), to])].sort((a, b) => a - b);
      const headers = await mapBounded(numbers, concurrency, header);
      checkBlocks(logs, new Map(headers.map((block) => [block.number, block])));
      return { logs: sorted(logs), headers };
    },
  };
}

function checkBlocks(logs: readonly RawLog[], headers: ReadonlyMap<number, { hash: Hex }>): void {
  for (const log of logs) {
    const expected = headers.get(log.blockNumber)?.hash;
    if (log.removed === true || log.blockHash !== expected) {
      throw new InconsistentChain(
        `a log of block ${log.blockNumber} is of ${log.blockHash}, the header of ${expected}`,
      );
    }
  }
}

const sorted = (logs: RawLog[]): RawLog[] =>
  logs.sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);

/** Too many results, too wide a range, too slow: each provider says it in its own words, so any refusal counts. */
function isTooLarge(error: unknown): boolean {
  return error instanceof RpcError && (error.kind === "refused" || error.kind === "timeout" || error.code === 413);
}

/** `Promise.all` with at most `concurrency` calls under way. */
export async function mapBounded<In, Out>(
  items: readonly In[],
  concurrency: number,
  map: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = new Array(items.length);
  const entries = items.entries();
  const worker = async () => {
    // One iterator shared by all workers: each entry is taken once.
    for (const [index, item] of entries) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  return results;
}
