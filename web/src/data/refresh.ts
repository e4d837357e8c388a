import { queryIndexed } from "@openjoule/sdk";
import type { QueryClient } from "@tanstack/react-query";
import { SUBGRAPH } from "./subgraph.ts";

const LOOK_MS = 500;
const LOOKS = 120;

/**
 * After a transaction: reads everything anew as soon as the subgraph has its block, so that a person sees what he did.
 * Resolves then, or when the subgraph does not get there within a minute (the usual looks go on anyhow).
 */
export async function refreshAfter(client: QueryClient, subgraphUrl: string, blockNumber: bigint): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    const indexed = await queryIndexed(subgraphUrl).catch(() => undefined);
    if (indexed !== undefined && indexed.blockNumber >= blockNumber) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  await client.invalidateQueries({ queryKey: [SUBGRAPH] });
}
