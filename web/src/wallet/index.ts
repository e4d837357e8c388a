export { useWallet, useWalletStore, type Wallet, WalletProvider } from "./context.tsx";
export type { WalletCall, WalletControls, WalletState, WalletStore } from "./state.ts";
export { WalletHost } from "./WalletHost.tsx";
