import { Trans } from "@lingui/react/macro";
import { SentenceGap, useFormat } from "#i18n";
import { Notice } from "#ui";
import { useIndexed } from "./hooks.ts";
import { useNow } from "./now.ts";

/** Older than this is behind: chains have a block every few seconds. */
const BEHIND_SECONDS = 60;

/** How old what the page shows is, and whether that is old. */
export interface FreshnessState {
  /** Of the newest block in the subgraph; undefined before the first answer. */
  readonly timestamp: number | undefined;
  readonly state: "loading" | "fresh" | "behind" | "broken" | "unreachable";
}

export function useFreshness(): FreshnessState {
  const { data, isError, failureCount } = useIndexed();
  const now = useNow();
  const timestamp = data?.timestamp;
  if (isError || (data === undefined && failureCount > 0)) return { timestamp, state: "unreachable" };
  if (data === undefined) return { timestamp, state: "loading" };
  if (data.hasErrors) return { timestamp, state: "broken" };
  return { timestamp, state: now - data.timestamp > BEHIND_SECONDS ? "behind" : "fresh" };
}

/** Says when what the page shows is old, and what that means; nothing while it is fresh. */
export function FreshnessNotice() {
  const { timestamp, state } = useFreshness();
  const format = useFormat();
  const now = useNow();
  if (state === "fresh" || state === "loading") return null;
  const age = timestamp === undefined ? undefined : format.ago(timestamp, now);
  return (
    <Notice
      tone="warning"
      role="status"
      title={
        state === "unreachable" ? (
          <Trans>The network's index does not answer</Trans>
        ) : (
          <Trans>What you see here may be out of date</Trans>
        )
      }
    >
      {age !== undefined && <Trans>It shows the network as it was {age}.</Trans>}
      <SentenceGap />
      <Trans>Payments and running sessions are not affected: the contract holds the money.</Trans>
    </Notice>
  );
}

/** "Updated 3 seconds ago", small, where data is shown. */
export function DataAge() {
  const { timestamp } = useFreshness();
  const format = useFormat();
  const now = useNow();
  if (timestamp === undefined) return null;
  const age = format.ago(Math.min(timestamp, now), now);
  return (
    <span>
      <Trans>Updated {age}</Trans>
    </span>
  );
}
