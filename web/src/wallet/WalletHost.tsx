import { lazy, Suspense, useEffect, useSyncExternalStore } from "react";
import { useWalletStore } from "./context.tsx";
import { wasConnected } from "./storage.ts";

/** wagmi, RainbowKit and viem: 166 kB that a person who only looks around does not need. */
const Host = lazy(async () => ({ default: (await import("./host/Host.tsx")).Host }));

/** Where the wallet code lives once it is wanted: at a person's click, or because a wallet was connected before. */
export function WalletHost() {
  const store = useWalletStore();
  const wanted = useSyncExternalStore(store.subscribe, store.wanted);
  useEffect(() => {
    if (wasConnected()) store.load();
  }, [store]);
  if (!wanted) return null;
  return (
    <Suspense fallback={null}>
      <Host />
    </Suspense>
  );
}
