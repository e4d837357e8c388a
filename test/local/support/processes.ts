import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunning } from "../../../scripts/local/processes.ts";
import { waitFor } from "../../../scripts/local/wait.ts";

/** Waits until none of the processes runs any more. */
export async function expectGone(pids: readonly number[], timeoutSeconds = 15): Promise<void> {
  await waitFor(`processes ${pids.join(", ")} end`, () => pids.every((pid) => !isRunning(pid)), { timeoutSeconds });
}

/** The processes that a process has started (Linux). */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
}

/**
 * Gives this process a temporary folder of its own, so that a test sees what is left in it although other programs run.
 * It is open to all users, as the system's is: PostgreSQL runs as another one.
 */
export function ownTemporaryFolder() {
  const previous = process.env.TMPDIR;
  const folder = mkdtempSync(join(tmpdir(), "local-test-"));
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  return {
    /** The folders of runs that are in it now. */
    runFolders: () => readdirSync(folder).filter((name) => name.startsWith("openjoule-")),
    remove() {
      if (previous === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = previous;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
