export { announceLocalWallet } from "./announce.ts";
export { LocalWalletDialog } from "./LocalWalletDialog.tsx";
