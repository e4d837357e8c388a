import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as arbitrary from "../testing/arbitraries.ts";
import { decodeStatement, encodeStatement, packPeriod, unpackPeriod } from "./periods.ts";
import { PeriodKind } from "./types.ts";

const period = { kind: PeriodKind.Idle, start: 0x0102030405, seconds: 0x06070809, energyWh: 0x0a0b0c0d };

describe("packPeriod", () => {
  it("puts kind lowest, then energy, seconds and start", () => {
    expect(packPeriod(period)).toBe(0x0102030405_06070809_0a0b0c0d_01n);
  });

  it("holds the greatest of every field", () => {
    const greatest = { kind: PeriodKind.Idle, start: 0xff_ffff_ffff, seconds: 0xffff_ffff, energyWh: 0xffff_ffff };
    expect(unpackPeriod(packPeriod(greatest))).toEqual(greatest);
  });

  it.each([
    ["kind", 2],
    ["start", 0x100_0000_0000],
    ["seconds", 0x1_0000_0000],
    ["energyWh", 0x1_0000_0000],
    ["energyWh", -1],
    ["seconds", 0.5],
    ["start", Number.NaN],
  ])("refuses %s of %d", (field, value) => {
    expect(() => packPeriod({ ...period, [field]: value })).toThrow(`PeriodFieldOutOfRange: ${field} is ${value}`);
  });
});

describe("unpackPeriod", () => {
  it("refuses words that hold more than a period", () => {
    for (const word of [1n << 112n, -1n, 2n]) expect(() => unpackPeriod(word)).toThrow("PeriodFieldOutOfRange");
  });
});

describe("encodeStatement", () => {
  it("is read back by decodeStatement", () => {
    fc.assert(
      fc.property(arbitrary.statement, (statement) => {
        expect(decodeStatement(encodeStatement(statement))).toEqual(statement);
      }),
    );
  });
});
