import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isRunning } from "./processes.ts";
import { createRun, type Run } from "./run.ts";
import { firstDeath } from "./supervise.ts";

const parts = ["chain", "postgres", "graph-node", "oracle", "charge-point"];

describe("whichever part is killed", () => {
  let folder: string;
  let run: Run;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "supervise-test-"));
    run = createRun({ folder });
  });
  afterEach(async () => {
    await run.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(parts)("%s is named, and nothing of the others is left once the run has stopped", async (victim) => {
    const stays = ["-e", "setInterval(() => {}, 1000)"];
    const start = (name: string) => run.start({ name, command: process.execPath, args: stays });
    const children = await Promise.all(parts.map(start));
    const death = firstDeath(run.running);
    death.catch(() => {});
    const killed = children.find(({ name }) => name === victim);
    process.kill(killed?.pid ?? 0, "SIGKILL");
    await expect(death).rejects.toThrow(new RegExp(`^${victim} .*SIGKILL`));
    await run.stop();
    expect(children.filter(({ pid }) => isRunning(pid))).toEqual([]);
  });
});
