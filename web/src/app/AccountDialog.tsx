import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { testCurrencyAbi } from "@openjoule/sdk";
import { type Address, encodeFunctionData } from "viem";
import { useConfig } from "#config";
import { useBalances } from "#data";
import { useFormat } from "#i18n";
import { TransactionDialog, useTransaction } from "#transactions";
import { Button, Dialog, Icon, Row, Rows, useToast } from "#ui";
import { useWallet } from "#wallet";

export interface AccountDialogProps {
  readonly address: Address;
  readonly walletName: string;
  readonly onClose: () => void;
}

/** The connected account: its address, its money in the contract, the way out. */
export function AccountDialog({ address, walletName, onClose }: AccountDialogProps) {
  const { t } = useLingui();
  const { disconnect } = useWallet();
  const { local, chainName } = useConfig();
  const toast = useToast();

  const copy = () => {
    navigator.clipboard.writeText(address).then(
      () => toast({ tone: "success", title: t`The address is copied.` }),
      () => toast({ tone: "warning", title: t`Your browser does not let this page copy. Select the address instead.` }),
    );
  };
  const leave = async () => {
    await disconnect();
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={<Trans>Your account</Trans>}
      footer={
        <>
          <Button onClick={copy}>
            <Icon name="copy" />
            <Trans>Copy the address</Trans>
          </Button>
          <Button onClick={leave}>
            <Trans>Disconnect</Trans>
          </Button>
        </>
      }
    >
      <Rows>
        <Row label={<Trans>Address</Trans>}>
          <span translate="no">{address}</span>
        </Row>
        <Row label={<Trans>Wallet</Trans>}>{walletName}</Row>
        <Row label={<Trans>Network</Trans>}>{chainName}</Row>
        <LedgerRows address={address} />
      </Rows>
      {local && <TestMoney address={address} />}
    </Dialog>
  );
}

/** What the account has in the contract: refunds arrive there. */
function LedgerRows({ address }: { address: Address }) {
  const balances = useBalances(address);
  const format = useFormat();
  return balances.data
    ?.filter(({ available, locked }) => available > 0n || locked > 0n)
    .map(({ currency, symbol = "?", decimals = 0, available, locked }) => {
      const lockedMoney = format.money(locked, { symbol, decimals });
      return (
        <Row key={String(currency)} label={<Trans>In the charging contract</Trans>}>
          {format.money(available, { symbol, decimals })}
          {locked > 0n && (
            <>
              {" "}
              <Trans>and {lockedMoney} locked in sessions</Trans>
            </>
          )}
        </Row>
      );
    });
}

/** 100.00 of the local network's currency, which has 6 decimals. */
const TEST_MONEY = 100_000_000n;

/** On a local network anybody may print money. */
function TestMoney({ address }: { address: Address }) {
  const { deployment } = useConfig();
  const currency = deployment.contracts.TestCurrency;
  const transaction = useTransaction(`test-money:${address}`);
  const format = useFormat();
  if (currency === undefined) return null;
  const amount = format.money(TEST_MONEY, { decimals: 6, symbol: "tEUR" });
  const begin = () =>
    transaction.review({
      title: msg`Get test money`,
      call: ({ from }) => ({
        to: currency.address,
        data: encodeFunctionData({ abi: testCurrencyAbi, functionName: "mint", args: [from, TEST_MONEY] }),
      }),
    });
  return (
    <>
      <Button full onClick={begin}>
        <Trans>Get test money</Trans>
      </Button>
      <TransactionDialog
        transaction={transaction}
        review={
          <p>
            <Trans>The local network gives your wallet {amount}. It is worth nothing.</Trans>
          </p>
        }
        confirmLabel={<Trans>Get {amount}</Trans>}
        done={<Trans>{amount} are in your wallet.</Trans>}
      />
    </>
  );
}
