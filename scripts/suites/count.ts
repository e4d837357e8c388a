import { stripVTControlCharacters } from "node:util";

/** What a suite says of itself. `skipped` tests are shown, and neither pass nor fail. */
export type Count = { passed: number; failed: number; skipped: number };

const number = (match: RegExpMatchArray | undefined | null) => Number(match?.[1] ?? 0);

/** The last line of the form `12 passed, 0 failed` (our own runners end with it); undefined without one. */
export function countOwn(output: string): Count | undefined {
  const lines = [...stripVTControlCharacters(output).matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/gm)];
  const last = lines.at(-1);
  return last && { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(last[3] ?? 0) };
}

/** Hardhat's `  12 passing`, `  1 failing`, `  2 skipped` lines; undefined when it did not come that far. */
export function countHardhat(output: string): Count | undefined {
  const text = stripVTControlCharacters(output);
  const passing = text.match(/^\s*(\d+) passing/m);
  const failing = text.match(/^\s*(\d+) failing/m);
  if (passing === null && failing === null) return undefined;
  return {
    passed: number(passing),
    failed: number(failing),
    skipped: number(text.match(/^\s*(\d+) (?:skipped|pending)/m)),
  };
}

/**
 * The report of Vitest's JSON reporter; undefined when it is not one. A file that cannot be loaded has no tests of its
 * own and counts as one failure.
 */
export function countVitest(report: string): Count | undefined {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(report);
    const broken = testResults.filter(
      (file: { status: string; assertionResults: { status: string }[] }) =>
        file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
    ).length;
    const count = {
      passed: numPassedTests,
      failed: numFailedTests + broken,
      skipped: (numPendingTests ?? 0) + (numTodoTests ?? 0),
    };
    return Object.values(count).every(Number.isInteger) ? count : undefined;
  } catch {
    return undefined;
  }
}

/** How many tests `vitest list --json` names; undefined when it is no list. */
export function countListed(output: string): number | undefined {
  try {
    const tests: unknown = JSON.parse(output.slice(output.indexOf("[")));
    return Array.isArray(tests) ? tests.length : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What a finished suite is worth: it fails at least once when it left with an error, said nothing readable, or had no
 * test at all, so that a suite that breaks can never look like one that passes.
 */
export function verdict(exitCode: number, count: Count | undefined): Count & { problem?: string } {
  if (count === undefined)
    return { passed: 0, failed: 1, skipped: 0, problem: `gave no counts (exit code ${exitCode})` };
  if (exitCode !== 0 && count.failed === 0) return { ...count, failed: 1, problem: `ended with exit code ${exitCode}` };
  if (count.passed + count.failed === 0) return { ...count, failed: 1, problem: "has no tests" };
  return count;
}
