import { describe, expect, it } from "vitest";
import { createFormat } from "./format.ts";
import { type Locale, locales } from "./locales.ts";

const euro = { decimals: 6, symbol: "tEUR" };
/** Intl uses several kinds of spaces. */
const plain = (text: string) => text.replace(/\s/g, " ");
const all = Object.keys(locales) as Locale[];
const formats = new Map(all.map((locale) => [locale, createFormat(locale)]));
const each = (say: (format: ReturnType<typeof createFormat>) => string) =>
  Object.fromEntries([...formats].map(([locale, format]) => [locale, plain(say(format))]));

describe("numbers in words", () => {
  it("writes money exactly, with two decimals and more only where they matter", () => {
    expect(each((format) => format.money(1_234_500_000n, euro))).toEqual({
      en: "1,234.50 tEUR",
      fr: "1 234,50 tEUR",
      pt: "1.234,50 tEUR",
      zh: "1,234.50 tEUR",
    });
    const { money } = createFormat("en");
    expect(plain(money(1n, euro))).toBe("0.000001 tEUR");
    expect(plain(money(-500_000n, euro))).toBe("-0.50 tEUR");
    // Above 2^53: floats would lie here.
    expect(plain(money(9_007_199_254_740_993_000_001n, euro))).toBe("9,007,199,254,740,993.000001 tEUR");
    expect(plain(money(1_234_567n, euro, 2))).toBe("1.23 tEUR");
    expect(plain(money(3n, { decimals: 0, symbol: "X" }))).toBe("3 X");
  });

  it("writes energy and power", () => {
    expect(each((format) => `${format.energy(12_345)} ${format.power(150_500)}`)).toEqual({
      en: "12.35 kWh 150.5 kW",
      fr: "12,35 kWh 150,5 kW",
      pt: "12,35 kWh 150,5 kW",
      zh: "12.35 kWh 150.5 kW",
    });
    expect(plain(createFormat("en").energy(950))).toBe("0.95 kWh");
  });

  it("writes lengths of time by their two largest parts", () => {
    const { duration } = createFormat("en");
    expect([0, 5, 65, 3600, 3665, 90_000, -3].map((seconds) => plain(duration(seconds)))).toEqual([
      "0 sec",
      "5 sec",
      "1 min 5 sec",
      "1 hr",
      "1 hr 1 min",
      "1 day 1 hr",
      "0 sec",
    ]);
    for (const [locale, format] of formats) expect(format.duration(3_900), locale).toMatch(/1.*5/);
  });

  it("writes how long ago something was, never in the future", () => {
    const { ago } = createFormat("en");
    expect([0, 1, 59, 60, 7_200, 200_000].map((seconds) => ago(1_000_000 - seconds, 1_000_000))).toEqual([
      "now",
      "1 second ago",
      "59 seconds ago",
      "1 minute ago",
      "2 hours ago",
      "2 days ago",
    ]);
    expect(ago(1_000_010, 1_000_000)).toBe("now");
  });

  it("writes distances and shares", () => {
    const { distance, basisPoints } = createFormat("en");
    expect([4, 346, 1_234, 12_345].map((metres) => plain(distance(metres)))).toEqual([
      "0 m",
      "350 m",
      "1.2 km",
      "12 km",
    ]);
    expect(basisPoints(225)).toBe("2.25%");
  });
});
