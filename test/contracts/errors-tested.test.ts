import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/**
 * What bad input gets is a named error, and what happens is an event: no name of the interfaces is left without a
 * Solidity test that expects it. The tests themselves check the arguments.
 */

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (pattern: string) =>
  globSync(pattern, { cwd: root }).map((path) => ({ path, text: readFileSync(`${root}/${path}`, "utf8") }));

const interfaces = read("contracts/interfaces/*.sol").map(({ path, text }) => ({
  name: path.replace(/^.*\/|\.sol$/g, ""),
  errors: [...text.matchAll(/^ {4}error (\w+)\(/gm)].map((match) => match[1] as string),
  events: [...text.matchAll(/^ {4}event (\w+)\(/gm)].map((match) => match[1] as string),
}));
const tests = read("test/solidity/**/*.t.sol")
  .map(({ text }) => text)
  .join("\n");

describe.each(interfaces)("$name", ({ name, errors, events }) => {
  it("has a Solidity test for each of its errors", () => {
    // The formatter may break the line behind the parenthesis.
    const expected = (error: string) =>
      new RegExp(`encodeWithSelector\\(\\s*${name}\\.${error}\\.selector`).test(tests);
    expect(errors.filter((error) => !expected(error))).toEqual([]);
  });

  it("has a Solidity test for each of its events", () => {
    expect(events.filter((event) => !tests.includes(`emit ${name}.${event}(`))).toEqual([]);
  });
});

it("finds the interfaces", () => {
  expect(interfaces.map(({ name }) => name).sort()).toEqual([
    "IChargingSessions",
    "IKeeper",
    "ILedger",
    "ILens",
    "IOracleRegistry",
    "ISessions",
    "ISessionsExtension",
    "IStationRegistry",
  ]);
  expect(interfaces.flatMap(({ errors }) => errors).length).toBeGreaterThan(90);
});
