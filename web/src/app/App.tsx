import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Suspense } from "react";
import { useLocation } from "wouter";
import { type AppConfig, ConfigProvider } from "#config";
import { TransactionsProvider } from "#transactions";
import { Page, Skeleton, ToastProvider } from "#ui";
import { WalletHost, WalletProvider } from "#wallet";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import type { FirstWords } from "./first-words.ts";
import { Layout } from "./Layout.tsx";
import { usePainted } from "./painting.ts";
import { Routes } from "./routes.tsx";
import { TransactionResults } from "./TransactionResults.tsx";

export interface AppProps {
  readonly config: AppConfig;
  readonly queryClient: QueryClient;
  /** What the first page is seen to begin with, if it is. */
  readonly first: FirstWords | undefined;
}

/** Everything that pages stand on, and the page. */
export function App({ config, queryClient, first }: AppProps) {
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
                    <Suspense fallback={painted ? <Skeleton lines={6} /> : <Beginning first={first} />}>
                      {painted ? <Routes /> : <Beginning first={first} />}
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

/** A page of which nothing is there yet goes on saying what it said before the app. */
function Beginning({ first }: { first: FirstWords | undefined }) {
  if (first?.title === undefined) return <Skeleton lines={6} />;
  return (
    <Page title={first.title} intro={first.intro} narrow={first.narrow ?? false}>
      <Skeleton lines={6} />
    </Page>
  );
}
