import { SubgraphFailedError } from "./errors.ts";
import { type WaitOptions, waitFor } from "./wait.ts";

/** Asks a subgraph (or graph-node's status endpoint) and returns `data`. Throws with its messages on GraphQL errors. */
export async function querySubgraph<Data>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  signal?: AbortSignal,
): Promise<Data> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
    ...(signal && { signal }),
  });
  const answer = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (answer.errors?.length) throw new Error(answer.errors.map(({ message }) => message).join("; "));
  if (answer.data === undefined) throw new Error(`${url} answered ${response.status} without data`);
  return answer.data;
}

/** How far a subgraph is. */
export interface SubgraphHead {
  blockNumber: number;
  hasIndexingErrors: boolean;
}

export async function readHead(url: string, signal?: AbortSignal): Promise<SubgraphHead> {
  const query = "{ _meta { block { number } hasIndexingErrors } }";
  type Answer = { _meta: { block: { number: number }; hasIndexingErrors: boolean } };
  const { _meta } = await querySubgraph<Answer>(url, query, {}, signal);
  return { blockNumber: _meta.block.number, hasIndexingErrors: _meta.hasIndexingErrors };
}

export interface WaitForBlockOptions extends Partial<WaitOptions> {
  /** graph-node's status endpoint (`http://host:8030/graphql`): with it, a subgraph that fails ends the wait at once. */
  statusUrl?: string;
}

/**
 * Waits until the subgraph has indexed a block. While it catches up, entities appear in batches: to wait for this is the
 * only way to know that everything up to a block is there.
 *
 * @param url the subgraph's query URL
 * @returns the block it has reached, which may be a later one
 * @throws TimedOutError, SubgraphFailedError
 */
export async function waitForBlock(
  url: string,
  blockNumber: number | bigint,
  { statusUrl, ...options }: WaitForBlockOptions = {},
): Promise<number> {
  const head = await waitFor(
    `the subgraph at block ${blockNumber}`,
    async (signal) => {
      const failure = statusUrl ? await readFailure(statusUrl, signal) : undefined;
      if (failure) return failure;
      const reached = await readHead(url, signal);
      if (reached.hasIndexingErrors) {
        // graph-node knows that before it says why.
        if (statusUrl) throw new Error("it has indexing errors");
        return new SubgraphFailedError("it has indexing errors");
      }
      if (reached.blockNumber < blockNumber) throw new Error(`it is at block ${reached.blockNumber}`);
      return reached;
    },
    { timeoutSeconds: 60, ...options },
  );
  if (head instanceof Error) throw head;
  return head.blockNumber;
}

/** The first subgraph of a graph-node whose handlers have failed, if there is one. */
export async function readFailure(statusUrl: string, signal?: AbortSignal): Promise<SubgraphFailedError | undefined> {
  const query = "{ indexingStatuses { health fatalError { message block { number } } } }";
  type Status = { health: string; fatalError: { message: string; block: { number: string } | null } | null };
  const { indexingStatuses } = await querySubgraph<{ indexingStatuses: Status[] }>(statusUrl, query, {}, signal);
  const failed = indexingStatuses.find(({ health }) => health !== "healthy");
  if (!failed) return undefined;
  return new SubgraphFailedError(failed.fatalError?.message ?? "it does not say why", failed.fatalError?.block?.number);
}
