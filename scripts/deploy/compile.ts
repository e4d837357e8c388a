import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withFileLock } from "../bootstrap/lock.mjs";
import type { Run } from "../local/run.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Compiles the contracts into artifacts/ with Hardhat, which takes about a second when nothing changed. One compiler at a time
 * in one checkout: two of them take the files of their cache away from each other.
 * @param files instead of all contracts, Solidity files of the tests, from the repository's root
 * @param run where the compiler belongs, so that it ends with it
 * @throws Error with the compiler's words
 */
export async function compileContracts(files: readonly string[] = [], run?: Run): Promise<void> {
  mkdirSync(join(root, ".cache"), { recursive: true });
  await withFileLock(join(root, ".cache", "compiler.lock"), () => compile(files, run));
}

async function compile(files: readonly string[], run?: Run): Promise<void> {
  const hardhat = fileURLToPath(new URL("cli.js", import.meta.resolve("hardhat")));
  const args = [hardhat, "build", ...(files.length === 0 ? ["--no-tests"] : ["--no-contracts", ...files])];
  const failure = (output: string, cause?: Error) =>
    new Error(`the contracts do not compile:\n${output}`, cause && { cause });
  if (run) {
    const child = await run.start({ name: "compiler", command: process.execPath, args, cwd: root, env: process.env });
    if ((await child.ended).exitCode !== 0) throw failure(child.output());
    return;
  }
  await new Promise<void>((resolve, reject) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error) reject(failure(`${stdout}${stderr}`, error));
      else resolve();
    });
  });
}
