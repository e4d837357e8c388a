import type { Address, Hex } from "viem";

/** What the local wallet asks its person. */
export type LocalRequest =
  | { readonly kind: "connect"; readonly address: Address; readonly origin: string }
  | {
      readonly kind: "transaction";
      readonly from: Address;
      readonly to: Address | undefined;
      readonly value: bigint;
      readonly data: Hex;
    }
  | {
      readonly kind: "typedData";
      readonly from: Address;
      readonly primaryType: string;
      readonly domain: Readonly<Record<string, unknown>>;
      readonly message: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "message"; readonly from: Address; readonly text: string }
  | { readonly kind: "chain"; readonly chainId: number };

export interface Asked {
  readonly request: LocalRequest;
  readonly answer: (approved: boolean) => void;
}

/** One window at a time, in the order in which they were asked: like a wallet's own. */
export function createRequests() {
  const listeners = new Set<() => void>();
  let queue: readonly Asked[] = [];
  const change = (next: readonly Asked[]) => {
    queue = next;
    for (const listener of listeners) listener();
  };
  return {
    /** Resolves with what the person says. */
    ask(request: LocalRequest): Promise<boolean> {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const asked: Asked = {
        request,
        answer(approved) {
          change(queue.filter((other) => other !== asked));
          resolve(approved);
        },
      };
      change([...queue, asked]);
      return promise;
    },
    first: () => queue[0],
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export type Requests = ReturnType<typeof createRequests>;

/** The page has one local wallet. */
export const requests = createRequests();
