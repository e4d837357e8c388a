import { Trans } from "@lingui/react/macro";
import { describeTariff, type ListedTariff, type StationListing, type TariffPrice } from "@openjoule/sdk";
import type { ReactNode } from "react";
import { currencyFormat, type EvseGroup, GroupName } from "#features/stations";
import { useFormat } from "#i18n";
import { Card, Row, Rows } from "#ui";
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

/** A tariff whole, in plain words. */
export function TariffWords({ tariff }: { tariff: ListedTariff }) {
  const format = useFormat();
  const currency = currencyFormat(tariff.currency);
  const { elements, minimum, maximum, minimumDeposit, settlementWindowSeconds, connectionSeconds } =
    describeTariff(tariff);
  const prices = elements[0] ?? [];
  const window = format.duration(settlementWindowSeconds);
  const connection = format.duration(connectionSeconds);
  return (
    <Rows>
      {prices.length === 0 && (
        <Row label={<Trans>Price</Trans>}>
          <Trans>Free of charge</Trans>
        </Row>
      )}
      {prices.map((price) => (
        <Row key={price.component} label={componentWords[price.component]}>
          <PerUnit price={price} money={format.money(price.amount, currency)} />
        </Row>
      ))}
      {minimum !== undefined && (
        <Row label={<Trans>At least, once charging began</Trans>}>{format.money(minimum, currency)}</Row>
      )}
      {maximum !== undefined && <Row label={<Trans>Never more than</Trans>}>{format.money(maximum, currency)}</Row>}
      <Row label={<Trans>Least deposit</Trans>}>{format.money(minimumDeposit, currency)}</Row>
      {connectionSeconds > 0 && <Row label={<Trans>Time to plug in after paying</Trans>}>{connection}</Row>}
      <Row label={<Trans>The longest a refund can take</Trans>}>{window}</Row>
    </Rows>
  );
}

const componentWords: Record<TariffPrice["component"], ReactNode> = {
  energy: <Trans>Energy</Trans>,
  time: <Trans>Time while charging</Trans>,
  idle: <Trans>Time plugged in without charging</Trans>,
  flat: <Trans>Once per charge</Trans>,
};

function PerUnit({ price, money }: { price: TariffPrice; money: string }) {
  switch (price.per) {
    case "kWh":
      return <Trans>{money} per kWh</Trans>;
    case "hour":
      return <Trans>{money} per hour</Trans>;
    case "session":
      return money;
  }
}
