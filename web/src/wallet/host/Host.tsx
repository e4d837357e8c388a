import "@rainbow-me/rainbowkit/styles.css";
import "./host.css";
import { useLingui } from "@lingui/react";
import {
  darkTheme,
  type Locale,
  lightTheme,
  RainbowKitProvider,
  type Theme,
  useConnectModal,
} from "@rainbow-me/rainbowkit";
import { useEffect, useMemo, useRef } from "react";
import { useAccount, WagmiProvider } from "wagmi";
import { disconnect, getConnectorClient, sendTransaction, signTypedData, switchChain } from "wagmi/actions";
import { useConfig } from "#config";
import { useWalletStore } from "../context.tsx";
import { LocalWalletDialog } from "../local/index.ts";
import { type WalletConfig, walletConfigOf } from "./wagmi.ts";

/** RainbowKit's tongues for ours. */
const tongues: Record<string, Locale> = { en: "en-US", fr: "fr-FR", pt: "pt-BR", zh: "zh-CN" };

/** RainbowKit in our colours: it takes CSS values, so our tokens do, theme included. */
function theme(): Theme {
  const base = matchMedia("(prefers-color-scheme: dark)").matches ? darkTheme() : lightTheme();
  return {
    ...base,
    colors: {
      ...base.colors,
      accentColor: "var(--color-accent)",
      accentColorForeground: "var(--color-on-accent)",
      actionButtonSecondaryBackground: "var(--color-sunken)",
      closeButton: "var(--color-text)",
      closeButtonBackground: "var(--color-sunken)",
      error: "var(--color-danger)",
      generalBorder: "var(--color-border)",
      generalBorderDim: "var(--color-border)",
      menuItemBackground: "var(--color-sunken)",
      modalBackdrop: "var(--color-backdrop)",
      modalBackground: "var(--color-raised)",
      modalBorder: "var(--color-border)",
      modalText: "var(--color-text)",
      modalTextDim: "var(--color-muted)",
      modalTextSecondary: "var(--color-muted)",
      profileAction: "var(--color-sunken)",
      profileActionHover: "var(--color-accent-soft)",
      profileForeground: "var(--color-raised)",
      selectedOptionBorder: "var(--color-border-strong)",
    },
    fonts: { body: "var(--font)" },
  };
}

/** The wallet code: connects, and answers what the rest of the page asks of the wallet. Loaded lazily. */
export function Host() {
  const config = useConfig();
  const { i18n } = useLingui();
  const wagmi = walletConfigOf(config);
  useHiddenIcons();
  return (
    <WagmiProvider config={wagmi}>
      <RainbowKitProvider
        theme={theme()}
        locale={tongues[i18n.locale] ?? "en-US"}
        modalSize="compact"
        appInfo={{ appName: "OpenJoule" }}
      >
        <Bridge wagmi={wagmi} />
      </RainbowKitProvider>
      {config.local && <LocalWalletDialog />}
    </WagmiProvider>
  );
}

/** RainbowKit gives its icons the role of an image and no name. They are decoration: the wallet's name is beside them. */
function useHiddenIcons() {
  useEffect(() => {
    const hide = () => {
      for (const icon of document.querySelectorAll('[data-rk] [role="img"]:not([aria-label], [aria-hidden])')) {
        icon.setAttribute("aria-hidden", "true");
      }
    };
    const observer = new MutationObserver(hide);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
}

/** Carries wagmi's state out to the page's own store, and what the page asks of the wallet in. */
function Bridge({ wagmi }: { wagmi: WalletConfig }) {
  const store = useWalletStore();
  const { chainId } = useConfig();
  const connection = useAccount();
  const { openConnectModal } = useConnectModal();
  const open = useRef(openConnectModal);
  open.current = openConnectModal;

  useEffect(() => {
    if (connection.status === "connected") {
      const { address, connector } = connection;
      store.set({ status: "connected", address, chainId: connection.chainId, walletName: connector.name });
    } else if (connection.status === "disconnected") {
      const before = store.get();
      const walletName = before.status === "connected" ? before.walletName : undefined;
      store.set({ status: "disconnected", walletName });
    } else store.set({ status: "connecting" });
  }, [connection, store]);

  const controls = useMemo(
    () => ({
      connect: () => open.current?.(),
      disconnect: () => disconnect(wagmi),
      switchChain: async () => void (await switchChain(wagmi, { chainId })),
      signTypedData: async (data: Parameters<typeof signTypedData>[1]) => signTypedData(wagmi, data),
      async sendTransaction(call: { to: `0x${string}`; data: `0x${string}`; value?: bigint }) {
        // The wallet's own account, not the one that the page believes in.
        const { account } = await getConnectorClient(wagmi, { chainId });
        return sendTransaction(wagmi, { ...call, account, chainId });
      },
    }),
    [wagmi, chainId],
  );

  // The modals are there only after wagmi has looked for a wallet that was connected before.
  const settled = connection.status === "connected" || openConnectModal !== undefined;
  useEffect(() => {
    if (settled) store.provide(controls as Parameters<typeof store.provide>[0]);
  }, [settled, controls, store]);
  return null;
}
