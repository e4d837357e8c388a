import fc from "fast-check";
import { stringToHex, zeroHash } from "viem";
import { describe, expect, it } from "vitest";
import { decodeEvseId, encodeEvseId, evseKey, isEvseId, parseEvseId, splitEvseKey } from "./evse-id.ts";

describe("parseEvseId", () => {
  const expected = { canonical: "FRABCE123", display: "FR*ABC*E123", country: "FR", operator: "ABC", outlet: "123" };

  it.each(["FR*ABC*E123", "FRABCE123", "fr*abc*e123", "FR*ABCE123", "FRABC*E123", "FR*ABC*E1*23", "FR*ABC*E*123"])(
    "reads %s",
    (text) => {
      expect(parseEvseId(text)).toEqual(expected);
    },
  );

  it("reads digits in the operator and letters in the outlet", () => {
    expect(parseEvseId("DE*8AA*EA2B")).toMatchObject({ country: "DE", operator: "8AA", outlet: "A2B" });
  });

  it("takes from 7 to 32 characters without separators", () => {
    expect(parseEvseId("FR*ABC*E1").canonical).toHaveLength(7);
    expect(parseEvseId(`FR*ABC*E${"1".repeat(26)}`).canonical).toHaveLength(32);
  });

  it.each([
    ["", "a country of two letters first"],
    ["F1*ABC*E123", "a country of two letters first"],
    ["+49*810*000*438", "only letters, digits and *"],
    ["FR*AB", "an operator of three letters or digits"],
    ["FR*A*BC*E1", "an operator of three letters or digits"],
    ["FR*ABC", "E and an outlet behind the operator"],
    ["FR*ABC*S123", "E behind the operator"],
    ["FR*ABC*E", "an outlet of letters and digits"],
    ["FR*ABC*E1**2", "single * only between them"],
    ["FR*ABC*E12*", "single * only between them"],
    ["FR**ABC*E12", "an operator of three letters or digits"],
    ["*FR*ABC*E12", "a country of two letters first"],
    ["FR-ABC-E123", "only letters, digits and *"],
    ["FR*ABC*E12 ", "only letters, digits and *"],
    ["FR*ABC*É12", "only letters, digits and *"],
    [`FR*ABC*E${"1".repeat(27)}`, "7 to 32 characters without separators, not 33"],
  ])("refuses %j and says what it expected", (text, message) => {
    expect(() => parseEvseId(text)).toThrow(message);
    expect(() => parseEvseId(text)).toThrow(/^InvalidEvseId: evseId is /);
    expect(isEvseId(text)).toBe(false);
  });

  it("does not upper-case other alphabets into ASCII", () => {
    // U+0131 (dotless i) and U+017F (long s) become I and S.
    for (const text of ["F\u0131*ABC*E1", "FR*AB\u017f*E1", "\ufb01*ABC*E1"]) expect(isEvseId(text)).toBe(false);
  });
});

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const alphanumerics = [...letters, ..."0123456789"];
const word = (characters: string[], minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });
const parts = fc.tuple(word(letters, 2, 2), word(alphanumerics, 3, 3), word(alphanumerics, 1, 26));

describe("encodeEvseId", () => {
  it("writes canonical ASCII, left-aligned", () => {
    expect(encodeEvseId("fr*abc*e123")).toBe(`0x465241424345313233${"0".repeat(46)}`);
  });

  it("is read back by decodeEvseId, whatever the separators", () => {
    fc.assert(
      fc.property(parts, fc.constantFrom("", "*"), fc.boolean(), ([country, operator, outlet], separator, lower) => {
        const text = [country, operator, `E${outlet}`].join(separator);
        const encoded = encodeEvseId(lower ? text.toLowerCase() : text);
        expect(decodeEvseId(encoded)).toEqual(parseEvseId(text));
        expect(decodeEvseId(encoded)?.display).toBe(`${country}*${operator}*E${outlet}`);
      }),
    );
  });
});

describe("decodeEvseId", () => {
  it("gives nothing for a retired EVSE", () => {
    expect(decodeEvseId(zeroHash)).toBeUndefined();
  });

  it.each([
    ["lower case", stringToHex("frabce123", { size: 32 })],
    ["separators", stringToHex("FR*ABC*E123", { size: 32 })],
    ["a hole", stringToHex("FRABCE\x0023", { size: 32 })],
    ["right-aligned", `0x${stringToHex("FRABCE123").slice(2).padStart(64, "0")}` as const],
    ["no outlet", stringToHex("FRABCE", { size: 32 })],
    ["too short", "0x46" as const],
    ["no hex", "0xzz" as const],
  ])("refuses %s", (_what, bytes) => {
    expect(() => decodeEvseId(bytes)).toThrow("InvalidEvseId");
  });
});

describe("evseKey", () => {
  const station = 0xabcdn << 24n;

  it("holds the index in the low 16 bits", () => {
    expect(evseKey(station, 3)).toBe(station + 3n);
    expect(splitEvseKey(station + 3n)).toEqual({ stationId: station, index: 3 });
  });

  it("is split into what it was made of", () => {
    const stations = fc.bigInt({ min: 1n, max: (1n << 240n) - 1n }).map((high) => high << 16n);
    fc.assert(
      fc.property(stations, fc.integer({ min: 0, max: 0xffff }), (stationId, index) => {
        expect(splitEvseKey(evseKey(stationId, index))).toEqual({ stationId, index });
      }),
    );
  });

  it("refuses an id with low bits and an index beyond 16 bits", () => {
    for (const id of [0n, -1n << 16n, station + 1n, 1n << 256n]) {
      expect(() => evseKey(id, 0), String(id)).toThrow("InvalidStationId");
    }
    for (const index of [-1, 0.5, 0x1_0000, Number.NaN]) {
      expect(() => evseKey(station, index)).toThrow("InvalidEvseIndex");
    }
  });
});
