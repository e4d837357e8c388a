import { Trans } from "@lingui/react/macro";
import type { CurrencyFormat, TariffPricing } from "@openjoule/sdk";
import type { ReactNode } from "react";
import { type Format, useFormat } from "#i18n";
import { Row, Rows } from "#ui";

/** A tariff in plain words: what each thing costs, and only what costs anything. */
export function TariffLines({ pricing, currency }: { pricing: TariffPricing; currency: CurrencyFormat }) {
  const format = useFormat();
  return (
    <Rows>
      {tariffLines(pricing, currency, format).map(({ key, label, value }) => (
        <Row key={key} label={label}>
          {value}
        </Row>
      ))}
    </Rows>
  );
}

interface Line {
  readonly key: string;
  readonly label: ReactNode;
  readonly value: ReactNode;
}

function tariffLines(pricing: TariffPricing, currency: CurrencyFormat, format: Format): readonly Line[] {
  // No published tariff has restrictions yet: the first element always applies.
  const [element] = pricing.elements;
  const money = (amount: bigint) => format.money(amount, currency);
  const lines: (Line | false)[] =
    element === undefined
      ? []
      : [
          element.pricePerKwh > 0n && {
            key: "energy",
            label: <Trans>Energy</Trans>,
            value: <Trans>{money(element.pricePerKwh)} per kWh</Trans>,
          },
          element.pricePerHour > 0n && {
            key: "time",
            label: <Trans>While charging</Trans>,
            value: <Trans>{money(element.pricePerHour)} per hour</Trans>,
          },
          element.idlePerHour > 0n && {
            key: "idle",
            label: <Trans>Plugged in without charging</Trans>,
            value: <Trans>{money(element.idlePerHour)} per hour</Trans>,
          },
          element.flat > 0n && { key: "flat", label: <Trans>Once per session</Trans>, value: money(element.flat) },
        ];
  const bounds: (Line | false)[] = [
    pricing.minimum > 0n && {
      key: "minimum",
      label: <Trans>At least, once charging began</Trans>,
      value: money(pricing.minimum),
    },
    pricing.maximum > 0n && { key: "maximum", label: <Trans>Never more than</Trans>, value: money(pricing.maximum) },
  ];
  const all = [...lines, ...bounds].filter((line) => line !== false);
  return all.length > 0 ? all : [{ key: "free", label: <Trans>Price</Trans>, value: <Trans>Free of charge</Trans> }];
}
