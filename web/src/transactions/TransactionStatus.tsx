import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Hex } from "viem";
import { useConfig } from "#config";
import { cx, ErrorDetails, Icon, type IconName, Notice, type Step, Steps } from "#ui";
import { useFailureWords } from "./FailureText.tsx";
import type { Phase } from "./machine.ts";
import type { Transaction } from "./store.ts";
import styles from "./TransactionDialog.module.css";

export interface TransactionStatusProps {
  readonly transaction: Transaction;
  readonly done: ReactNode;
  readonly money?: ReactNode;
}

/** Where a write has got to, and how it ended. */
export function TransactionStatus({ transaction, done, money }: TransactionStatusProps) {
  const words = useFailureWords();
  const { state } = transaction;
  const nothingTaken = money ?? <Trans>Nothing was taken: your money is where it was.</Trans>;
  switch (state.phase) {
    case "idle":
    case "review":
      return null;
    case "checking":
    case "signing":
    case "wallet":
      return <Progress transaction={transaction} />;
    case "pending":
      return (
        <>
          <Progress transaction={transaction} />
          {state.late && (
            <Notice tone="info" role="status" title={<Trans>This takes longer than usual</Trans>}>
              <Trans>
                The network is busy. You may close this page: the transaction goes on, and is shown here again.
              </Trans>
            </Notice>
          )}
          <TransactionLink hash={state.hash} />
        </>
      );
    case "done":
      return (
        <Ending icon="check" tone="success" role="status" title={done}>
          <TransactionLink hash={state.mined.hash} />
        </Ending>
      );
    case "rejected":
      return (
        <Ending icon="info" tone="neutral" role="status" title={<Trans>You said no in your wallet</Trans>}>
          <p className={styles.text}>{nothingTaken}</p>
        </Ending>
      );
    case "replaced":
      return (
        <Ending
          icon="swap"
          tone="neutral"
          role="status"
          title={
            state.cancelled ? (
              <Trans>You cancelled it in your wallet</Trans>
            ) : (
              <Trans>Another transaction from your wallet took its place</Trans>
            )
          }
        >
          <p className={styles.text}>{nothingTaken}</p>
          <TransactionLink hash={state.by} />
        </Ending>
      );
    case "interrupted":
      return (
        <Ending icon="wallet" tone="neutral" role="status" title={<Trans>Your wallet may still be asking you</Trans>}>
          <p className={styles.text}>
            <Trans>
              The page was loaded again while your wallet was asking. If you confirm there, or already did, this page
              notices by itself; if you say no there, nothing is taken.
            </Trans>
          </p>
        </Ending>
      );
    case "failed": {
      const { title, advice } = words(state.failure);
      return (
        <Ending icon="alert" tone="danger" role="alert" title={title}>
          <p className={styles.text}>{advice}</p>
          <p className={styles.text}>{nothingTaken}</p>
          {state.hash && <TransactionLink hash={state.hash} />}
          {state.failure.details !== "" && <ErrorDetails error={state.failure.details} />}
        </Ending>
      );
    }
  }
}

interface EndingProps {
  readonly icon: IconName;
  readonly tone: "success" | "neutral" | "danger";
  readonly role: "status" | "alert";
  readonly title: ReactNode;
  readonly children?: ReactNode;
}

function Ending({ icon, tone, role, title, children }: EndingProps) {
  return (
    <div className={styles.center} role={role}>
      <span className={cx(styles.mark, styles[tone])}>
        <Icon name={icon} size={28} />
      </span>
      <h3>{title}</h3>
      {children}
    </div>
  );
}

/** Each step of a write by its name: what is done, what is now, what comes. */
function Progress({ transaction }: { transaction: Transaction }) {
  const { i18n } = useLingui();
  const { state, signatures } = transaction;
  const openWallet = <Trans>Open your wallet if it does not show itself.</Trans>;
  // Signatures come before the call can be tried, as the call contains them.
  const order: { key: string; label: ReactNode; hint?: ReactNode; phase: Phase }[] = [
    ...signatures.map((title, index) => ({
      key: `signature-${index}`,
      label: title ? i18n._(title) : <Trans>Sign in your wallet</Trans>,
      hint: openWallet,
      phase: "signing" as const,
    })),
    { key: "check", label: <Trans>Check that it will work</Trans>, phase: "checking" },
    { key: "wallet", label: <Trans>Confirm in your wallet</Trans>, hint: openWallet, phase: "wallet" },
    { key: "pending", label: <Trans>The network writes it down</Trans>, phase: "pending" },
  ];
  const current = currentStep(transaction);
  const steps: Step[] = order.map(({ key, label, hint }, index) => {
    const isCurrent = index === current;
    return {
      key,
      label,
      state: index < current ? "done" : isCurrent ? "current" : "waiting",
      ...(isCurrent && hint !== undefined && { hint }),
    };
  });
  return (
    <div role="status">
      <Steps steps={steps} key={state.phase === "pending" ? "pending" : "before"} />
    </div>
  );
}

/** Index of the step that is under way. */
function currentStep({ state, signatures }: Transaction): number {
  switch (state.phase) {
    case "signing":
      return state.signature;
    case "checking":
      return signatures.length;
    case "wallet":
      return signatures.length + 1;
    default:
      return signatures.length + 2;
  }
}

/** The transaction in the explorer, or its hash where there is none. */
export function TransactionLink({ hash }: { hash: Hex }) {
  const { explorerUrl } = useConfig();
  const short = `${hash.slice(0, 10)}…${hash.slice(-8)}`;
  if (explorerUrl === undefined) {
    return (
      <p className={styles.text}>
        <Trans>Transaction</Trans>{" "}
        <span className={styles.hash} translate="no" title={hash}>
          {short}
        </span>
      </p>
    );
  }
  return (
    <p>
      <a href={`${explorerUrl}/tx/${hash}`} target="_blank" rel="noreferrer">
        <Trans>See the transaction in the explorer</Trans>
      </a>
    </p>
  );
}
