import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useConfig } from "#config";
import { Button, Notice, useToast } from "#ui";
import { useWallet } from "#wallet";

/** The wallet is on another chain: one tap brings it here. */
export function WalletNotice() {
  const { t } = useLingui();
  const { wrongChain, switchChain } = useWallet();
  const { chainName } = useConfig();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  if (!wrongChain) return null;

  const change = async () => {
    setBusy(true);
    try {
      await switchChain();
    } catch {
      toast({ tone: "warning", title: t`The wallet stayed on its chain. You can also switch in the wallet itself.` });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Notice
      tone="warning"
      role="alert"
      title={<Trans>Your wallet is on another chain</Trans>}
      action={
        <Button variant="primary" size="small" busy={busy} onClick={change}>
          <Trans>Switch to {chainName}</Trans>
        </Button>
      }
    >
      <Trans>Nothing can be paid until it is on {chainName}. Your money stays where it is.</Trans>
    </Notice>
  );
}
