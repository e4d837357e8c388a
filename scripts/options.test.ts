import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { OptionsError, readOptions } from "./options.ts";

const options = { once: { type: "boolean" }, json: { type: "boolean" } } as const;

describe("a command's options", () => {
  it("are read", () => {
    expect(readOptions(options, ["--once", "--json"])).toEqual({ once: true, json: true });
    expect(readOptions(options, [])).toEqual({});
  });

  it.each([
    ["--onse", "--onse"],
    ["-x", "-x"],
    ["now", "now"],
    ["--once=yes", "--once"],
    ["--bad. \nname", "--bad"],
  ])("refuse %j in one line that names it and those that exist", (given, named) => {
    const read = () => readOptions(options, [given]);
    expect(read).toThrow(OptionsError);
    expect(read).toThrow(new RegExp(`^.*${named}.*; the options are --once, --json$`));
  });

  it.each([
    ["scripts/test.ts", "npm test: .*--onyl.*; the options are --only, --no-browser"],
    ["scripts/check.ts", "npm run check: .*--onyl.*; there are no options"],
    ["bench/run.ts", "npm run bench: .*--onyl.*; the options are --only"],
  ])("are told in one line by %s, with exit code 2", (file, line) => {
    const root = fileURLToPath(new URL("..", import.meta.url));
    const ended = spawnSync(process.execPath, [file, "--onyl"], { cwd: root, encoding: "utf8" });
    expect([ended.status, ended.stdout]).toEqual([2, ""]);
    expect(ended.stderr).toMatch(new RegExp(`^${line}\n$`));
  });
});
