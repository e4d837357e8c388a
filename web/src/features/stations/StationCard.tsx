import { Trans } from "@lingui/react/macro";
import type { ListedTariff } from "@openjoule/sdk";
import { Link } from "wouter";
import { useFormat } from "#i18n";
import { cx, Icon } from "#ui";
import { stationHref } from "./hrefs.ts";
import { PriceLine } from "./PriceLine.tsx";
import styles from "./StationCard.module.css";
import type { FoundStation } from "./search.ts";
import { AvailabilityBadge, GroupLine } from "./words.tsx";

/** A station in a list: what one compares before going there. */
export function StationCard({ found, highlighted = false }: { found: FoundStation; highlighted?: boolean }) {
  const format = useFormat();
  const { station, groups, distance, tariffs } = found;
  const { name, address, city, postalCode } = station;
  const place = [address, [postalCode, city].filter(Boolean).join(" ")].filter(Boolean).join(", ");
  // One price for all is said once; else each line says its own.
  const only = tariffs.length === 1 ? tariffs[0] : undefined;
  return (
    <article className={cx(styles.card, highlighted && styles.highlighted)}>
      <div className={styles.head}>
        <h2 className={styles.name}>
          <Link href={stationHref(station.stationId)} className={styles.link}>
            {name ?? (place || <Trans>Station without a name</Trans>)}
          </Link>
        </h2>
        <AvailabilityBadge availability={found.availability} />
      </div>
      {name !== undefined && place !== "" && <p className={styles.place}>{place}</p>}
      <ul className={styles.groups}>
        {groups.map((group) => (
          <li key={group.key}>
            <GroupLine group={group} />
            {only === undefined &&
              group.tariffIds.map((id) => {
                const tariff = tariffs.find((one) => one.id === id);
                return tariff && <PriceOf key={id} tariff={tariff} />;
              })}
          </li>
        ))}
      </ul>
      <p className={styles.foot}>
        {only && (
          <span>
            <PriceLine tariff={only} />
          </span>
        )}
        {distance !== undefined && (
          <span className={styles.distance}>
            <Icon name="pin" size={16} />
            {format.distance(distance)}
          </span>
        )}
      </p>
    </article>
  );
}

function PriceOf({ tariff }: { tariff: ListedTariff }) {
  return (
    <p className={styles.price}>
      <PriceLine tariff={tariff} />
    </p>
  );
}
