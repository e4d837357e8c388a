import { Trans } from "@lingui/react/macro";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { SentenceGap } from "#i18n";
import { ErrorState } from "#ui";

/**
 * Nothing has come and asking has failed: until something comes, as a page that looks again every few seconds would else
 * change between this and its loading state.
 */
export const isDown = ({ data, errorUpdateCount }: UseQueryResult<unknown>): boolean =>
  data === undefined && errorUpdateCount > 0;

export interface IndexDownProps {
  readonly result: UseQueryResult<unknown>;
  /** What this page can say of the money beyond what is true on all of them, e.g. that nothing was paid. */
  readonly children?: ReactNode;
}

/** In place of what the subgraph should have brought: the same words on every page. */
export function IndexDown({ result, children }: IndexDownProps) {
  return (
    <ErrorState
      title={<Trans>The network's index does not answer</Trans>}
      error={result.error ?? result.failureReason ?? undefined}
      onRetry={() => void result.refetch()}
    >
      <Trans>This page needs it, and works again as soon as it answers.</Trans>
      <SentenceGap />
      {children}
      {children !== undefined && <SentenceGap />}
      <Trans>Payments and running sessions are not affected: the contract holds the money.</Trans>
    </ErrorState>
  );
}
