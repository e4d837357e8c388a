export type StreamPlaces = {
  /** Takes a place for a stream of this client; or says which limit is reached, and takes none. */
  take(client: string): "taken" | "tooMany" | "tooManyOfClient";
  leave(client: string): void;
  readonly size: number;
};

/** How many streams are open, in all and by client: one client must not have the places of all. */
export function createStreamPlaces({ most, mostOfClient }: { most: number; mostOfClient: number }): StreamPlaces {
  const byClient = new Map<string, number>();
  let size = 0;
  return {
    take(client) {
      const own = byClient.get(client) ?? 0;
      if (own >= mostOfClient) return "tooManyOfClient";
      if (size >= most) return "tooMany";
      byClient.set(client, own + 1);
      size += 1;
      return "taken";
    },
    leave(client) {
      const own = byClient.get(client) ?? 0;
      if (own <= 1) byClient.delete(client);
      else byClient.set(client, own - 1);
      size -= 1;
    },
    get size() {
      return size;
    },
  };
}
