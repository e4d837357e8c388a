import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as arbitrary from "../testing/arbitraries.ts";
import { encodeStatement } from "./periods.ts";
import { type SignedStatement, slashingProof } from "./slashing-proof.ts";
import { StopReason } from "./stop-reason.ts";
import { type Offer, PeriodKind, type Session, type Statement } from "./types.ts";

const word = (digits: string) => `0x${digits.repeat(32)}` as const;
const offer: Offer = {
  evse: 1n,
  owner: `0x${"11".repeat(20)}`,
  ownerEpoch: 0,
  tariffId: word("22"),
  committeeId: word("33"),
  meterKeyHash: word("00"),
  currency: 7n,
  minimumDeposit: 20n,
  powerCapW: 22_000,
};
const session: Session = {
  offerHash: word("44"),
  parentHash: word("55"),
  driver: `0x${"66".repeat(20)}`,
  deposit: 60n,
  counter: 1,
  openedAt: 1_800_000_000,
  maxSeconds: 3600,
  extras: word("00"),
};
const base: Statement = {
  sequence: 3,
  stopReason: StopReason.None,
  waived: 0n,
  evidence: word("00"),
  periods: [{ kind: PeriodKind.Charging, start: 1_800_000_000, seconds: 60, energyWh: 250 }],
};
const signed = (statement: Statement, name = "aa"): SignedStatement => ({
  statement,
  signature: { r: word(name), vs: word("01") },
});
const prove = (one: Statement, other: Statement) => slashingProof({ offer, session }, signed(one), signed(other, "bb"));

describe("slashingProof", () => {
  it("puts the lower sequence first, each statement with its own signature, periods packed", () => {
    const shrunk = { ...base, sequence: 4, periods: [] };
    expect(prove(shrunk, base)).toEqual({
      offer,
      session,
      earlier: { statement: encodeStatement(base), signature: { r: word("bb"), vs: word("01") } },
      later: { statement: encodeStatement(shrunk), signature: { r: word("aa"), vs: word("01") } },
    });
  });

  it.each([
    ["another evidence of the same sequence", { ...base, evidence: word("77") }],
    ["another amount waived in the same sequence", { ...base, waived: 1n }],
    ["a waived amount that shrinks", { ...base, sequence: 2, waived: 1n }],
    ["a final one before it", { ...base, sequence: 2, stopReason: StopReason.Local }],
  ])("proves %s", (_name, other) => {
    expect(prove(base, other)).toBeDefined();
    expect(prove(other, base)).toBeDefined();
  });

  it("finds nothing in a statement that extends the other, in either order", () => {
    const final = { ...base, sequence: 9, stopReason: StopReason.Remote };
    expect(prove(base, final)).toBeUndefined();
    expect(prove(final, base)).toBeUndefined();
  });

  it("finds nothing in one statement with two signatures, whatever it says", () => {
    fc.assert(
      fc.property(arbitrary.statement, (statement) => {
        expect(prove(statement, { ...statement })).toBeUndefined();
      }),
    );
  });
});
