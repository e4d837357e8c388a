import type { Address, Hex, TypedDataDefinition } from "viem";

/** What the page knows of the person's wallet. */
export type WalletState =
  /** The wallet code is not loaded: nobody has asked for it. */
  | { readonly status: "off" }
  /** It is being loaded, or a wallet that was connected before is looked for. */
  | { readonly status: "loading" }
  /** No account: not connected, or the wallet is locked. `walletName` of the one that was there before. */
  | { readonly status: "disconnected"; readonly walletName: string | undefined }
  | { readonly status: "connecting" }
  | {
      readonly status: "connected";
      readonly address: Address;
      /** Where the wallet is; not always the network's chain. */
      readonly chainId: number;
      readonly walletName: string;
    };

/** What a wallet is asked to send. */
export interface WalletCall {
  readonly to: Address;
  readonly data: Hex;
  /** Wei; default none. */
  readonly value?: bigint;
}

/** What the loaded wallet code can do. Each may throw the wallet's own errors (EIP-1193: 4001 is a rejection). */
export interface WalletControls {
  /** Opens the choice of wallets. */
  connect(): void;
  disconnect(): Promise<void>;
  /** Asks the wallet to go to the network's chain, adding it where it is unknown. */
  switchChain(): Promise<void>;
  /** Asks for an EIP-712 signature. */
  signTypedData(data: TypedDataDefinition): Promise<Hex>;
  /** Asks to sign and send; resolves with the transaction's hash. */
  sendTransaction(call: WalletCall): Promise<Hex>;
}

/** The one wallet of the page: React's pages read it, the lazily loaded wallet code writes it. */
export interface WalletStore {
  get(): WalletState;
  set(state: WalletState): void;
  subscribe(listener: () => void): () => void;
  /** Asks for the wallet code; harmless when it is there already. */
  load(): void;
  wanted(): boolean;
  provide(controls: WalletControls | undefined): void;
  /** Waits for the wallet code, loading it where needed. */
  controls(): Promise<WalletControls>;
}

export function createWalletStore(): WalletStore {
  const listeners = new Set<() => void>();
  let state: WalletState = { status: "off" };
  let wanted = false;
  let ready = Promise.withResolvers<WalletControls>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const store: WalletStore = {
    get: () => state,
    set(next) {
      state = next;
      tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load() {
      if (wanted) return;
      wanted = true;
      store.set(state.status === "off" ? { status: "loading" } : state);
    },
    wanted: () => wanted,
    provide(controls) {
      if (controls === undefined) ready = Promise.withResolvers();
      else ready.resolve(controls);
    },
    controls() {
      store.load();
      return ready.promise;
    },
  };
  return store;
}
