import { type GraphqlOptions, graphqlRequest } from "./graphql.ts";

/** How far a subgraph has read the chain. */
export interface Indexed {
  readonly blockNumber: number;
  /** UTC seconds of that block: nothing later is in the subgraph's answers. */
  readonly timestamp: number;
  /** An event that it could not take in: it stands still until its operator repairs it. */
  readonly hasErrors: boolean;
}

export const indexedQuery = "query Indexed { _meta { block { number timestamp } hasIndexingErrors } }";

interface MetaAnswer {
  readonly _meta: {
    readonly block: { readonly number: number; readonly timestamp: number | null };
    readonly hasIndexingErrors: boolean;
  };
}

/** How far the subgraph has read the chain. Throws what `graphqlRequest` throws. */
export async function queryIndexed(url: string, options?: GraphqlOptions): Promise<Indexed> {
  const { _meta } = await graphqlRequest<MetaAnswer>(url, indexedQuery, {}, options);
  return {
    blockNumber: _meta.block.number,
    timestamp: _meta.block.timestamp ?? 0,
    hasErrors: _meta.hasIndexingErrors,
  };
}
