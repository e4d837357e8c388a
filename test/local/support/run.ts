import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRun, type Run } from "../../../scripts/local/run.ts";

/** A run whose logs go with it. */
export function createTestRun(): Run {
  const folder = mkdtempSync(join(tmpdir(), "local-test-"));
  const run = createRun({ folder });
  return {
    ...run,
    get stopping() {
      return run.stopping;
    },
    async stop() {
      await run.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
