import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useDeferredValue } from "react";
import { Skeleton } from "#ui";
import { IndexDown, isDown } from "./IndexDown.tsx";

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
  // Rendered bit by bit: a whole page at once would keep the device from answering its owner.
  const data = useDeferredValue(result.data);
  if (data !== undefined && data !== null) return children(data as NonNullable<Value>);
  if (isDown(result)) return <IndexDown result={result} />;
  return result.isPending || result.data !== data ? loading : missing;
}
