import { parseArgs } from "node:util";
import { verdict } from "./suites/count.ts";
import { runNode } from "./suites/run.ts";
import { type Suite, suites } from "./suites/suites.ts";

/**
 * `npm test [-- --only <suite>]...`: the suites one after the other, as they happen; then a table; then the last line,
 * `N passed, N failed`. Exits 0 when nothing failed.
 */

type Line = { suite: Suite; passed: number; failed: number; skipped: number; seconds: number; problem?: string };

function choose(all: Suite[]): Suite[] {
  const { values } = parseArgs({ options: { only: { type: "string", multiple: true, default: [] } } });
  const names = all.map(({ name }) => name);
  const unknown = values.only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`there is no suite "${unknown}"; there are ${names.join(", ")}`);
  return values.only.length === 0 ? all : all.filter(({ name }) => values.only.includes(name));
}

async function run(suite: Suite, position: string): Promise<Line> {
  console.log(`\n=== ${position} ${suite.name}: ${suite.about}`);
  const started = performance.now();
  // A suite may be silent for long, as while it compiles: say that it is alive.
  const alive = setInterval(
    () => console.log(`... ${suite.name} is running (${Math.round((performance.now() - started) / 1000)} s)`),
    30_000,
  );
  const { exitCode, output, timedOut } = await runNode(suite.args, { timeoutMs: suite.timeoutMs });
  clearInterval(alive);
  const result = verdict(exitCode, suite.count(output));
  const seconds = (performance.now() - started) / 1000;
  if (!timedOut) return { suite, seconds, ...result };
  const problem = `was stopped after ${suite.timeoutMs / 60_000} minutes`;
  return { suite, seconds, ...result, failed: Math.max(1, result.failed), problem };
}

function table(lines: Line[]) {
  console.log("");
  for (const { suite, passed, failed, skipped, seconds, problem } of lines) {
    const mark = failed === 0 ? "ok  " : "FAIL";
    const counts = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    console.log(`${mark} ${suite.name.padEnd(11)} ${counts} (${seconds.toFixed(1)} s)${problem ? `: ${problem}` : ""}`);
  }
}

try {
  const chosen = choose(suites());
  const lines: Line[] = [];
  for (const [index, suite] of chosen.entries()) lines.push(await run(suite, `${index + 1}/${chosen.length}`));
  table(lines);
  const total = (field: "passed" | "failed") => lines.reduce((sum, line) => sum + line[field], 0);
  process.exitCode = total("failed") === 0 ? 0 : 1;
  console.log(`\n${total("passed")} passed, ${total("failed")} failed`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
