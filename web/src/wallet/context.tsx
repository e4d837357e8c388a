import { createContext, type ReactNode, use, useMemo, useSyncExternalStore } from "react";
import type { Address } from "viem";
import { useConfig } from "#config";
import { createWalletStore, type WalletState, type WalletStore } from "./state.ts";

const WalletContext = createContext<WalletStore | undefined>(undefined);

/** Gives the pages below it a wallet; `store` only in tests. */
export function WalletProvider({ store, children }: { store?: WalletStore; children: ReactNode }) {
  const own = useMemo(() => store ?? createWalletStore(), [store]);
  return <WalletContext value={own}>{children}</WalletContext>;
}

export function useWalletStore(): WalletStore {
  const store = use(WalletContext);
  if (store === undefined) throw new Error("useWallet needs a WalletProvider above it");
  return store;
}

export interface Wallet {
  readonly state: WalletState;
  /** Of the connected account. */
  readonly address: Address | undefined;
  /** Connected, but to another chain than the network's: nothing can be signed until it is switched. */
  readonly wrongChain: boolean;
  /** Opens the choice of wallets (and loads what that needs). */
  readonly connect: () => void;
  readonly disconnect: () => Promise<void>;
  /** Throws the wallet's own error, e.g. 4001 when the person says no. */
  readonly switchChain: () => Promise<void>;
}

/** The person's wallet. Reading a page needs none: it is `off` until somebody connects or was connected before. */
export function useWallet(): Wallet {
  const store = useWalletStore();
  const { chainId } = useConfig();
  const state = useSyncExternalStore(store.subscribe, store.get);
  return useMemo(
    () => ({
      state,
      address: state.status === "connected" ? state.address : undefined,
      wrongChain: state.status === "connected" && state.chainId !== chainId,
      connect: () => void store.controls().then((controls) => controls.connect()),
      disconnect: async () => (await store.controls()).disconnect(),
      switchChain: async () => (await store.controls()).switchChain(),
    }),
    [state, chainId, store],
  );
}
