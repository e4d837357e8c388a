import { describe, expect, it } from "vitest";
import { countHardhat, countListed, countOwn, countVitest, verdict } from "./count.ts";

describe("counts", () => {
  it("reads the last line of our own runners, in colour or not", () => {
    expect(countOwn("1 passed, 2 failed\nmore\n\u001b[32m12 passed, 0 failed\u001b[0m\n")).toEqual({
      passed: 12,
      failed: 0,
      skipped: 0,
    });
    expect(countOwn("3 passed, 0 failed, 2 skipped\n")?.skipped).toBe(2);
    expect(countOwn("12 passed, 0 failed tests")).toBeUndefined();
  });

  it("reads hardhat's summary", () => {
    expect(countHardhat("  a\n\n  4 passing\n  1 failing\n")).toEqual({ passed: 4, failed: 1, skipped: 0 });
    expect(countHardhat("  2 failing\n")).toEqual({ passed: 0, failed: 2, skipped: 0 });
    expect(countHardhat("Error HHE902: no such import")).toBeUndefined();
  });

  it("reads vitest's report and counts a file that does not load", () => {
    const file = (status: string, ...statuses: string[]) => ({
      status,
      assertionResults: statuses.map((one) => ({ status: one })),
    });
    const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 1, numTodoTests: 1 };
    const testResults = [file("passed", "passed"), file("failed", "failed"), file("failed")];
    expect(countVitest(JSON.stringify({ ...report, testResults }))).toEqual({ passed: 5, failed: 2, skipped: 2 });
    expect(countVitest("")).toBeUndefined();
    expect(countVitest("{}")).toBeUndefined();
  });

  it("counts the tests that vitest lists", () => {
    expect(countListed('some words\n[{"name":"a"},{"name":"b"}]\n')).toBe(2);
    expect(countListed("[]")).toBe(0);
    expect(countListed("Error: no project")).toBeUndefined();
    expect(countListed('[{"name":')).toBeUndefined();
  });
});

describe("a suite that breaks never looks like one that passes", () => {
  const ten = { passed: 10, failed: 0, skipped: 0 };
  it.each([
    ["no counts", 0, undefined],
    ["an error after its counts", 1, ten],
    ["no tests", 0, { passed: 0, failed: 0, skipped: 3 }],
  ] as const)("%s", (_, exitCode, count) => {
    const result = verdict(exitCode, count);
    expect(result.failed).toBe(1);
    expect(result.problem).toBeTruthy();
  });

  it("keeps honest counts", () => {
    expect(verdict(0, ten)).toEqual(ten);
    expect(verdict(1, { ...ten, failed: 2 })).toEqual({ ...ten, failed: 2 });
  });
});
