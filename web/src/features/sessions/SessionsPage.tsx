import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Address } from "viem";
import { FreshnessNotice, Query, useSubgraph } from "#data";
import { Button, ButtonLink, EmptyState, Page } from "#ui";
import { useWallet } from "#wallet";
import { Balances } from "./Balances.tsx";
import { SessionItem } from "./SessionItem.tsx";
import styles from "./sessions.module.css";
import { queryDriverSessions } from "./subgraph.ts";

/** A connected driver's balance and sessions. */
export function SessionsPage() {
  const { t } = useLingui();
  const { address, connect, state } = useWallet();
  return (
    <Page
      title={t`My sessions`}
      intro={<Trans>What you have charged and paid, what came back, and your balance, as the chain has them.</Trans>}
      narrow
    >
      {address === undefined ? (
        <EmptyState
          icon="wallet"
          title={<Trans>Connect your wallet to see your sessions</Trans>}
          action={
            <Button
              variant="primary"
              busy={state.status === "loading" || state.status === "connecting"}
              onClick={connect}
            >
              <Trans>Connect a wallet</Trans>
            </Button>
          }
        >
          <Trans>They belong to the account that paid for them.</Trans>
        </EmptyState>
      ) : (
        <>
          <FreshnessNotice />
          <Balances account={address} />
          <SessionList key={address} driver={address} />
        </>
      )}
    </Page>
  );
}

const PAGE = 20;
/** The subgraph gives no more at once. */
const MOST = 1000;

function SessionList({ driver }: { driver: Address }) {
  const [first, setFirst] = useState(PAGE);
  const sessions = useSubgraph(["driver-sessions", driver, first], (url, options) =>
    queryDriverSessions(url, driver, first, options),
  );
  return (
    <Query result={sessions}>
      {(list) =>
        list.length === 0 ? (
          <EmptyState
            icon="bolt"
            title={<Trans>No sessions yet</Trans>}
            action={
              <ButtonLink variant="primary" href="/">
                <Trans>Find a charger</Trans>
              </ButtonLink>
            }
          >
            <Trans>When you charge, each session and its receipt is listed here.</Trans>
          </EmptyState>
        ) : (
          <section className={styles.section} aria-labelledby="sessions-title">
            <h2 id="sessions-title">
              <Trans>Sessions</Trans>
            </h2>
            <ul className={styles.list}>
              {list.map((session) => (
                <SessionItem key={session.sessionId} session={session} />
              ))}
            </ul>
            {list.length === first && first < MOST && (
              <Button onClick={() => setFirst(Math.min(MOST, first + PAGE * 2))}>
                <Trans>Show older sessions</Trans>
              </Button>
            )}
          </section>
        )
      }
    </Query>
  );
}
