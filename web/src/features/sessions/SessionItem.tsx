import { Trans } from "@lingui/react/macro";
import { Link } from "wouter";
import { currencyFormat } from "#features/stations";
import { useFormat } from "#i18n";
import { Badge } from "#ui";
import styles from "./sessions.module.css";
import type { SessionListing } from "./subgraph.ts";

/** One session: where, when, how much, what it cost and what came back. */
export function SessionItem({ session }: { session: SessionListing }) {
  const format = useFormat();
  const { sessionId, stationName, evseId, city, openedAt, energyWh, cost, locked, refund } = session;
  const currency = currencyFormat(session.currency);
  return (
    <li className={styles.item}>
      <div className={styles.line}>
        <Link href={`/sessions/${sessionId}`} className={styles.name}>
          {stationName ?? evseId}
        </Link>
        <StateBadge session={session} />
      </div>
      <p className={styles.muted}>
        {format.dateTime(openedAt)}
        {city && ` · ${city}`} · {format.energy(energyWh)}
      </p>
      <dl className={styles.amounts}>
        {refund === undefined ? (
          <div>
            <dt>
              <Trans>Locked</Trans>
            </dt>
            <dd>{format.money(locked, currency)}</dd>
          </div>
        ) : (
          <>
            <div>
              <dt>
                <Trans>Paid</Trans>
              </dt>
              <dd>{format.money(cost, currency)}</dd>
            </div>
            <div>
              <dt>
                <Trans>Came back</Trans>
              </dt>
              <dd>{format.money(refund, currency)}</dd>
            </div>
          </>
        )}
      </dl>
    </li>
  );
}

function StateBadge({ session: { status, stopReason } }: { session: SessionListing }) {
  if (status === "Open") {
    return (
      <Badge tone="info">
        <Trans>Running</Trans>
      </Badge>
    );
  }
  if (stopReason === "Refused" || stopReason === "NoShow") {
    return (
      <Badge>
        <Trans>Never began</Trans>
      </Badge>
    );
  }
  return status === "Settled" ? (
    <Badge tone="success">
      <Trans>Settled</Trans>
    </Badge>
  ) : (
    <Badge tone="warning">
      <Trans>Closed</Trans>
    </Badge>
  );
}
