import { OpenJouleError } from "@openjoule/sdk";
import { QueryClient } from "@tanstack/react-query";

/** A refusal of the server will not change by asking again. */
const isFinal = (error: unknown) => error instanceof OpenJouleError && error.name === "GraphqlErrors";

/** What was read is kept while the page lives; a server that does not answer is asked twice more, ever later. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) => failures < 2 && !isFinal(error),
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 8_000),
        refetchOnWindowFocus: true,
        // A local network is reachable while the machine is offline.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}
