import { onBrokenPipe } from "./broken-pipe.ts";
import { readOwnOptions } from "./options.ts";
import { countListed, verdict } from "./suites/count.ts";
import { type Ended, runNode } from "./suites/run.ts";
import { type Suite, suites } from "./suites/suites.ts";

/**
 * `npm test [-- --only <suite>]... [--no-browser]`: the suites one after the other, as they happen, but one that is started
 * ahead of its turn is shown in its turn; then a table; then the last line, `N passed, N failed`. Exits 0 when nothing failed.
 */

type Line = {
  suite: Suite;
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
  /** Why it is not what it should be, or was not run. */
  remark?: string;
};

const values = readOwnOptions("npm test", {
  only: { type: "string", multiple: true, default: [] as string[] },
  /** On a machine that has no Chromium and cannot install one. */
  "no-browser": { type: "boolean", default: false },
});
// Its handler ends what runs, in order.
onBrokenPipe(() => process.kill(process.pid, "SIGTERM"));

const isLeftOut = ({ browser }: Suite) => browser !== undefined && values["no-browser"];

function choose(all: Suite[]): Suite[] {
  const names = all.map(({ name }) => name);
  const unknown = values.only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`there is no suite "${unknown}"; there are ${names.join(", ")}`);
  const chosen = values.only.length === 0 ? all : all.filter(({ name }) => values.only.includes(name));
  if (chosen.every(isLeftOut)) throw new Error("--no-browser leaves nothing of what --only names");
  return chosen;
}

/** A suite that is not run, with the number of tests that this leaves undone. */
async function leaveOut(suite: Suite, listArgs: string[]): Promise<Line> {
  console.log(`\n=== ${suite.name}: left out (--no-browser)`);
  const { output } = await runNode(listArgs, { timeoutMs: 60_000, quiet: true });
  const skipped = countListed(output);
  if (skipped === undefined) throw new Error(`the tests of ${suite.name} could not be listed: ${output.trimEnd()}`);
  return { suite, passed: 0, failed: 0, skipped, seconds: 0, remark: "left out by --no-browser" };
}

async function timed(suite: Suite, quiet: boolean): Promise<Ended & { seconds: number }> {
  const started = performance.now();
  const ended = await runNode(suite.args, { timeoutMs: suite.timeoutMs, quiet });
  return { ...ended, seconds: (performance.now() - started) / 1000 };
}

async function run(suite: Suite, position: string, ahead?: ReturnType<typeof timed>): Promise<Line> {
  console.log(`\n=== ${position} ${suite.name}: ${suite.about}`);
  const started = performance.now();
  // A suite may be silent for long, as while it compiles: say that it is alive.
  const alive = setInterval(
    () => console.log(`... ${suite.name} is running (${Math.round((performance.now() - started) / 1000)} s)`),
    30_000,
  );
  const { exitCode, output, timedOut, seconds } = await (ahead ?? timed(suite, false));
  clearInterval(alive);
  if (ahead) process.stdout.write(output);
  const { problem, ...result } = verdict(exitCode, suite.count(output));
  if (!timedOut) return { suite, seconds, ...result, ...(problem && { remark: problem }) };
  const remark = `was stopped after ${suite.timeoutMs / 60_000} minutes`;
  return { suite, seconds, ...result, failed: Math.max(1, result.failed), remark };
}

function table(lines: Line[]) {
  console.log("");
  for (const { suite, passed, failed, skipped, seconds, remark } of lines) {
    const mark = failed > 0 ? "FAIL" : isLeftOut(suite) ? "skip" : "ok  ";
    const counts = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    console.log(`${mark} ${suite.name.padEnd(11)} ${counts} (${seconds.toFixed(1)} s)${remark ? `: ${remark}` : ""}`);
  }
}

try {
  const chosen = choose(suites());
  const lines: Line[] = [];
  const ahead = new Map<Suite, ReturnType<typeof timed>>();
  for (const [index, suite] of chosen.entries()) {
    for (const other of chosen) if (other.beside === suite.name) ahead.set(other, timed(other, true));
    const { browser } = suite;
    const leave = browser !== undefined && isLeftOut(suite);
    lines.push(
      await (leave ? leaveOut(suite, browser.listArgs) : run(suite, `${index + 1}/${chosen.length}`, ahead.get(suite))),
    );
  }
  table(lines);
  const total = (field: "passed" | "failed") => lines.reduce((sum, line) => sum + line[field], 0);
  process.exitCode = total("failed") === 0 ? 0 : 1;
  console.log(`\n${total("passed")} passed, ${total("failed")} failed`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
