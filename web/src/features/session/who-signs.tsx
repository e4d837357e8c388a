import { Trans } from "@lingui/react/macro";
import type { CommitteeRecord } from "@openjoule/sdk";
import { useFormat } from "#i18n";
import { currencyFormat } from "./currency.ts";
import styles from "./session.module.css";

/** Whom a driver has to trust for the meter's reading, and what they lose if they lie. */
export function WhoSigns({ committee }: { committee: CommitteeRecord | undefined }) {
  const format = useFormat();
  if (committee === undefined || committee.threshold === undefined) {
    return (
      <p>
        <Trans>Nobody vouches for this station's meter yet: no session can begin here.</Trans>
      </p>
    );
  }
  const { threshold, operators } = committee;
  const count = operators.length;
  return (
    <div className={styles.stack}>
      <p>
        <Trans>
          {threshold} of {count} operators must sign what the meter says before the station is paid. Each has locked a
          bond with the network.
        </Trans>
      </p>
      <ul className={styles.plain}>
        {operators.map(({ operator, bond, bondCurrency, endpoint }) => (
          <li key={operator}>
            <span translate="no">{hostOf(endpoint) ?? `${operator.slice(0, 8)}…${operator.slice(-6)}`}</span>{" "}
            <span className={styles.muted}>
              <Trans>bond {format.money(bond, currencyFormat(bondCurrency))}</Trans>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const hostOf = (endpoint: string) => URL.parse(endpoint)?.host || undefined;
