import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Suspense } from "react";
import { useLocation } from "wouter";
import { type AppConfig, ConfigProvider } from "#config";
import { TransactionsProvider } from "#transactions";
import { Skeleton, ToastProvider } from "#ui";
import { WalletHost, WalletProvider } from "#wallet";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { Layout } from "./Layout.tsx";
import { usePainted } from "./painting.ts";
import { Routes } from "./routes.tsx";
import { TransactionResults } from "./TransactionResults.tsx";

/** Everything that pages stand on, and the page. */
export function App({ config, queryClient }: { config: AppConfig; queryClient: QueryClient }) {
  const [path] = useLocation();
  const painted = usePainted();
  return (
    <I18nProvider i18n={i18n}>
      <ConfigProvider value={config}>
        <QueryClientProvider client={queryClient}>
          <WalletProvider>
            <TransactionsProvider>
              <ToastProvider>
                <Layout>
                  <ErrorBoundary resetKey={path}>
                    <Suspense fallback={<Skeleton lines={6} />}>
                      {painted ? <Routes /> : <Skeleton lines={6} />}
                    </Suspense>
                  </ErrorBoundary>
                </Layout>
                <WalletHost />
                <TransactionResults />
              </ToastProvider>
            </TransactionsProvider>
          </WalletProvider>
        </QueryClientProvider>
      </ConfigProvider>
    </I18nProvider>
  );
}
