import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { createTariff, type ListedTariff, packRestrictions } from "@openjoule/sdk";
import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import { TariffWords } from "./TariffWords.tsx";

const simple = createTariff({ currency: 1n, minimumDeposit: 1n, settlementWindowSeconds: 21_600 });
const free = { pricePerKwh: 0n, pricePerHour: 0n, idlePerHour: 0n, flat: 0n, restrictions: 0n };
const night = { timeFrom: 22 * 60, timeTo: 6 * 60, days: 0b0011111 };

function wordsOf(elements: ListedTariff["pricing"]["elements"]): string {
  const tariff: ListedTariff = {
    ...simple,
    pricing: { ...simple.pricing, utcOffsetSeconds: 3600, elements },
    id: "0x00",
    currency: { token: "0x0000000000000000000000000000000000000001", symbol: "tEUR", decimals: 6 },
  };
  const { container } = render(
    <I18nProvider i18n={i18n}>
      <TariffWords tariff={tariff} />
    </I18nProvider>,
  );
  return (container.textContent ?? "").replaceAll("\u00a0", " ");
}

it("says when each price counts, and what counts otherwise", () => {
  const words = wordsOf([
    { ...free, pricePerKwh: 200_000n, restrictions: packRestrictions(night) },
    { ...free, pricePerKwh: 500_000n },
    { ...free, pricePerKwh: 900_000n },
  ]);
  expect(words).toMatch(
    /^WhenMon, Tue, Wed, Thu, Fri · 22:00 to 06:00 \(UTC\+01:00\)Energy0\.20 tEUR per kWhWhenAt any other timeEnergy0\.50 tEUR per kWhLeast/,
  );
});

it("says that nothing is due where no element is valid", () => {
  const restrictions = packRestrictions({ minEnergyWh: 10_000, maxSeconds: 3600 });
  expect(wordsOf([{ ...free, pricePerKwh: 200_000n, restrictions }])).toMatch(
    /^Whenfrom 10 kWh · up to 1 hrEnergy0\.20 tEUR per kWhAt any other timeFree of charge/,
  );
});
