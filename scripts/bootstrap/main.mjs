// The steps: parse, Node, packages, command.
import { existsSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./child.mjs";
import { ensureNode } from "./node.mjs";
import { ensurePackages } from "./packages.mjs";
import { SetupError } from "./report.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

const files = {
  start: "scripts/start.ts",
  test: "scripts/test.ts",
  bench: "bench/run.ts",
  check: "scripts/check.ts",
};

/** The file to run, its arguments and its working folder. */
function parse([command, ...rest]) {
  if (command === "run" && rest[0] !== undefined)
    return { file: resolve(rest[0]), args: rest.slice(1), cwd: process.cwd() };
  if (Object.hasOwn(files, command ?? "")) return { file: join(root, files[command]), args: rest, cwd: root };
  throw new SetupError("usage: node scripts/bootstrap.mjs start|test|bench|check [arguments], or: run <file>", 2);
}

/** What the command and its children see: our Node and the packages' programs first in PATH. */
function commandEnvironment(node) {
  const path = [dirname(node), join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter);
  return { ...process.env, PATH: path, NODE: node, npm_node_execpath: node, OPENJOULE_BOOTSTRAP: `${process.pid}` };
}

/** Has the command end when we are killed. */
const follow = ["--import", new URL("follow.mjs", import.meta.url).href];

/** Sets up what is missing, runs the command and leaves its exit code as our own. */
export async function main(argv) {
  try {
    const { file, args, cwd } = parse(argv);
    const tools = await ensureNode(root);
    await ensurePackages(root, tools);
    if (!existsSync(file)) throw new SetupError(`there is no file ${file}`);
    process.exitCode = await runCommand(tools.node, [...follow, file, ...args], {
      cwd,
      env: commandEnvironment(tools.node),
    });
  } catch (error) {
    const known = error instanceof SetupError;
    process.stderr.write(`openjoule: ${known ? error.message : `the set-up failed: ${error?.stack ?? error}`}\n`);
    process.exitCode = known ? error.exitCode : 1;
  }
}
