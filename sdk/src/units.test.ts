import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  durationParts,
  formatDecimal,
  formatEnergy,
  formatMoney,
  formatPower,
  kilowattHours,
  kilowatts,
  parseDecimal,
  parseKilowattHours,
  parseMoney,
} from "./units.ts";

describe("formatDecimal", () => {
  it.each([
    [0n, 6, "0"],
    [1n, 6, "0.000001"],
    [1_050_000n, 6, "1.05"],
    [-1_050_000n, 6, "-1.05"],
    [-1n, 2, "-0.01"],
    [42n, 0, "42"],
    [2n ** 256n - 1n, 18, "115792089237316195423570985008687907853269984665640564039457.584007913129639935"],
  ])("writes %d with %d decimals as %s", (value, decimals, text) => {
    expect(formatDecimal(value, decimals)).toBe(text);
  });

  it("keeps as many zeros as asked for, and never drops a digit that matters", () => {
    expect(formatDecimal(1_500_000n, 6, { minimumFractionDigits: 2 })).toBe("1.50");
    expect(formatDecimal(1_500_001n, 6, { minimumFractionDigits: 2 })).toBe("1.500001");
    expect(formatDecimal(2n, 0, { minimumFractionDigits: 2 })).toBe("2.00");
  });

  it("is read back by parseDecimal", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.integer({ min: 0, max: 30 }), fc.nat(8), (value, decimals, digits) => {
        expect(parseDecimal(formatDecimal(value, decimals), decimals)).toBe(value);
        expect(parseDecimal(formatDecimal(value, decimals, { minimumFractionDigits: digits }), decimals)).toBe(value);
      }),
    );
  });

  it("refuses impossible decimals", () => {
    for (const decimals of [-1, 256, 1.5]) expect(() => formatDecimal(1n, decimals)).toThrow("InvalidDecimals");
  });
});

describe("parseDecimal", () => {
  it.each(["", ".", "1.", ".5", "1,5", "1e3", " 1", "1 000", "+1", "--1", "0x10", "NaN", "١"])("refuses %j", (text) => {
    expect(() => parseDecimal(text, 6)).toThrow("InvalidDecimal:");
  });

  it("refuses to round, but lets zeros pass", () => {
    expect(() => parseDecimal("1.0000001", 6)).toThrow(
      'TooManyDecimals: text is "1.0000001", expected at most 6 digits',
    );
    expect(parseDecimal("1.0000010", 6)).toBe(1_000_001n);
    expect(parseDecimal("7.000", 0)).toBe(7n);
    expect(parseDecimal("-0.5", 1)).toBe(-5n);
  });
});

describe("money", () => {
  const euro = { decimals: 6, symbol: "tEUR" };

  it("is written exactly, with two decimals at least", () => {
    expect(formatMoney(1_500_000n, euro)).toBe("1.50 tEUR");
    expect(formatMoney(1n, euro)).toBe("0.000001 tEUR");
    expect(formatMoney(500n, { decimals: 0, symbol: "JPY" })).toBe("500 JPY");
    expect(formatMoney(5n, { decimals: 1, symbol: "X" })).toBe("0.5 X");
  });

  it("is read with or without its symbol", () => {
    for (const text of ["1.50 tEUR", "1.5", " 1.50tEUR "]) expect(parseMoney(text, euro)).toBe(1_500_000n);
    expect(() => parseMoney("1.50 USD", euro)).toThrow("InvalidDecimal");
    expect(() => parseMoney("-1", euro)).toThrow("NegativeAmount");
  });
});

describe("energy and power", () => {
  it("are exact in kWh and kW", () => {
    expect(kilowattHours(1234)).toBe("1.234");
    expect(kilowattHours(2n ** 64n)).toBe("18446744073709551.616");
    expect(kilowatts(150_500)).toBe("150.5");
    expect(parseKilowattHours("1.234")).toBe(1234n);
  });

  it("have the unit that fits", () => {
    expect([0, 999, 1000, 1234, -999, -1000].map(formatEnergy)).toEqual([
      "0 Wh",
      "999 Wh",
      "1 kWh",
      "1.234 kWh",
      "-999 Wh",
      "-1 kWh",
    ]);
    expect([950, 150_000].map(formatPower)).toEqual(["950 W", "150 kW"]);
  });

  it("are integers", () => {
    for (const value of [0.5, Number.NaN, 2 ** 53]) expect(() => formatEnergy(value)).toThrow("InvalidInteger");
  });
});

describe("durationParts", () => {
  it("splits seconds", () => {
    expect(durationParts(0)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 0 });
    expect(durationParts(93_784)).toEqual({ days: 1, hours: 2, minutes: 3, seconds: 4 });
  });

  it("adds up again", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (total) => {
        const { days, hours, minutes, seconds } = durationParts(total);
        expect(((days * 24 + hours) * 60 + minutes) * 60 + seconds).toBe(total);
      }),
    );
  });

  it("refuses what is no length of time", () => {
    expect(() => durationParts(-1)).toThrow("NegativeAmount");
    expect(() => durationParts(0.5)).toThrow("InvalidInteger");
  });
});
