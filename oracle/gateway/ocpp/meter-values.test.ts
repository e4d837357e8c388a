import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeMeterValues, parseRegisterWh } from "./meter-values.ts";

const receivedAtMs = Date.UTC(2026, 10, 20, 12, 0, 0);
const timestamp = "2026-11-20T12:00:00Z";
const timestampSeconds = receivedAtMs / 1000;
const one = (...sampledValue: unknown[]) => normalizeMeterValues([{ timestamp, sampledValue }], receivedAtMs);
const sample = (fields: object) => ({
  timestampSeconds,
  context: "periodic",
  energyWh: null,
  powerW: null,
  socPercent: null,
  ...fields,
});

describe("normalizeMeterValues", () => {
  it("takes the standard's defaults: an energy register in Wh, periodic", () => {
    expect(one({ value: "12345" })).toEqual({
      samples: [sample({ energyWh: 12_345 })],
      signedMeterValues: [],
      flags: [],
    });
  });

  it("gathers energy, power and state of charge of one moment into one sample", () => {
    const { samples, flags } = one(
      { value: "12.345", measurand: "Energy.Active.Import.Register", unit: "kWh" },
      { value: "149.6", measurand: "Power.Active.Import", unit: "kW" },
      { value: "41.5", measurand: "SoC", unit: "Percent", location: "EV" },
      { value: "400", measurand: "Voltage", phase: "L1-N", unit: "V" },
    );
    expect(samples).toEqual([sample({ energyWh: 12_345, powerW: 149_600, socPercent: 41.5 })]);
    expect(flags).toEqual([]);
  });

  it("reads every kWh with three decimals as its exact Wh", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2_000_000_000 }), (energyWh) => {
        const kWh = `${Math.floor(energyWh / 1000)}.${String(energyWh % 1000).padStart(3, "0")}`;
        expect(one({ value: kWh, unit: "kWh" }).samples).toEqual([sample({ energyWh })]);
      }),
    );
  });

  it("sums phases when there is no total, and prefers the total when there is", () => {
    const phases = ["L1", "L2", "L3"].map((phase) => ({ value: "100.5", phase, unit: "Wh" }));
    expect(one(...phases).samples).toEqual([sample({ energyWh: 301 })]);
    expect(one(...phases, { value: "310" }).samples).toEqual([sample({ energyWh: 310 })]);
    const toNeutral = ["L1-N", "L2-N"].map((phase) => ({
      value: "1",
      phase,
      unit: "kW",
      measurand: "Power.Active.Import",
    }));
    expect(one(...toNeutral).samples).toEqual([sample({ powerW: 2_000 })]);
  });

  it("keeps contexts apart, so that transaction data has its beginning and its end", () => {
    const { samples } = normalizeMeterValues(
      [
        { timestamp, sampledValue: [{ value: "10", context: "Transaction.Begin" }] },
        {
          timestamp,
          sampledValue: [
            { value: "30", context: "Transaction.End" },
            { value: "29", context: "Sample.Clock" },
          ],
        },
      ],
      receivedAtMs,
    );
    expect(samples.map(({ context, energyWh }) => [context, energyWh])).toEqual([
      ["begin", 10],
      ["end", 30],
      ["clock", 29],
    ]);
  });

  it("prefers the outlet to the inlet", () => {
    expect(one({ value: "90", location: "Inlet" }, { value: "80", location: "Outlet" }).samples).toEqual([
      sample({ energyWh: 80 }),
    ]);
  });

  it("keeps signed values verbatim and apart", () => {
    const ocmf = 'OCMF|{"FV":"1.0"}|{"SD":"30"}';
    const { samples, signedMeterValues } = one({ value: ocmf, format: "SignedData" }, { value: "5" });
    expect(signedMeterValues).toEqual([ocmf]);
    expect(samples).toEqual([sample({ energyWh: 5 })]);
  });

  it.each([
    [{ value: "1.5" }, { energyWh: 1 }, "energy-fractional-wh"],
    [{ value: 7 }, { energyWh: 7 }, "value-as-number"],
    [{ value: "7", unit: "KWH" }, { energyWh: 7_000 }, "unit-misspelt"],
    [{ value: "7", context: "Sample.Whenever" }, { energyWh: 7, context: "other" }, "context-unknown"],
    [{ value: "-2", measurand: "Power.Active.Import" }, { powerW: -2 }, "power-negative"],
  ])("tolerates %o with a flag", (sampled, fields, flag) => {
    expect(one(sampled)).toMatchObject({ samples: [sample(fields)], flags: [flag] });
  });

  it.each([
    [{ value: "-1" }, "energy-negative"],
    [{ value: "" }, "value-unreadable"],
    [{ value: "12,5" }, "value-unreadable"],
    [{ value: "NaN" }, "value-unreadable"],
    [{ value: "9e99" }, "value-unreadable"],
    [{ value: "7", unit: "V" }, "unit-impossible"],
    [{ value: "7", measurand: "Energy" }, "measurand-unknown"],
    [{ value: "101", measurand: "SoC" }, "soc-out-of-range"],
    [{}, "value-unreadable"],
    ["text", "value-unreadable"],
  ])("skips %o with a flag", (sampled, flag) => {
    expect(one(sampled)).toEqual({ samples: [], signedMeterValues: [], flags: [flag] });
  });

  it("flags a reading given twice with different values", () => {
    expect(one({ value: "5" }, { value: "6" })).toMatchObject({
      samples: [sample({ energyWh: 5 })],
      flags: ["reading-twice"],
    });
  });

  it("never throws and always gives safe integers, whatever JSON comes", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const input of [value, [value], [{ timestamp, sampledValue: [value, { value }] }]]) {
          for (const { energyWh, powerW } of normalizeMeterValues(input, receivedAtMs).samples) {
            expect(energyWh === null || (Number.isSafeInteger(energyWh) && energyWh >= 0)).toBe(true);
            expect(powerW === null || Number.isSafeInteger(powerW)).toBe(true);
          }
        }
      }),
    );
  });
});

describe("parseRegisterWh", () => {
  it.each([
    [1_200_345, 1_200_345, []],
    ["1200345", 1_200_345, ["meterStop-as-text"]],
    [12.9, 12, ["meterStop-fractional"]],
    [-5, null, ["meterStop-negative"]],
    [undefined, null, ["meterStop-missing"]],
    ["full", null, ["meterStop-unreadable"]],
  ])("reads %s", (value, energyWh, flags) => {
    expect(parseRegisterWh(value, "meterStop")).toEqual({ energyWh, flags });
  });
});
