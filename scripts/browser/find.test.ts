import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ChromiumPathError, findChromium } from "./find.ts";

const folder = mkdtempSync(join(tmpdir(), "openjoule-find-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, mode);
  return path;
}

describe("where Chromium is", () => {
  const first = program("first");
  const second = program("second");
  const text = program("text", 0o644);
  const missing = join(folder, "missing");

  it("is the first usual place where a program is", () => {
    expect(findChromium({}, [missing, text, second, first])).toBe(second);
    expect(findChromium({ CHROMIUM_PATH: "" }, [first])).toBe(first);
  });

  it("is nowhere when there is none", () => {
    expect(findChromium({}, [missing, text])).toBeUndefined();
  });

  it("is where CHROMIUM_PATH says, before all else", () => {
    expect(findChromium({ CHROMIUM_PATH: second }, [first])).toBe(second);
  });

  it("refuses a CHROMIUM_PATH that is no program, by its name", () => {
    const directory = join(folder, "directory");
    mkdirSync(directory);
    for (const path of [missing, text, directory]) {
      expect(() => findChromium({ CHROMIUM_PATH: path }, [first]), path).toThrow(new ChromiumPathError(path));
    }
  });
});
