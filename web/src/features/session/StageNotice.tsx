import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useFormat } from "#i18n";
import { Notice, Spinner } from "#ui";
import type { Heard } from "./follow-session.ts";
import styles from "./session.module.css";
import type { Stage } from "./stage.ts";
import type { SessionFacts } from "./subgraph.ts";

export interface StageNoticeProps {
  readonly stage: Stage;
  readonly heard: Heard;
  readonly facts: SessionFacts | undefined;
  readonly subgraphFailed: boolean;
  /** UTC seconds. */
  readonly now: number;
}

/** Where the session is, in words, and what to do next. */
export function StageNotice({ stage, heard, facts, subgraphFailed, now }: StageNoticeProps) {
  const format = useFormat();
  const offline = heard.evse?.connected === false;
  const age = facts && format.ago(facts.asOf, Math.max(now, facts.asOf));
  switch (stage) {
    case "confirming":
      return (
        <Notice
          tone="info"
          role="status"
          title={
            <Working>
              <Trans>Waiting for confirmation</Trans>
            </Working>
          }
        >
          <Trans>Your payment is on the chain. The oracle takes the session up within a few blocks.</Trans>
        </Notice>
      );
    case "starting":
      return offline ? (
        <Offline />
      ) : (
        <Notice
          tone="info"
          role="status"
          title={
            <Working>
              <Trans>Starting: plug in your car</Trans>
            </Working>
          }
        >
          <Trans>The charge point is ready for you. Nothing is charged for until energy flows.</Trans>
        </Notice>
      );
    case "charging":
    case "idle":
      if (offline) return <Offline />;
      return stage === "charging" ? (
        <Notice tone="success" role="status" title={<Trans>Charging</Trans>} />
      ) : (
        <Notice tone="warning" role="status" title={<Trans>Plugged in, but not charging</Trans>}>
          <Trans>The car may be full, or it paused. Time plugged in may cost; unplug or stop when you are done.</Trans>
        </Notice>
      );
    case "stopping":
      return (
        <Notice
          tone="info"
          role="status"
          title={
            <Working>
              <Trans>Stopping</Trans>
            </Working>
          }
        >
          <Trans>The charge point is asked to end. You can unplug as soon as it lets go.</Trans>
        </Notice>
      );
    case "settling":
      return (
        <Notice
          tone="info"
          role="status"
          title={
            <Working>
              <Trans>Settling</Trans>
            </Working>
          }
        >
          <Trans>
            Charging is over. The operators sign what the meter said; then the contract pays and refunds, within a few
            blocks.
          </Trans>
        </Notice>
      );
    case "undone":
      return (
        <Notice tone="warning" role="status" title={<Trans>The chain took the opening back</Trans>}>
          <Trans>
            This happens rarely, when two blocks compete. Your money is where it was before you paid. If the session is
            not under "My sessions" in a minute, it never happened.
          </Trans>
        </Notice>
      );
    case "halted":
      return (
        <Notice tone="warning" role="status" title={<Trans>The oracle has given this session up</Trans>}>
          <Trans>
            The charge point is told to stop, and nothing more is signed: you can unplug. Your money is safe in the
            contract, and you can end the session without the oracle.
          </Trans>
        </Notice>
      );
    case "unwatched":
      return (
        <Notice tone="warning" role="status" title={<Trans>The oracle does not answer</Trans>}>
          {subgraphFailed || age === undefined ? (
            <Trans>
              The network's index does not answer either. Your money is safe in the contract; this page tries again.
            </Trans>
          ) : (
            <Trans>
              What you see is what the chain knows, read {age}. Charging may go on. Your money is safe in the contract,
              and you can end the session without the oracle.
            </Trans>
          )}
        </Notice>
      );
    default:
      // Over: the subgraph is about to bring the receipt.
      return (
        <Notice
          tone="info"
          role="status"
          title={
            <Working>
              <Trans>The receipt is being read</Trans>
            </Working>
          }
        >
          <Trans>The session is paid and over.</Trans>
        </Notice>
      );
  }
}

function Offline() {
  return (
    <Notice tone="warning" role="status" title={<Trans>The charge point is offline</Trans>}>
      <Trans>
        It may go on charging and report later. Nothing is lost: what it measured counts when it is back, and the
        contract holds your deposit until then.
      </Trans>
    </Notice>
  );
}

function Working({ children }: { children: ReactNode }) {
  return (
    <span className={styles.working}>
      {children} <Spinner />
    </span>
  );
}
