import { describe, expect, it } from "vitest";
import {
  assertStatement,
  checkpointProblem,
  finalStatementProblem,
  greatestEnergyWh,
  type StatementContext,
  statementProblem,
} from "./statement-checks.ts";
import { StopReason } from "./stop-reason.ts";
import { type Period, PeriodKind, type Statement } from "./types.ts";

const context: StatementContext = { openedAt: 1000, powerCapW: 3600, now: 10_000 };
const period = (start: number, seconds: number, energyWh = 0): Period => ({
  kind: PeriodKind.Charging,
  start,
  seconds,
  energyWh,
});
const statement = (change: Partial<Statement> = {}): Statement => ({
  sequence: 1,
  stopReason: StopReason.Local,
  waived: 0n,
  evidence: `0x${"00".repeat(32)}`,
  periods: [period(1000, 100, 100)],
  ...change,
});
const nameOf = (change: Partial<Statement>) => statementProblem(statement(change), context)?.name;

describe("statementProblem", () => {
  it("finds none in a good statement, with or without periods", () => {
    expect(nameOf({})).toBeUndefined();
    expect(nameOf({ periods: [] })).toBeUndefined();
    expect(nameOf({ periods: [period(1000, 100), period(1100, 1), period(2000, 8060)] })).toBeUndefined();
  });

  it("says which field is wrong and what was expected", () => {
    expect(statementProblem(statement({ periods: [period(1000, 5), period(1004, 5)] }), context)).toEqual({
      name: "PeriodStartsBefore",
      field: "periods[1].start",
      value: 1004,
      expected: "at least 1005",
    });
    expect(() => assertStatement(statement({ sequence: 0 }), context)).toThrow(
      "SequenceZero: sequence is 0, expected 1 or more",
    );
  });

  it("bounds sequence and waived amount by their types", () => {
    expect(nameOf({ sequence: 0xffff_ffff, waived: (1n << 128n) - 1n })).toBeUndefined();
    for (const sequence of [-1, 0.5, 0x1_0000_0000]) expect(nameOf({ sequence })).toBe("FieldOutOfRange");
    for (const waived of [-1n, 1n << 128n]) expect(nameOf({ waived })).toBe("FieldOutOfRange");
  });

  it("takes 256 periods and refuses 257", () => {
    const periods = Array.from({ length: 257 }, (_, index) => period(1000 + index, 1));
    expect(nameOf({ periods: periods.slice(1) })).toBeUndefined();
    expect(nameOf({ periods })).toBe("TooManyPeriods");
  });

  it.each([
    { seconds: 0 },
    { seconds: -1 },
    { seconds: 1.5 },
    { seconds: 0x1_0000_0000 },
    { energyWh: -1 },
    { energyWh: 0.5 },
    { energyWh: 0x1_0000_0000 },
    { start: 1000.5 },
    { start: 0x100_0000_0000 },
    { kind: 2 as PeriodKind },
  ])("refuses a period with %o", (change) => {
    expect(nameOf({ periods: [{ ...period(1000, 100), ...change }] })).toBe("PeriodMalformed");
  });

  it("lets nothing start before the opening", () => {
    expect(nameOf({ periods: [period(999, 100)] })).toBe("PeriodStartsBefore");
  });

  it("lets the end be a minute ahead of the chain, not more", () => {
    expect(nameOf({ periods: [period(10_059, 1)] })).toBeUndefined();
    expect(nameOf({ periods: [period(10_060, 1)] })).toBe("StatementFromFuture");
  });

  it("bounds the energy by power cap × time with its tolerance, over all periods", () => {
    // 3,600 W for 100 s are 100 Wh; with 5 % and 10 Wh 115.
    expect(greatestEnergyWh(3600, 100)).toBe(115n);
    expect(nameOf({ periods: [period(1000, 100, 115)] })).toBeUndefined();
    expect(nameOf({ periods: [period(1000, 100, 116)] })).toBe("EnergyAbovePowerCap");
    expect(nameOf({ periods: [period(1000, 50, 115), period(1050, 50)] })).toBeUndefined();
  });

  it("rounds the bound down, as the contract does", () => {
    expect(greatestEnergyWh(1, 1)).toBe(10n);
    expect(greatestEnergyWh(360_000, 1)).toBe(115n);
    expect(greatestEnergyWh(0xffff_ffff, 256 * 0xffff_ffff)).toBe(
      (0xffff_ffffn * 0xffff_ffffn * 256n * 105n) / 360_000n + 10n,
    );
  });
});

describe("finalStatementProblem", () => {
  it("asks for a stop reason, then for everything else", () => {
    expect(finalStatementProblem(statement(), context)).toBeUndefined();
    expect(finalStatementProblem(statement({ stopReason: StopReason.None }), context)?.name).toBe("NotFinal");
    expect(finalStatementProblem(statement({ sequence: 0 }), context)?.name).toBe("SequenceZero");
  });
});

describe("checkpointProblem", () => {
  const stored = { checkpointSequence: 4, checkpointEnergyWh: 100n };
  const open = (change: Partial<Statement> = {}) => statement({ sequence: 5, stopReason: StopReason.None, ...change });
  const nameOfCheckpoint = (given: Statement) => checkpointProblem(given, context, stored)?.name;

  it("finds none in one that goes on", () => {
    expect(nameOfCheckpoint(open())).toBeUndefined();
  });

  it("refuses what the contract refuses", () => {
    expect(nameOfCheckpoint(open({ stopReason: StopReason.Local }))).toBe("IsFinal");
    expect(nameOfCheckpoint(open({ periods: [] }))).toBe("NoPeriods");
    expect(nameOfCheckpoint(open({ sequence: 4 }))).toBe("CheckpointNotNewer");
    expect(nameOfCheckpoint(open({ periods: [period(1000, 100, 99)] }))).toBe("CheckpointShrinks");
    expect(nameOfCheckpoint(open({ periods: [period(999, 100, 100)] }))).toBe("PeriodStartsBefore");
  });
});
