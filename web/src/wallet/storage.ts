/** Prefix of what wagmi keeps in the browser. */
export const WALLET_STORAGE = "openjoule.wallet";

/** Whether a wallet was connected when this browser was here last. */
export function wasConnected(): boolean {
  try {
    return localStorage.getItem(`${WALLET_STORAGE}.recentConnectorId`) !== null;
  } catch {
    return false;
  }
}
