import { resolve } from "node:path";
import { MissingBinaryError, TimedOutError } from "./errors.ts";
import { resolveGraphNode } from "./graph-node.ts";
import { startPostgres } from "./postgres.ts";
import type { Run } from "./run.ts";
import { waitFor } from "./wait.ts";

export interface GndTestOptions {
  run: Run;
  /** Folder of the subgraph, already built: subgraph.yaml, and build/ beside it. */
  subgraphFolder: string;
  /** Test files (JSON), relative to that folder. Default: all of its tests/. */
  files?: readonly string[];
  /** A database for the tests. Default: a PostgreSQL of their own. */
  postgresUrl?: string;
  /** For all files together, seconds; one takes about 1.5. Default 300. */
  timeoutSeconds?: number;
}

export interface GndTestResult {
  ok: boolean;
  passed: number;
  failed: number;
  /** What `gnd test` has written, without colours: queries that failed, expected beside actual. */
  output: string;
}

/**
 * Runs `gnd test`: mocked blocks through the real WASM and the real store, then GraphQL assertions.
 *
 * @throws MissingBinaryError, TimedOutError; ProcessDiedError when it ends without a count of tests
 */
export async function runGndTest(options: GndTestOptions): Promise<GndTestResult> {
  const { run, files = [], timeoutSeconds = 300 } = options;
  const choice = resolveGraphNode({});
  if (choice.kind !== "gnd") throw new MissingBinaryError(choice.kind === "none" ? choice.advice : choice.kind);

  const postgres = options.postgresUrl === undefined ? await startPostgres({ run }) : undefined;
  try {
    const child = await run.start({
      name: "gnd-test",
      command: choice.binary,
      args: [
        ...["test", "--skip-build"],
        ...["--postgres-url", options.postgresUrl ?? (await postgres?.createDatabase("tests")) ?? ""],
        ...files,
      ],
      cwd: resolve(options.subgraphFolder),
      stopSignal: "SIGKILL",
    });
    try {
      // It hangs when it panics: then the log says so and the process is still there.
      await waitFor("gnd test ends", () => child.exit !== undefined || child.lastLines(60).includes("panicked at"), {
        timeoutSeconds,
      }).catch((error: TimedOutError) => {
        throw new TimedOutError("gnd test ends", timeoutSeconds, [child.lastLines(30)], { cause: error });
      });
    } finally {
      await child.stop();
    }
    const output = child.output();
    const count = /^Tests: (\d+) passed, (\d+) failed$/m.exec(output);
    if (!count) throw child.deathError();
    const [passed, failed] = [Number(count[1]), Number(count[2])];
    return { ok: child.exit?.exitCode === 0 && failed === 0 && passed > 0, passed, failed, output };
  } finally {
    await postgres?.stop();
  }
}
