import { describe, expect, it } from "vitest";
import { readStartOptions, StartOptionsError } from "./start-options.ts";

describe("the options of npm start", () => {
  it("are read", () => {
    expect(readStartOptions(["--once", "--json"])).toEqual({ once: true, json: true });
    expect(readStartOptions([])).toEqual({});
  });

  it.each([
    ["--onse", "--onse"],
    ["-x", "-x"],
    ["now", "now"],
    ["--once=yes", "--once"],
    ["--bad. \nname", "--bad"],
  ])("refuse %j in one line that names it and those that exist", (given, named) => {
    const read = () => readStartOptions([given]);
    expect(read).toThrow(StartOptionsError);
    expect(read).toThrow(new RegExp(`^.*${named}.*; the options are --once, --json, --help$`));
  });
});
