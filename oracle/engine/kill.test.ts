import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { extensionProblem, type Statement, sumPeriods } from "@openjoule/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { decodeJson } from "../store/json.ts";
import { createStore } from "../store/store.ts";

const program = fileURLToPath(new URL("./testing/kill-child.ts", import.meta.url));
const KILLS = Number(process.env.ORACLE_KILLS ?? 10);

let root: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "openjoule-kill-"));
});
afterEach(() => {
  child?.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

/** Runs the child until it is done, or kills it `afterMs` after it began to serve. */
function run(folder: string, afterMs: number | null): Promise<"done" | "killed"> {
  return new Promise((resolve, reject) => {
    let output = "";
    let errors = "";
    const started = spawn(process.execPath, [program, folder], { stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    started.stderr?.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    started.stdout?.on("data", (chunk: Buffer) => {
      const wasReady = output.includes("ready");
      output += chunk.toString();
      if (!wasReady && output.includes("ready") && afterMs !== null) setTimeout(() => started.kill("SIGKILL"), afterMs);
    });
    started.once("exit", (code, signal) => {
      if (output.includes("done")) resolve("done");
      else if (signal === "SIGKILL") resolve("killed");
      else reject(new Error(`the child ended with ${code}: ${errors}`));
    });
  });
}

test("killed again and again in mid-session: every Wh is settled, once, and nothing is signed that is not on record", async () => {
  let kills = 0;
  for (let round = 0; kills < KILLS; round += 1) {
    const folder = join(root, String(round));
    mkdirSync(folder);
    // A different instant each time; in the last round of all the child comes to its end unhurt.
    while ((await run(folder, kills < KILLS ? (kills * 17) % 41 : null)) !== "done") kills += 1;
    await check(folder);
  }
}, 600_000);

async function check(folder: string): Promise<void> {
  const store = await createStore({ path: join(folder, "oracle.sqlite") });
  try {
    const rows = await store.db.selectFrom("statements").selectAll().orderBy("sequence").execute();
    const statements = rows.map((row) => decodeJson<Statement>(row.statement));
    for (const [index, next] of statements.entries()) {
      const previous = statements[index - 1];
      if (previous !== undefined) expect(extensionProblem(previous, next)).toBeUndefined();
    }
    expect(rows.filter((row) => row.final === 1)).toHaveLength(1);
    expect(sumPeriods(statements.at(-1)?.periods ?? []).energyWh).toBe(1_600);
    expect(await store.db.selectFrom("transactions").select("id").execute()).toHaveLength(1);

    const onRecord = new Set(rows.map((row) => row.statement_hash));
    const signed = readFileSync(join(folder, "signed.log"), "utf8").trim().split("\n");
    expect(signed.length).toBeGreaterThan(0);
    expect(signed.filter((digest) => !onRecord.has(digest))).toEqual([]);
  } finally {
    await store.close();
  }
}
