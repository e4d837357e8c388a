import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withFileLock } from "./lock.mjs";

const module = new URL("./lock.mjs", import.meta.url).href;
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  path = join(folder, "a.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const program = (work: string) => [
  "--input-type=module",
  "--eval",
  `import { appendFileSync } from "node:fs";
  import { setTimeout as sleep } from "node:timers/promises";
  import { withFileLock } from ${JSON.stringify(module)};
  await withFileLock(${JSON.stringify(path)}, async () => { ${work} });`,
];

describe("a file lock", () => {
  it("lets one process at a time in", async () => {
    const log = join(folder, "log");
    const write = (word: string) => `appendFileSync(${JSON.stringify(log)}, "${word} ");`;
    const work = program(`${write("in")} await sleep(50); ${write("out")}`);
    await Promise.all(Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, work)));
    expect(readFileSync(log, "utf8")).toBe("in out ".repeat(4));
    expect(existsSync(path)).toBe(false);
  });

  it("is given back when the work fails", async () => {
    await expect(withFileLock(path, () => Promise.reject(new Error("in vain")))).rejects.toThrow("in vain");
    expect(await withFileLock(path, async () => "done")).toBe("done");
  });

  it("tells who is waited for, and takes over from one who was killed", async () => {
    const holder = spawn(process.execPath, program(`console.log("held"); await sleep(600_000);`));
    await once(holder.stdout, "data");
    const waitedFor: string[] = [];
    const done = withFileLock(
      path,
      async () => "done",
      (pid) => {
        if (waitedFor.push(pid) === 1) holder.kill("SIGKILL");
      },
    );
    expect(await done).toBe("done");
    expect(waitedFor).toContain(String(holder.pid));
  });
});
