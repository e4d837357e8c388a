import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { createTariff, type ListedTariff, type SimpleTariff } from "@openjoule/sdk";
import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import { PriceLine } from "./PriceLine.tsx";

function textOf(prices: Partial<SimpleTariff>): string {
  const tariff: ListedTariff = {
    ...createTariff({ currency: 1n, minimumDeposit: 1n, settlementWindowSeconds: 21_600, ...prices }),
    id: "0x00",
    currency: { token: "0x0000000000000000000000000000000000000001", symbol: "tEUR", decimals: 6 },
  };
  const { container } = render(
    <I18nProvider i18n={i18n}>
      <PriceLine tariff={tariff} />
    </I18nProvider>,
  );
  return (container.textContent ?? "").replaceAll("\u00a0", " ");
}

it.each([
  [{ pricePerKwh: 450_000n, flat: 500_000n }, "0.45 tEUR/kWh + 0.50 tEUR to start"],
  [{ pricePerHour: 5_000_000n, idlePerHour: 5_000_000n }, "5.00 tEUR/h plugged in"],
  [{ pricePerHour: 1_000_000n, idlePerHour: 5_000_000n }, "1.00 tEUR/h + 5.00 tEUR/h when not charging"],
  [{ idlePerHour: 5_000_000n }, "5.00 tEUR/h when not charging"],
  [{}, "Free of charge"],
] as const)("says %o in a line", (prices, text) => expect(textOf(prices)).toBe(text));
