import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Button, Dialog } from "#ui";
import { useWallet } from "#wallet";
import type { TransactionHandle } from "./context.tsx";
import { TransactionStatus } from "./TransactionStatus.tsx";

export interface TransactionDialogProps {
  readonly transaction: TransactionHandle;
  /** What the person agrees to: amounts, who gets them, what can happen. Shown before the wallet is asked. */
  readonly review: ReactNode;
  /** On the button that asks the wallet, e.g. "Lock 20.00 tEUR and start". */
  readonly confirmLabel: ReactNode;
  /** What is true now that it is done. */
  readonly done: ReactNode;
  /** What became of the money when it did not happen. Default: nothing was taken. */
  readonly money?: ReactNode;
  /** Beside "Close" when it is done, e.g. a link to the session. */
  readonly doneAction?: ReactNode;
}

/** A write from review to result, in one window that is the same everywhere. Open while the transaction is not idle. */
export function TransactionDialog(props: TransactionDialogProps) {
  const { transaction, review, confirmLabel, done, money, doneAction } = props;
  const { i18n } = useLingui();
  const { state, title, confirm, cancel, dismiss, canRetry } = transaction;
  const { address, wrongChain, connect, switchChain } = useWallet();
  const close = state.phase === "review" ? cancel : dismiss;
  // A wallet that is asking may still send: the window must not look as if it were over.
  const closable = !["checking", "signing", "wallet", "pending"].includes(state.phase);

  const footer = () => {
    switch (state.phase) {
      case "review":
        return (
          <>
            <Button onClick={cancel}>
              <Trans>Cancel</Trans>
            </Button>
            {address === undefined && (
              <Button variant="primary" onClick={connect}>
                <Trans>Connect a wallet</Trans>
              </Button>
            )}
            {address !== undefined && wrongChain && <SwitchButton switchChain={switchChain} />}
            {address !== undefined && !wrongChain && (
              <Button variant="primary" onClick={confirm}>
                {confirmLabel}
              </Button>
            )}
          </>
        );
      case "failed":
      case "rejected":
        return (
          <>
            <Button onClick={dismiss}>
              <Trans>Close</Trans>
            </Button>
            {canRetry && wrongChain && <SwitchButton switchChain={switchChain} />}
            {canRetry && !wrongChain && (
              <Button variant="primary" onClick={confirm}>
                <Trans>Try again</Trans>
              </Button>
            )}
          </>
        );
      case "done":
        return (
          <>
            <Button onClick={dismiss}>
              <Trans>Close</Trans>
            </Button>
            {doneAction}
          </>
        );
      case "replaced":
        return (
          <Button onClick={dismiss}>
            <Trans>Close</Trans>
          </Button>
        );
      case "interrupted":
        return (
          <Button onClick={dismiss}>
            <Trans>The wallet is not asking any more</Trans>
          </Button>
        );
      default:
        return undefined;
    }
  };

  return (
    <Dialog
      open={state.phase !== "idle"}
      onClose={close}
      closable={closable}
      title={title && i18n._(title)}
      footer={footer()}
    >
      {state.phase === "review" ? review : <TransactionStatus transaction={transaction} done={done} money={money} />}
    </Dialog>
  );
}

function SwitchButton({ switchChain }: { switchChain: () => Promise<void> }) {
  // The notice on the page says what to do when the wallet stays where it is.
  return (
    <Button variant="primary" onClick={() => void switchChain().catch(() => {})}>
      <Trans>Switch the chain</Trans>
    </Button>
  );
}
