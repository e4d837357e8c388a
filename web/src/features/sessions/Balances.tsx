import { Trans } from "@lingui/react/macro";
import type { LedgerBalance } from "@openjoule/sdk";
import type { Address } from "viem";
import { useBalances } from "#data";
import { currencyFormat } from "#features/stations";
import { useFormat } from "#i18n";
import { Card, Notice, SkeletonBar } from "#ui";
import styles from "./sessions.module.css";
import { Withdraw } from "./Withdraw.tsx";

/** What the driver has in the network: free to use or withdraw, and locked in running sessions. */
export function Balances({ account }: { account: Address }) {
  const balances = useBalances(account);
  const shown = balances.data?.filter(({ available, locked }) => available > 0n || locked > 0n);
  return (
    <Card title={<Trans>Your OpenJoule balance</Trans>}>
      {shown === undefined &&
        (balances.isError ? (
          <Notice tone="warning">
            <Trans>Your balance could not be read. It is in the contract, and stays there.</Trans>
          </Notice>
        ) : (
          <SkeletonBar height="3rem" />
        ))}
      {shown?.length === 0 && (
        <p className={styles.muted}>
          <Trans>Nothing here yet. What comes back from a session lands here, and pays the next one first.</Trans>
        </p>
      )}
      {shown?.map((balance) => (
        <BalanceLine key={balance.currency.toString()} account={account} balance={balance} />
      ))}
    </Card>
  );
}

function BalanceLine({ account, balance }: { account: Address; balance: LedgerBalance }) {
  const format = useFormat();
  const currency = currencyFormat(balance);
  return (
    <div className={styles.balance}>
      <div>
        <p className={styles.available}>{format.money(balance.available, currency)}</p>
        {balance.locked > 0n && (
          <p className={styles.muted}>
            <Trans>and {format.money(balance.locked, currency)} locked in running sessions</Trans>
          </p>
        )}
      </div>
      {balance.available > 0n && <Withdraw account={account} balance={balance} currency={currency} />}
    </div>
  );
}
