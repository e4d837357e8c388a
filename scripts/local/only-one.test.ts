import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AlreadyRunningError, claim } from "./only-one.ts";
import { processStatus } from "./processes.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "only-one-"));
  file = join(folder, "running.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (claimed: object) => writeFileSync(file, JSON.stringify(claimed));
const since = "2026-01-01T00:00:00Z";

/** A process that claims, prints what came of it, and holds its claim until its standard input ends. */
function claimer(): { outcome: Promise<string>; end: () => void } {
  const module = fileURLToPath(new URL("only-one.ts", import.meta.url));
  const code = `
    const { claim } = await import(${JSON.stringify(module)});
    try {
      claim(${JSON.stringify(file)});
      console.log("claimed");
    } catch (error) {
      console.log(error.name);
    }
    process.stdin.resume();
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const outcome = new Promise<string>((resolve) => child.stdout.once("data", (chunk) => resolve(String(chunk).trim())));
  return { outcome, end: () => child.stdin.end() };
}

describe("one network a checkout", () => {
  it("is claimed once, and free again when given back", () => {
    const release = claim(file);
    expect(() => claim(file)).toThrow(AlreadyRunningError);
    release();
    expect(readdirSync(folder)).toEqual([]);
    claim(file)();
  });

  it.each([
    ["a process that is gone", () => write({ pid: 2 ** 22 + 1, startTime: "1", since })],
    ["a number that another process has now", () => write({ pid: process.ppid, startTime: "1", since })],
    ["a half-written file", () => writeFileSync(file, '{"pid": 1')],
  ])("a claim of %s is void", (_, prepare) => {
    prepare();
    const release = claim(file);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ pid: process.pid });
    release();
    expect(existsSync(file)).toBe(false);
  });

  it("a claim of a process that runs is named", () => {
    write({ pid: process.ppid, startTime: processStatus(process.ppid)?.startTime, since });
    expect(() => claim(file)).toThrow(`since ${since} (process ${process.ppid})`);
  });

  it("of several starts at once on a void claim exactly one wins", async () => {
    for (let round = 0; round < 3; round += 1) {
      write({ pid: 2 ** 22 + 1, startTime: "1", since });
      const claimers = [claimer(), claimer(), claimer(), claimer()];
      const outcomes = await Promise.all(claimers.map(({ outcome }) => outcome));
      for (const { end } of claimers) end();
      expect(outcomes.filter((outcome) => outcome === "claimed")).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === "AlreadyRunningError")).toHaveLength(3);
    }
  });
});
