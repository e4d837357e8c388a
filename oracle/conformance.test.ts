/** docs/conformance.md and the tests it names say the same. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const document = resolve(import.meta.dirname, "../docs/conformance.md");

/** The scenarios that the document lists, by the file that it names above them. */
function documented(): Map<string, string[]> {
  const scenarios = new Map<string, string[]>();
  let names: string[] | undefined;
  for (const line of readFileSync(document, "utf8").split("\n")) {
    const link = /^\[`[^`]+`\]\(([^)]+)\)$/.exec(line)?.[1];
    if (link !== undefined) {
      const file = relative(import.meta.dirname, join(dirname(document), link));
      names = scenarios.get(file) ?? [];
      scenarios.set(file, names);
    }
    const name = /^- (.+)$/.exec(line)?.[1];
    if (name === undefined) continue;
    if (names === undefined) throw new Error(`docs/conformance.md: scenario "${name}" stands under no test file`);
    names.push(name);
  }
  return scenarios;
}

const testsOf = (file: string) =>
  [...readFileSync(join(import.meta.dirname, file), "utf8").matchAll(/^\s*(?:it|test)\(\s*"([^"]+)"/gm)].map(
    ([, name]) => name,
  );

const filesIn = (folder: string) =>
  readdirSync(join(import.meta.dirname, folder))
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join(folder, name));

test("each scenario of docs/conformance.md is a test of that name, and each such test a scenario", () => {
  const scenarios = documented();
  const files = [...filesIn("gateway/ocpp/v16/scenarios"), "habits.test.ts"].sort();
  expect([...scenarios.keys()].sort()).toEqual(files);
  for (const [file, names] of scenarios) expect(names, file).toEqual(testsOf(file));
  const all = [...scenarios.values()].flat();
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(50);
});
