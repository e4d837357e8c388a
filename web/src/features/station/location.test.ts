import { describe, expect, it } from "vitest";
import { readLocation, weekOf } from "./location.ts";
import { readEvse, readStationId } from "./subject.ts";

const nothing = {
  operator: undefined,
  postalCode: undefined,
  hours: undefined,
  parking: undefined,
  accessibility: undefined,
};

describe("readLocation", () => {
  it("reads an OCPI location", () => {
    const metadata = {
      postal_code: "91800",
      operator: { name: "Stations-e" },
      parking_type: "PARKING_LOT",
      accessibility: "reserved",
      opening_times: {
        twentyfourseven: false,
        regular_hours: [{ weekday: 1, period_begin: "08:00", period_end: "22:00" }],
      },
    };
    expect(readLocation(JSON.stringify(metadata))).toEqual({
      operator: "Stations-e",
      postalCode: "91800",
      hours: { always: false, stretches: [{ weekday: 1, begin: "08:00", end: "22:00" }] },
      parking: "parkingLot",
      accessibility: "reserved",
    });
  });

  it.each([
    "ipfs://x",
    "{",
    "null",
    "[]",
    '{"operator":7,"postal_code":{},"parking_type":"toString","accessibility":"yes","opening_times":[]}',
    '{"opening_times":{"regular_hours":[{"weekday":9,"period_begin":"08:00","period_end":"09:00"}]}}',
    '{"opening_times":{"regular_hours":[{"weekday":1,"period_begin":"8am","period_end":"09:00"}]}}',
  ])("takes %s for nothing said", (metadata) => expect(readLocation(metadata)).toEqual(nothing));

  it("reads day and night", () => {
    expect(readLocation('{"opening_times":{"twentyfourseven":true}}').hours).toEqual({ always: true });
  });
});

it("puts days with the same hours in one line, closed ones too", () => {
  const on = (weekday: number, begin = "08:00", end = "19:00") => ({ weekday, begin, end });
  expect(weekOf([on(2), on(1, "14:00", "19:00"), on(1, "08:00", "12:00"), on(3), on(4), on(6)])).toEqual([
    { from: 1, to: 1, hours: ["08:00–12:00", "14:00–19:00"] },
    { from: 2, to: 4, hours: ["08:00–19:00"] },
    { from: 5, to: 5, hours: [] },
    { from: 6, to: 6, hours: ["08:00–19:00"] },
    { from: 7, to: 7, hours: [] },
  ]);
});

describe("what an address names", () => {
  it.each(["FR*ABC*E123", "FRABCE123", "frabce123"])("reads the EVSE id %s", (text) =>
    expect(readEvse(text)).toEqual({ by: "evseId", evseId: "FR*ABC*E123" }),
  );
  it("reads keys and station ids, decimal and hex", () => {
    expect(readEvse("0x50001")).toEqual({ by: "evseKey", evse: 0x50001n });
    expect(readStationId("327680")).toEqual({ by: "station", stationId: 0x50000n });
  });
  it.each(["", "nonsense", "FR*ABC", "0x", "<script>", `0x${"f".repeat(65)}`, "9".repeat(78)])(
    "takes %s for nothing",
    (text) => {
      expect(readEvse(text)).toEqual({ by: "nothing" });
      expect(readStationId(text)).toEqual({ by: "nothing" });
    },
  );
});
