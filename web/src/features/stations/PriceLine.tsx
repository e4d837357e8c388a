import { Trans } from "@lingui/react/macro";
import { describeTariff, type ListedTariff, type TariffPrice } from "@openjoule/sdk";
import { useFormat } from "#i18n";
import { currencyFormat } from "./money.ts";

/** One part of a short price; `connected` is for every hour plugged in, charging or not. */
interface ShortPart {
  readonly component: TariffPrice["component"] | "connected";
  readonly amount: bigint;
}

/** A tariff in one short line: `0.45 tEUR/kWh + 0.50 tEUR to start`. The whole of it is on the station's page. */
export function PriceLine({ tariff }: { tariff: ListedTariff }) {
  const [first = [], ...others] = describeTariff(tariff).elements;
  if (first.length === 0) return <Trans>Free of charge</Trans>;
  return (
    <>
      {shortParts(first).map((part, index) => (
        <span key={part.component}>
          {index > 0 && " + "}
          <ShortPrice part={part} tariff={tariff} />
        </span>
      ))}
      {others.length > 0 && "…"}
    </>
  );
}

/** An hour that costs the same whether the car charges or not is said once. */
export function shortParts(prices: readonly TariffPrice[]): ShortPart[] {
  const amountOf = (component: TariffPrice["component"]) =>
    prices.find((price) => price.component === component)?.amount;
  const time = amountOf("time");
  if (time === undefined || time !== amountOf("idle"))
    return prices.map(({ component, amount }) => ({ component, amount }));
  return prices.flatMap(({ component, amount }): ShortPart[] => {
    if (component === "idle") return [];
    return [{ component: component === "time" ? "connected" : component, amount }];
  });
}

function ShortPrice({ part, tariff }: { part: ShortPart; tariff: ListedTariff }) {
  const money = useFormat().money(part.amount, currencyFormat(tariff.currency));
  switch (part.component) {
    case "energy":
      return <Trans>{money}/kWh</Trans>;
    case "time":
      return <Trans>{money}/h</Trans>;
    case "connected":
      return <Trans>{money}/h plugged in</Trans>;
    case "idle":
      return <Trans>{money}/h when not charging</Trans>;
    case "flat":
      return <Trans>{money} to start</Trans>;
  }
}
