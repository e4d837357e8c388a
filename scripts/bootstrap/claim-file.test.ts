import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { evict, place, read } from "./claim-file.mjs";

let folder: string;
let own: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claim-file-"));
  own = join(folder, "own");
  path = join(folder, "claim");
  writeFileSync(own, "mine");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a claim file", () => {
  it("is placed once, whole", () => {
    expect(read(path)).toBeUndefined();
    expect(place(own, path)).toBe(true);
    expect(place(own, path)).toBe(false);
    expect(read(path)?.content).toBe("mine");
  });

  it("is taken away when void, and left when somebody was quicker", () => {
    writeFileSync(path, "void");
    evict(own, path, ({ content }) => content === "void");
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, "somebody's");
    evict(own, path, ({ content }) => content === "void");
    expect(readFileSync(path, "utf8")).toBe("somebody's");
    // Nothing is there: nobody is asked, nothing is taken.
    rmSync(path);
    evict(own, path, () => expect.unreachable());
  });

  it("is taken away by one at a time; what one who was killed has left does not stay for ever", () => {
    const guard = `${path}.evicting`;
    writeFileSync(path, "void");
    writeFileSync(guard, "another's");
    evict(own, path, () => expect.unreachable());
    expect(readFileSync(path, "utf8")).toBe("void");
    const elevenSecondsAgo = Date.now() / 1000 - 11;
    utimesSync(guard, elevenSecondsAgo, elevenSecondsAgo);
    evict(own, path, () => expect.unreachable());
    evict(own, path, () => true);
    expect([existsSync(path), existsSync(guard)]).toEqual([false, false]);
  });
});
