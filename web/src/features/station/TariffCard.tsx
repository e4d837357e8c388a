import { Trans } from "@lingui/react/macro";
import type { StationListing } from "@openjoule/sdk";
import { type EvseGroup, GroupName, TariffWords } from "#features/stations";
import { useFormat } from "#i18n";
import { Card } from "#ui";
import { type SheetEvse, tariffsOf } from "./evses.ts";
import styles from "./StationSheet.module.css";

/** The prices in plain words: one for all, or one for each group of connectors. */
export function TariffCard({ station, groups }: { station: StationListing; groups: readonly EvseGroup<SheetEvse>[] }) {
  const format = useFormat();
  const ids = new Set(groups.flatMap(({ tariffIds }) => tariffIds));
  const tariffs = tariffsOf(station, [...ids]);
  const window = format.duration(Math.max(0, ...tariffs.map(({ terms }) => terms.settlementWindowSeconds)));
  return (
    <Card title={<Trans>Price</Trans>}>
      {tariffs.length === 0 && <Trans>No price is published here, so no session can begin.</Trans>}
      {tariffs.map((tariff) => (
        <div key={tariff.id} className={styles.tariff}>
          {tariffs.length > 1 && (
            <h3>
              {groups
                .filter(({ tariffIds }) => tariffIds.includes(tariff.id))
                .map((group, index) => (
                  <span key={group.key}>
                    {index > 0 && "; "}
                    <GroupName group={group} />
                  </span>
                ))}
            </h3>
          )}
          <TariffWords tariff={tariff} />
        </div>
      ))}
      {tariffs.length > 0 && (
        <p className={styles.condition}>
          <Trans>
            You pay a deposit into the contract, not to the owner. What you do not use returns as soon as the charge is
            settled, usually within a minute; should nobody settle it, you can take it back yourself after {window}.
          </Trans>
        </p>
      )}
    </Card>
  );
}
