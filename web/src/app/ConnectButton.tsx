import { Trans } from "@lingui/react/macro";
import { lazy, Suspense, useState } from "react";
import { Button, Icon, VisuallyHidden } from "#ui";
import { useWallet } from "#wallet";
import styles from "./Layout.module.css";
import { shortAddress } from "./short-address.ts";

const AccountDialog = lazy(async () => ({ default: (await import("./AccountDialog.tsx")).AccountDialog }));

/** Connects a wallet, or shows which one is connected. */
export function ConnectButton() {
  const { state, connect } = useWallet();
  const [open, setOpen] = useState(false);
  if (state.status === "connected") {
    const { address, walletName } = state;
    return (
      <>
        <Button size="small" onClick={() => setOpen(true)}>
          <span className={styles.accountIcon}>
            <Icon name="wallet" size={18} />
          </span>
          <VisuallyHidden>
            <Trans>Your account</Trans>
          </VisuallyHidden>
          <span className={styles.address} translate="no">
            {shortAddress(address)}
          </span>
        </Button>
        {open && (
          <Suspense fallback={null}>
            <AccountDialog address={address} walletName={walletName} onClose={() => setOpen(false)} />
          </Suspense>
        )}
      </>
    );
  }
  const busy = state.status === "loading" || state.status === "connecting";
  return (
    <Button variant="primary" size="small" busy={busy} onClick={connect}>
      <Trans>Connect</Trans>
    </Button>
  );
}
