import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as arbitrary from "../testing/arbitraries.ts";
import { extendsPredecessor, extensionProblem } from "./statement-extension.ts";
import { StopReason } from "./stop-reason.ts";
import { type Period, PeriodKind, type Statement } from "./types.ts";

const period = (start: number, seconds: number, energyWh: number): Period => ({
  kind: PeriodKind.Charging,
  start,
  seconds,
  energyWh,
});
const previous: Statement = {
  sequence: 7,
  stopReason: StopReason.None,
  waived: 5n,
  evidence: `0x${"00".repeat(32)}`,
  periods: [period(100, 60, 900), period(160, 60, 1000)],
};
const next = (change: Partial<Statement> = {}): Statement => ({ ...previous, sequence: 8, ...change });
const [first, last] = previous.periods as [Period, Period];

describe("extensionProblem", () => {
  it.each([
    ["nothing new", next()],
    ["a final one", next({ stopReason: StopReason.EVDisconnected })],
    ["more waived", next({ waived: 6n })],
    ["a gap in the sequence", next({ sequence: 100 })],
    ["the last period grown", next({ periods: [first, { ...last, seconds: 61, energyWh: 1017 }] })],
    ["a period behind", next({ periods: [first, last, period(220, 1, 1)] })],
    ["both", next({ periods: [first, { ...last, seconds: 61 }, period(230, 1, 1)] })],
    ["evidence", next({ evidence: `0x${"ee".repeat(32)}` })],
  ])("allows %s", (_what, statement) => {
    expect(extensionProblem(previous, statement)).toBeUndefined();
    expect(extendsPredecessor(previous, statement)).toBe(true);
  });

  it.each([
    ["SequenceNotHigher", next({ sequence: 7 })],
    ["SequenceNotHigher", next({ sequence: 6 })],
    ["WaivedShrinks", next({ waived: 4n })],
    ["PeriodsRemoved", next({ periods: [first] })],
    ["PeriodsRemoved", next({ periods: [] })],
    ["PeriodChanged", next({ periods: [{ ...first, seconds: 61 }, last] })],
    ["PeriodChanged", next({ periods: [{ ...first, energyWh: 899 }, last] })],
    ["PeriodChanged", next({ periods: [first, { ...last, kind: PeriodKind.Idle }] })],
    ["PeriodChanged", next({ periods: [first, { ...last, start: 161 }] })],
    ["PeriodChanged", next({ periods: [{ ...first, start: 99 }, last] })],
    ["PeriodShrinks", next({ periods: [first, { ...last, seconds: 59 }] })],
    ["PeriodShrinks", next({ periods: [first, { ...last, energyWh: 999 }, period(220, 1, 1)] })],
  ])("refuses with %s", (name, statement) => {
    expect(extensionProblem(previous, statement)?.name).toBe(name);
    expect(extendsPredecessor(previous, statement)).toBe(false);
  });

  it("lets nothing follow a final one", () => {
    const final = { ...previous, stopReason: StopReason.Remote };
    expect(extensionProblem(final, next({ stopReason: StopReason.Remote }))?.name).toBe("FollowsFinal");
  });

  it("lets anything follow one without periods", () => {
    expect(extensionProblem({ ...previous, periods: [] }, next())).toBeUndefined();
  });

  it("says which field is wrong and what was expected", () => {
    expect(extensionProblem(previous, next({ periods: [first, { ...last, energyWh: 999 }] }))).toEqual({
      name: "PeriodShrinks",
      field: "periods[1].energyWh",
      value: 999,
      expected: "at least 1000",
    });
  });

  it("is transitive: what extends an extension extends the first", () => {
    const growth = fc.record({
      seconds: fc.nat(100),
      energyWh: fc.nat(100),
      waived: fc.bigInt({ min: 0n, max: 9n }),
      more: arbitrary.periods,
    });
    const grow = (
      from: Statement,
      by: { seconds: number; energyWh: number; waived: bigint; more: Period[] },
    ): Statement => {
      const tail = from.periods.at(-1);
      const grown = tail && { ...tail, seconds: tail.seconds + by.seconds, energyWh: tail.energyWh + by.energyWh };
      const kept = grown ? [...from.periods.slice(0, -1), grown] : [];
      return { ...from, sequence: from.sequence + 1, waived: from.waived + by.waived, periods: [...kept, ...by.more] };
    };
    fc.assert(
      fc.property(arbitrary.periods, growth, growth, (periods, one, two) => {
        const start: Statement = { ...previous, periods };
        const middle = grow(start, one);
        const end = grow(middle, two);
        expect(extensionProblem(start, middle)).toBeUndefined();
        expect(extensionProblem(middle, end)).toBeUndefined();
        expect(extensionProblem(start, end)).toBeUndefined();
      }),
    );
  });
});
