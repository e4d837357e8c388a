import { describe, expect, it } from "vitest";
import { type ConnectorType, connectorCodes, decodeConnectors, encodeConnectors } from "./connectors.ts";

describe("connectorCodes", () => {
  it("never change: they are on the chain", () => {
    const [first, second, third, fourth] = Object.entries(connectorCodes);
    expect([first, second, third, fourth]).toEqual([
      ["IEC_62196_T1", 1],
      ["IEC_62196_T1_COMBO", 2],
      ["IEC_62196_T2", 3],
      ["IEC_62196_T2_COMBO", 4],
    ]);
    expect(connectorCodes).toMatchObject({
      CHADEMO: 7,
      GBT_DC: 10,
      SAE_J3400: 13,
      DOMESTIC_E: 24,
      PANTOGRAPH_TOP_DOWN: 43,
    });
  });

  it("are one byte each, without gaps or doubles", () => {
    const codes = Object.values(connectorCodes);
    expect(codes).toEqual(codes.map((_, index) => index + 1));
    expect(codes.length).toBeLessThan(256);
  });
});

describe("encodeConnectors", () => {
  it("writes a byte each from the left", () => {
    expect(encodeConnectors(["IEC_62196_T2_COMBO", "CHADEMO"])).toBe("0x0407000000000000");
  });

  it("is read back for every connector and every length", () => {
    const names = Object.keys(connectorCodes) as ConnectorType[];
    for (const name of names) expect(decodeConnectors(encodeConnectors([name]))).toEqual([name]);
    for (let length = 1; length <= 8; length++) {
      expect(decodeConnectors(encodeConnectors(names.slice(0, length)))).toEqual(names.slice(0, length));
    }
  });

  it("refuses none, nine and unknown ones", () => {
    expect(() => encodeConnectors([])).toThrow("InvalidConnectors: connectors is [], expected 1 to 8 connectors");
    expect(() => encodeConnectors(Array(9).fill("CHADEMO"))).toThrow("1 to 8 connectors");
    expect(() => encodeConnectors(["NACS" as ConnectorType])).toThrow(
      'connectors is "NACS", expected an OCPI ConnectorType',
    );
    expect(() => encodeConnectors(["toString" as ConnectorType])).toThrow("an OCPI ConnectorType");
  });
});

describe("decodeConnectors", () => {
  it("reads none of a retired EVSE", () => {
    expect(decodeConnectors("0x0000000000000000")).toEqual([]);
  });

  it("keeps the code of one that has no name yet", () => {
    expect(decodeConnectors("0x04ff000000000000")).toEqual(["IEC_62196_T2_COMBO", "UNKNOWN_255"]);
  });

  it("refuses gaps and other lengths", () => {
    for (const bytes of ["0x0400030000000000", "0x0004000000000000", "0x04", "0xzz"] as const) {
      expect(() => decodeConnectors(bytes), bytes).toThrow("InvalidConnectors");
    }
  });
});
