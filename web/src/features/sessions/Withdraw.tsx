import { msg } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { type CurrencyFormat, formatDecimal, type LedgerBalance } from "@openjoule/sdk";
import { useState } from "react";
import type { Address } from "viem";
import { useConfig } from "#config";
import { useFormat } from "#i18n";
import { TransactionDialog, useTransaction } from "#transactions";
import { Button, Dialog, Row, Rows, TextField } from "#ui";
import { readAmount } from "./amount.ts";

export interface WithdrawProps {
  readonly account: Address;
  readonly balance: LedgerBalance;
  readonly currency: CurrencyFormat;
}

/** Takes money out of the network, back to the wallet that owns it. */
export function Withdraw({ account, balance, currency }: WithdrawProps) {
  const format = useFormat();
  const { deployment } = useConfig();
  const [text, setText] = useState<string>();
  const transaction = useTransaction(`withdraw:${balance.currency}`);
  const reading = text === undefined ? undefined : readAmount(text, currency, balance.available);
  const amount = reading?.amount;
  const [asked, setAsked] = useState(0n);

  const errors = {
    notANumber: <Trans>Write an amount, like 20.00</Trans>,
    tooMuch: <Trans>That is more than you have</Trans>,
  };
  const review = () => {
    if (amount === undefined) return;
    const amountText = format.money(amount, currency);
    setAsked(amount);
    setText(undefined);
    transaction.review({
      title: msg`Withdraw ${amountText}`,
      call: async ({ from }) => {
        const { withdrawCall } = await import("./withdraw-call.ts");
        return {
          to: deployment.contracts.ChargingSessions.address,
          data: withdrawCall(balance.currency, amount, from),
        };
      },
    });
  };

  return (
    <>
      <Button onClick={() => setText(formatDecimal(balance.available, currency.decimals))}>
        <Trans>Withdraw</Trans>
      </Button>
      <Dialog
        open={text !== undefined}
        onClose={() => setText(undefined)}
        title={<Trans>Withdraw to your wallet</Trans>}
        footer={
          <>
            <Button onClick={() => setText(undefined)}>
              <Trans>Cancel</Trans>
            </Button>
            <Button variant="primary" disabled={amount === undefined} onClick={review}>
              <Trans>Go on</Trans>
            </Button>
          </>
        }
      >
        <TextField
          label={<Trans>Amount</Trans>}
          suffix={currency.symbol}
          inputMode="decimal"
          autoComplete="off"
          value={text ?? ""}
          onChange={setText}
          hint={<Trans>You have {format.money(balance.available, currency)}</Trans>}
          error={reading?.problem && errors[reading.problem]}
        />
      </Dialog>
      <TransactionDialog
        transaction={transaction}
        review={
          <Rows>
            <Row label={<Trans>Leaves your OpenJoule balance</Trans>} strong>
              {format.money(asked, currency)}
            </Row>
            <Row label={<Trans>Goes to</Trans>}>
              <span translate="no">
                {account.slice(0, 8)}…{account.slice(-6)}
              </span>
            </Row>
          </Rows>
        }
        confirmLabel={<Trans>Withdraw</Trans>}
        done={<Trans>The money is in your wallet.</Trans>}
        money={<Trans>Your money is still in your OpenJoule balance.</Trans>}
      />
    </>
  );
}
