import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { installChromium } from "./install.ts";

/** Programs in apt-get's place: installing for real is what the browser suite does where there is no Chromium. */

const folder = mkdtempSync(join(tmpdir(), "openjoule-install-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function aptGet(name: string, lines: string): { command: string; calls: () => string[] } {
  const command = join(folder, name);
  const log = `${command}.log`;
  writeFileSync(log, "");
  writeFileSync(command, `#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> "${log}"\n${lines}\n`);
  chmodSync(command, 0o755);
  return { command, calls: () => readFileSync(log, "utf8").trim().split("\n") };
}

describe("installing Chromium", () => {
  it("updates the lists, installs without asking, and says so", async () => {
    const { command, calls } = aptGet("works", "exit 0");
    const said: string[] = [];
    await installChromium({ command, onProgress: (text) => said.push(text) });
    const [update, install, ...more] = calls();
    expect(more).toEqual([]);
    expect(update).toMatch(/^noninteractive update /);
    expect(install).toMatch(/^noninteractive install .*-y .*\bchromium\b/);
    expect(said[0]).toContain("apt-get update");
    expect(said[1]).toContain("apt-get install chromium");
  });

  it("ends at the first step that fails, with its last words", async () => {
    const { command, calls } = aptGet("fails", 'echo "E: no network" >&2; exit 100');
    await expect(installChromium({ command })).rejects.toThrow("apt-get update: ended with code 100: E: no network");
    expect(calls()).toHaveLength(1);
  });

  it("waits no longer than it may", async () => {
    const { command } = aptGet("hangs", "exec sleep 60");
    await expect(installChromium({ command, timeoutSeconds: 0.3 })).rejects.toThrow(
      "apt-get update: was not done within 0.3 s",
    );
  });

  it("says that there is no apt-get", async () => {
    await expect(installChromium({ command: join(folder, "missing") })).rejects.toThrow(/ENOENT/);
  });
});
