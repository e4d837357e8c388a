import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type RenderResult, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { type AppConfig, ConfigProvider, parseConfig } from "#config";
import { TransactionsProvider } from "#transactions";
import { ToastProvider } from "#ui";
import { WalletProvider, type WalletStore } from "#wallet";

const contract = (digit: string) => ({ address: `0x${digit.repeat(40)}`, constructorArguments: [] });

/** A network that does not answer: what asks it fails at once. */
export const testConfig: AppConfig = parseConfig(
  {
    chainId: 31337,
    chainName: "Test chain",
    rpcUrl: "http://127.0.0.1:9/rpc",
    subgraphUrl: "http://127.0.0.1:9/subgraph",
    oracleUrl: "http://127.0.0.1:9/oracle",
    local: true,
    deployment: {
      chainId: 31337,
      startBlock: 0,
      contracts: {
        StationRegistry: contract("1"),
        OracleRegistry: contract("2"),
        ChargingSessions: contract("3"),
        TestCurrency: contract("4"),
      },
    },
  },
  "http://127.0.0.1",
);

export interface RenderOptions {
  readonly config?: AppConfig;
  readonly wallet?: WalletStore;
}

/** Renders a part of the app with everything that it stands on. */
export function renderInApp(children: ReactNode, { config = testConfig, wallet }: RenderOptions = {}): RenderResult {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <I18nProvider i18n={i18n}>
      <ConfigProvider value={config}>
        <QueryClientProvider client={client}>
          <WalletProvider {...(wallet && { store: wallet })}>
            <TransactionsProvider>
              <ToastProvider>{children}</ToastProvider>
            </TransactionsProvider>
          </WalletProvider>
        </QueryClientProvider>
      </ConfigProvider>
    </I18nProvider>,
  );
}
