import { Trans } from "@lingui/react/macro";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorState, Skeleton } from "#ui";

export interface QueryProps<Value> {
  readonly result: UseQueryResult<Value>;
  /** In the shape of what comes. Default: some lines. */
  readonly loading?: ReactNode;
  readonly children: (value: NonNullable<Value>) => ReactNode;
  /** For `null` and `undefined` answers. */
  readonly missing?: ReactNode;
}

/** What was asked for, or its loading, error or missing state: never an empty hole. */
export function Query<Value>({ result, loading = <Skeleton />, missing, children }: QueryProps<Value>) {
  if (result.data !== undefined && result.data !== null) return children(result.data as NonNullable<Value>);
  if (result.isError) {
    return (
      <ErrorState
        title={<Trans>The network's index does not answer</Trans>}
        error={result.error}
        onRetry={() => void result.refetch()}
      >
        <Trans>
          Stations and sessions cannot be shown at the moment. Your money and running sessions are not affected: the
          contract holds them.
        </Trans>
      </ErrorState>
    );
  }
  return result.isPending ? loading : missing;
}
