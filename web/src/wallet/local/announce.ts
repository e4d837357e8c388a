import { t } from "@lingui/core/macro";
import type { AppConfig, LocalAccount } from "#config";
import icon from "./icon.svg?inline";
import { createLocalProvider, type LocalProvider, type LocalWalletMemory } from "./provider.ts";
import { requests } from "./requests.ts";

/** EIP-6963: how a wallet says that it is there. */
interface Announcement {
  readonly info: { readonly uuid: string; readonly name: string; readonly icon: string; readonly rdns: string };
  readonly provider: LocalProvider;
}

/** Announces a wallet for each development account, now and whenever somebody asks. Only for local networks. */
export function announceLocalWallet(config: AppConfig): void {
  if (!config.local) throw new Error("the local wallet is for local networks only");
  for (const [index, account] of config.localAccounts.entries()) announce(announcement(config, account, index));
}

function announcement(config: AppConfig, { name, privateKey }: LocalAccount, index: number): Announcement {
  const provider = createLocalProvider({
    config,
    privateKey,
    ask: requests.ask,
    memory: createMemory(`openjoule.localWallet.${index}`, config.chainId),
    origin: location.origin,
  });
  const suffix = index.toString(16).padStart(12, "0");
  return Object.freeze({
    info: Object.freeze({
      uuid: `6f70656e-6a6f-4c75-8c65-${suffix}`,
      // Wallets are listed by this name: nobody may take it for one of his own.
      name: t`Local wallet: ${name}`,
      icon,
      rdns: `local.openjoule.wallet${index}`,
    }),
    provider,
  });
}

function announce(detail: Announcement): void {
  const say = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  window.addEventListener("eip6963:requestProvider", say);
  say();
}

/** In the browser's storage; a chain that is not stored is the network's. */
function createMemory(key: string, chainId: number): LocalWalletMemory {
  let state = { connected: false, chainId };
  try {
    state = { ...state, ...JSON.parse(localStorage.getItem(key) ?? "{}") };
  } catch {
    // No storage, or nothing that we wrote: a new wallet.
  }
  return {
    read: () => state,
    write(next) {
      state = next;
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // It then forgets at the end of the page.
      }
    },
  };
}
