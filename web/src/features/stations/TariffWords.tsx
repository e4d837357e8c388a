import { Trans } from "@lingui/react/macro";
import { describeTariff, type ListedTariff, type TariffPrice, unpackRestrictions } from "@openjoule/sdk";
import { Fragment, type ReactNode } from "react";
import { useFormat } from "#i18n";
import { Row, Rows } from "#ui";
import { currencyFormat } from "./money.ts";
import { TariffCondition } from "./TariffCondition.tsx";

/** A tariff whole, in plain words. */
export function TariffWords({ tariff }: { tariff: ListedTariff }) {
  const format = useFormat();
  const currency = currencyFormat(tariff.currency);
  const { elements, minimum, maximum, minimumDeposit, settlementWindowSeconds, connectionSeconds } =
    describeTariff(tariff);
  const { utcOffsetSeconds } = tariff.pricing;
  const restrictions = tariff.pricing.elements.map((element) => unpackRestrictions(element.restrictions));
  const isAlways = restrictions.map((each) => Object.values(each).every((bound) => bound === 0));
  // What follows an element without restrictions never counts.
  const last = isAlways.indexOf(true);
  const counting = last < 0 ? elements : elements.slice(0, last + 1);
  const window = format.duration(settlementWindowSeconds);
  const connection = format.duration(connectionSeconds);
  return (
    <Rows>
      {counting.map((prices, index) => {
        const given = restrictions[index];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a tariff never changes, and its order counts
          <Fragment key={index}>
            {given !== undefined && !isAlways[index] && (
              <Row label={<Trans>When</Trans>} strong>
                <TariffCondition restrictions={given} utcOffsetSeconds={utcOffsetSeconds} />
              </Row>
            )}
            {index > 0 && isAlways[index] && (
              <Row label={<Trans>When</Trans>} strong>
                <Trans>At any other time</Trans>
              </Row>
            )}
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
          </Fragment>
        );
      })}
      {last < 0 && (
        <Row label={<Trans>At any other time</Trans>}>
          <Trans>Free of charge</Trans>
        </Row>
      )}
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
