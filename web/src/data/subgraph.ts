import type { GraphqlOptions } from "@openjoule/sdk";
import { type QueryKey, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useConfig } from "#config";

/** First part of the key of everything that comes from the subgraph. */
export const SUBGRAPH = "subgraph";

export interface SubgraphQueryOptions {
  /** False waits, e.g. for a wallet. Default true. */
  readonly enabled?: boolean;
  /** Milliseconds between two looks while the page is seen. Default 5 s; `false` for what never changes. */
  readonly every?: number | false;
}

/**
 * Something from the subgraph by one of the sdk's queries, kept up to date while the page is seen:
 * `useSubgraph(["station", id], (url, options) => queryStation(url, id, options))`. The last answer stays while the
 * subgraph does not answer; `isError` without `data` is a page's error state, with `data` it is old (see `Freshness`).
 * A bigint in the key goes as text.
 */
export function useSubgraph<Value>(
  key: QueryKey,
  query: (url: string, options: GraphqlOptions) => Promise<Value>,
  { enabled = true, every = 5_000 }: SubgraphQueryOptions = {},
): UseQueryResult<Value> {
  const { subgraphUrl } = useConfig();
  return useQuery({
    queryKey: [SUBGRAPH, ...key],
    queryFn: ({ signal }) => query(subgraphUrl, { signal }),
    enabled,
    refetchInterval: every,
    ...(every === false && { staleTime: Number.POSITIVE_INFINITY }),
  });
}
