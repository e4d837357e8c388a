import { connectorsForWallets, type Wallet } from "@rainbow-me/rainbowkit";
import { type CreateConnectorFn, createConfig, createStorage, http } from "wagmi";
import { injected } from "wagmi/connectors";
import type { AppConfig } from "#config";
import { announceLocalWallet } from "../local/index.ts";
import { WALLET_STORAGE } from "../storage.ts";
import { toChain } from "./chain.ts";
import metaMaskIcon from "./metamask.svg";

/**
 * MetaMask as a plain wallet object, for a browser without any wallet: it says where to get one. Installed wallets
 * announce themselves (EIP-6963). RainbowKit's own list of wallets is not imported: it wants connectors that wagmi 3 does
 * not bring.
 */
const metaMask = (): Wallet => ({
  id: "metaMask",
  name: "MetaMask",
  rdns: "io.metamask",
  iconUrl: metaMaskIcon,
  iconBackground: "#ffffff",
  downloadUrls: {
    browserExtension: "https://metamask.io/download",
    android: "https://metamask.io/download",
    ios: "https://metamask.io/download",
    mobile: "https://metamask.io/download",
    qrCode: "https://metamask.io/download",
  },
  createConnector: (details) => {
    const connector = injected({ target: "metaMask" });
    return ((config) => ({ ...connector(config as Parameters<typeof connector>[0]), ...details })) as CreateConnectorFn;
  },
});

const made = new WeakMap<AppConfig, WalletConfig>();

/**
 * The app's wagmi configuration, always the same one. It must not be made in rendering, which React may begin, give up and
 * begin anew: wagmi looks for the wallet of last time once for the whole page, so a second configuration would stay without it.
 */
export function walletConfigOf(config: AppConfig): WalletConfig {
  const known = made.get(config);
  if (known !== undefined) return known;
  // Before wagmi looks for wallets, so that it finds this one as it finds any other.
  if (config.local) announceLocalWallet(config);
  const created = createWalletConfig(config);
  made.set(config, created);
  return created;
}

/** One chain, wallets by EIP-6963, nothing that calls out. */
function createWalletConfig(config: AppConfig) {
  const chain = toChain(config);
  return createConfig({
    chains: [chain],
    transports: { [chain.id]: http(config.rpcUrl) },
    connectors: connectorsForWallets([{ groupName: "Recommended", wallets: [metaMask] }], {
      appName: "OpenJoule",
      projectId: "none",
    }),
    multiInjectedProviderDiscovery: true,
    storage: createStorage({ key: WALLET_STORAGE, storage: localStorage }),
  });
}

export type WalletConfig = ReturnType<typeof createWalletConfig>;
