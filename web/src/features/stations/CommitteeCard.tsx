import { Plural, Trans } from "@lingui/react/macro";
import type { CommitteeId, CommitteeRecord } from "@openjoule/sdk";
import { useCommittee } from "#data";
import { useFormat } from "#i18n";
import { Badge, Card, Notice, Skeleton } from "#ui";
import styles from "./CommitteeCard.module.css";
import { currencyFormat } from "./money.ts";

/** Whom one has to trust for the meter's reading, and what they lose if they lie. */
export function CommitteeCard({ committeeId }: { committeeId: CommitteeId }) {
  const { data, isPending, isError } = useCommittee(committeeId);
  return (
    <Card title={<Trans>Who signs the meter</Trans>}>
      {data ? <Committee committee={data} /> : isPending && <Skeleton />}
      {data === null && (
        <Trans>Nobody has agreed yet to sign what this station's meter says, so no session can begin.</Trans>
      )}
      {data === undefined && isError && <Trans>This cannot be loaded now.</Trans>}
    </Card>
  );
}

function Committee({ committee }: { committee: CommitteeRecord }) {
  const format = useFormat();
  const { threshold = 0, feeBps = 0, operators, status } = committee;
  const count = operators.length;
  const fee = format.basisPoints(feeBps);
  return (
    <>
      {status !== "Active" && (
        <Notice tone="warning" title={<Trans>No new session can begin here</Trans>}>
          <Trans>Those who sign the meter have not all agreed, or have ended their work at this station.</Trans>
        </Notice>
      )}
      <p>
        {operators.length === 1 ? (
          <Trans>
            One operator reads the meter and signs what it says; the contract pays by that signature alone. It is not
            the station's owner who decides what you pay.
          </Trans>
        ) : (
          <Trans>
            <Plural value={count} one="# operator reads" other="# operators read" /> the meter.{" "}
            <Plural value={threshold} one="# of them has" other="# of them have" /> to sign the same reading before
            anything is paid.
          </Trans>
        )}
      </p>
      <p>
        <Plural
          value={count}
          one={`It keeps ${fee} of the price for it, which the owner pays.`}
          other={`They keep ${fee} of the price for it, which the owner pays.`}
        />
      </p>
      <ul className={styles.operators}>
        {operators.map(({ operator, bond, bondCurrency, endpoint, status: state }) => {
          const amount = format.money(bond, currencyFormat(bondCurrency));
          return (
            <li key={operator}>
              <span className={styles.operator}>
                <span translate="no">{hostOf(endpoint) ?? `${operator.slice(0, 8)}…${operator.slice(-6)}`}</span>
                {state !== "Active" && (
                  <Badge tone="warning">
                    <Trans>leaving</Trans>
                  </Badge>
                )}
              </span>
              <span className={styles.stake}>
                <Trans>{amount} at stake</Trans>
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

const hostOf = (endpoint: string) => URL.parse(endpoint)?.host || undefined;
