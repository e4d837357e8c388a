import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isRunning } from "../../scripts/local/processes.ts";
import { createRun, type Run } from "../../scripts/local/run.ts";
import { waitFor } from "../../scripts/local/wait.ts";
import { expectGone } from "./support/processes.ts";

const stays = "setInterval(() => {}, 1000)";
let logs: string;

beforeAll(() => {
  logs = mkdtempSync(join(tmpdir(), "processes-test-"));
});
afterAll(() => rmSync(logs, { recursive: true, force: true }));

async function withRun(test: (run: Run) => Promise<void>): Promise<void> {
  const run = createRun({ folder: logs });
  try {
    await test(run);
  } finally {
    await run.stop();
  }
}

const node = (run: Run, name: string, script: string, graceSeconds = 5) =>
  run.start({ name, command: process.execPath, args: ["-e", script], graceSeconds });

describe("a process of a run", () => {
  it("ends by its stop signal, and stopping it twice is harmless", () =>
    withRun(async (run) => {
      const child = await node(run, "polite", stays);
      expect(isRunning(child.pid)).toBe(true);
      expect(await Promise.all([child.stop(), child.stop()])).toEqual(
        Array(2).fill({ exitCode: null, signal: "SIGTERM" }),
      );
      expect(await child.stop()).toEqual({ exitCode: null, signal: "SIGTERM" });
      expect(isRunning(child.pid)).toBe(false);
    }));

  it("is killed when it does not end within its grace period", () =>
    withRun(async (run) => {
      const child = await node(run, "stubborn", `process.on("SIGTERM", () => {}); console.log("ready"); ${stays}`, 0.2);
      await waitFor("it ignores SIGTERM", () => child.lastLines().includes("ready"), { timeoutSeconds: 10 });
      expect(await child.stop()).toEqual({ exitCode: null, signal: "SIGKILL" });
    }));

  it("takes along what it has started", () =>
    withRun(async (run) => {
      const script = `const child = require("node:child_process").spawn(process.execPath, ["-e", "${stays}"]);
        console.log("ready", child.pid); ${stays}`;
      const child = await node(run, "family", script);
      const pid = await waitFor(
        "the grandchild",
        () => Number(/ready (\d+)/.exec(child.lastLines())?.[1]) || undefined,
        {
          timeoutSeconds: 10,
        },
      );
      expect(isRunning(pid)).toBe(true);
      await child.stop();
      await expectGone([pid]);
    }));

  it("shows its last lines when it dies early", () =>
    withRun(async (run) => {
      const child = await node(run, "early", `console.log("first"); console.error("no such table"); process.exit(7)`);
      const waiting = waitFor("it answers", () => undefined, { timeoutSeconds: 20, alive: [child] });
      await expect(waiting).rejects.toMatchObject({
        name: "ProcessDiedError",
        process: "early",
        exitCode: 7,
        message: expect.stringMatching(
          /early ended with code 7; its last lines:\nfirst\nno such table\n\(log: .*early\.log\)/,
        ),
      });
    }));

  it("shows nothing of an earlier process of the same name", () =>
    withRun(async (run) => {
      await (await node(run, "again", `console.log("old")`)).ended;
      const child = await node(run, "again", `console.log("new")`);
      await child.ended;
      expect([child.lastLines(), child.output()]).toEqual(["new", "new\n"]);
    }));

  it("that cannot be started is an error with its name", () =>
    withRun(async (run) => {
      const start = run.start({ name: "nothing", command: join(logs, "no-such-program") });
      await expect(start).rejects.toMatchObject({
        name: "ProcessDiedError",
        message: expect.stringContaining("ENOENT"),
      });
    }));

  it("does not see what the user has in the environment for other programs", () =>
    withRun(async (run) => {
      process.env.HTTP_PROXY = "http://127.0.0.1:9";
      try {
        const child = await node(run, "environment", `console.log(process.env.HTTP_PROXY, typeof process.env.PATH)`);
        await child.ended;
        expect(child.lastLines()).toBe("undefined string");
      } finally {
        delete process.env.HTTP_PROXY;
      }
    }));
});

describe("a run", () => {
  it("ends its parts last started first, and removes its folders", async () => {
    const run = createRun({ folder: logs });
    const order: string[] = [];
    const first = await node(run, "order-first", stays);
    void first.ended.then(() => order.push("first"));
    run.onStop(() => void order.push("second"));
    const third = await node(run, "order-third", stays);
    void third.ended.then(() => order.push("third"));
    const folder = run.temporaryFolder("order");
    await Promise.all([run.stop(), run.stop()]);
    expect(order).toEqual(["third", "second", "first"]);
    expect(existsSync(folder)).toBe(false);
    await expect(node(run, "late", stays)).rejects.toThrow("the run is ending");
  });

  it("ends everything although one part fails to end", async () => {
    const run = createRun({ folder: logs });
    const child = await node(run, "beside-failure", stays);
    const folder = run.temporaryFolder("failure");
    run.onStop(() => Promise.reject(new Error("stuck")));
    await expect(run.stop()).rejects.toMatchObject({ errors: [expect.objectContaining({ message: "stuck" })] });
    expect(isRunning(child.pid)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });
});

describe("when the program with the run ends, nothing is left", () => {
  const parent = fileURLToPath(new URL("support/parent.ts", import.meta.url));

  const programs: ChildProcess[] = [];
  // Its watchdog then sees to the rest: a test that fails leaves nothing either.
  afterEach(() => {
    for (const program of programs.splice(0)) program.kill("SIGKILL");
  });

  /** Starts support/parent.ts; returns when all its processes run. */
  async function startParent(what: string) {
    const program = spawn(process.execPath, [parent, what, join(logs, what)], { stdio: ["ignore", "pipe", "pipe"] });
    programs.push(program);
    let output = "";
    for (const stream of [program.stdout, program.stderr]) stream.on("data", (data) => (output += data));
    const started = await waitFor("the parent's processes", () => /^\{.*\}$/m.exec(output)?.[0], {
      timeoutSeconds: 30,
    });
    const ended = new Promise<ReturnType<typeof howItEnded>>((resolve) => {
      if (program.exitCode !== null || program.signalCode !== null) resolve(howItEnded(program));
      else program.once("close", () => resolve(howItEnded(program)));
    });
    const { pids, folder } = JSON.parse(started) as { pids: number[]; folder: string };
    expect(pids).toHaveLength(4);
    return { program, pids, folder, ended, output: () => output };
  }
  const howItEnded = ({ exitCode, signalCode }: ChildProcess) => ({ exitCode, signal: signalCode });
  const expectNothingLeft = async ({ pids, folder }: { pids: number[]; folder: string }) => {
    await expectGone(pids);
    await waitFor("the folder is removed", () => !existsSync(folder), { timeoutSeconds: 10 });
  };

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("by %s", async (signal) => {
    const parent = await startParent("wait");
    parent.program.kill(signal);
    expect(await parent.ended).toEqual({ exitCode: null, signal });
    expect(parent.output()).toContain(`ending on ${signal}`);
    // In order and before it ended itself: no waiting for the watchdog.
    expect(parent.pids.slice(0, 3).filter(isRunning)).toEqual([]);
    expect(existsSync(parent.folder)).toBe(false);
    await expectNothingLeft(parent);
  });

  it("by a second Ctrl-C, which does not wait for the grace period", async () => {
    const parent = await startParent("wait");
    parent.program.kill("SIGINT");
    await waitFor("the first one", () => parent.output().includes("ending on SIGINT"), { timeoutSeconds: 10 });
    parent.program.kill("SIGINT");
    const { exitCode, signal } = await parent.ended;
    expect(exitCode === 130 || signal === "SIGINT").toBe(true);
    await expectNothingLeft(parent);
  });

  it("by kill -9", async () => {
    const parent = await startParent("wait");
    expect(parent.pids.filter(isRunning)).toEqual(parent.pids);
    parent.program.kill("SIGKILL");
    expect(await parent.ended).toEqual({ exitCode: null, signal: "SIGKILL" });
    await expectNothingLeft(parent);
  });

  it.each([
    ["an exception", "throw", 1],
    ["an unhandled rejection", "reject", 1],
    ["process.exit", "exit", 3],
    ["its own stop", "stop", 0],
  ])("by %s", async (_, what, exitCode) => {
    const parent = await startParent(what);
    expect(await parent.ended).toEqual({ exitCode, signal: null });
    await expectNothingLeft(parent);
  });
});
