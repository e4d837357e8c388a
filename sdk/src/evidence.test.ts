import { concat, encodeAbiParameters, type Hex, keccak256, stringToHex, zeroHash } from "viem";
import { describe, expect, it } from "vitest";
import { type Batteries, type Battery, batteriesHash, batteriesProblem, evidenceHash } from "./evidence.ts";

const empty: Battery = { id: "NIO-100-000417", stateOfChargeBps: 1_250, stateOfHealthBps: 9_420 };
const full: Battery = { id: "NIO-100-000902", stateOfChargeBps: 9_050, stateOfHealthBps: 9_810 };
const swap: Batteries = { taken: [empty], given: [full] };

/** EIP-712 by hand, without the library's own encoder. */
const typeHash = (type: string) => keccak256(stringToHex(type));
const BATTERY = "Battery(string id,uint16 stateOfChargeBps,uint16 stateOfHealthBps)";
const word = { type: "bytes32" } as const;
const number = { type: "uint16" } as const;
const byHand = ({ taken, given }: Batteries): Hex => {
  const one = ({ id, stateOfChargeBps, stateOfHealthBps }: Battery) =>
    keccak256(
      encodeAbiParameters(
        [word, word, number, number],
        [typeHash(BATTERY), keccak256(stringToHex(id)), stateOfChargeBps, stateOfHealthBps],
      ),
    );
  const list = (batteries: readonly Battery[]) => keccak256(concat(batteries.map(one)));
  const type = typeHash(`Batteries(Battery[] taken,Battery[] given)${BATTERY}`);
  return keccak256(encodeAbiParameters([word, word, word], [type, list(taken), list(given)]));
};

describe("batteriesHash", () => {
  it("is the EIP-712 hash of both lists in their order", () => {
    for (const given of [swap, { taken: [], given: [full, empty] }, { taken: [full], given: [] }]) {
      expect(batteriesHash(given)).toBe(byHand(given));
    }
  });

  it("differs in each field, and in who had which", () => {
    const changed: Batteries[] = [
      { taken: [full], given: [empty] },
      { taken: [empty], given: [full, { ...full, id: "another" }] },
      { taken: [empty], given: [{ ...full, id: "NIO-100-000903" }] },
      { taken: [empty], given: [{ ...full, stateOfChargeBps: 9_051 }] },
      { taken: [empty], given: [{ ...full, stateOfHealthBps: 9_811 }] },
    ];
    expect(new Set([swap, ...changed].map(batteriesHash)).size).toBe(6);
  });

  it.each<[Batteries, string, string]>([
    [{ taken: [], given: [] }, "NoBatteries", "given"],
    [
      { taken: [], given: Array.from({ length: 17 }, (_, i) => ({ ...full, id: `${i}` })) },
      "TooManyBatteries",
      "given.length",
    ],
    [{ taken: [empty, full, empty], given: [] }, "BatteryTwice", "taken[2].id"],
    [{ taken: [{ ...empty, id: "" }], given: [] }, "BatteryMalformed", "taken[0].id"],
    [{ taken: [{ ...empty, id: "two words" }], given: [] }, "BatteryMalformed", "taken[0].id"],
    [{ taken: [{ ...empty, id: "x".repeat(65) }], given: [] }, "BatteryMalformed", "taken[0].id"],
    [
      { taken: [], given: [full, { ...empty, stateOfChargeBps: 10_001 }] },
      "BatteryMalformed",
      "given[1].stateOfChargeBps",
    ],
    [{ taken: [], given: [{ ...full, stateOfHealthBps: -1 }] }, "BatteryMalformed", "given[0].stateOfHealthBps"],
    [{ taken: [], given: [{ ...full, stateOfHealthBps: 0.5 }] }, "BatteryMalformed", "given[0].stateOfHealthBps"],
  ])("refuses %j by name", (batteries, name, field) => {
    expect(batteriesProblem(batteries)).toMatchObject({ name, field });
    expect(() => batteriesHash(batteries)).toThrow(name);
  });

  it("takes 16 each way, and a battery that comes back to its driver", () => {
    const list = Array.from({ length: 16 }, (_, i) => ({ ...full, id: `${i}` }));
    expect(batteriesProblem({ taken: list, given: list })).toBeUndefined();
  });
});

describe("evidenceHash", () => {
  const records = keccak256("0x01");

  it("is zero without records and batteries", () => {
    expect(evidenceHash({ meterRecords: zeroHash, batteries: zeroHash })).toBe(zeroHash);
  });

  it("is the EIP-712 hash of both, also when one is missing", () => {
    for (const [meterRecords, batteries] of [
      [records, zeroHash],
      [zeroHash, batteriesHash(swap)],
      [records, batteriesHash(swap)],
    ] as const) {
      const type = typeHash("Evidence(bytes32 meterRecords,bytes32 batteries)");
      const hash = keccak256(encodeAbiParameters([word, word, word], [type, meterRecords, batteries]));
      expect(evidenceHash({ meterRecords, batteries })).toBe(hash);
    }
  });
});
