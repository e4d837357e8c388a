import { Trans } from "@lingui/react/macro";
import type { ListedTariff } from "@openjoule/sdk";
import { currencyFormat } from "#features/stations";
import { useFormat } from "#i18n";
import { Row, Rows } from "#ui";
import type { ChargePrice } from "./price.ts";
import styles from "./StationSheet.module.css";

/** A price, line by line as the receipt will have it. */
export function PriceResult({ tariff, price }: { tariff: ListedTariff; price: ChargePrice }) {
  const format = useFormat();
  const currency = currencyFormat(tariff.currency);
  const { lines, chargingSeconds } = price;
  const money = (amount: bigint) => format.money(amount, currency);
  const time = format.duration(chargingSeconds < 60 ? chargingSeconds : Math.round(chargingSeconds / 60) * 60);
  const [element] = tariff.pricing.elements;
  const pricesTime = element !== undefined && element.pricePerHour > 0n;
  return (
    <output className={styles.result}>
      <Rows>
        {lines.energy > 0n && <Row label={<Trans>Energy</Trans>}>{money(lines.energy)}</Row>}
        {lines.time > 0n && <Row label={<Trans>Time while charging</Trans>}>{money(lines.time)}</Row>}
        {lines.idle > 0n && <Row label={<Trans>Time plugged in without charging</Trans>}>{money(lines.idle)}</Row>}
        {lines.flat > 0n && <Row label={<Trans>Once per charge</Trans>}>{money(lines.flat)}</Row>}
        {lines.raisedToMinimum > 0n && (
          <Row label={<Trans>Added to reach the least price</Trans>}>{money(lines.raisedToMinimum)}</Row>
        )}
        {lines.loweredToMaximum > 0n && (
          <Row label={<Trans>Taken off: the greatest price</Trans>}>{money(-lines.loweredToMaximum)}</Row>
        )}
        <Row strong label={<Trans>Total</Trans>}>
          {money(lines.total)}
        </Row>
      </Rows>
      <p className={styles.condition}>
        <Trans>About {time} at this power.</Trans>{" "}
        {pricesTime && <Trans>Cars charge slower towards the end, so the time, and its price, may be more.</Trans>}
      </p>
    </output>
  );
}
