import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Figure } from "../figure.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const nothing = fileURLToPath(new URL("nothing.ts", import.meta.url));
const ROUNDS = 9;
const TARGET_SECONDS = 1;

function seconds(args: readonly string[]): number {
  const started = performance.now();
  execFileSync(process.execPath, args, { cwd: root, stdio: "ignore" });
  return (performance.now() - started) / 1000;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** What the bootstrap adds to a command when nothing has to be set up, beside the same program without it. */
export async function benchBootstrap(): Promise<Figure[]> {
  const rounds = Array.from({ length: ROUNDS }, () => ({
    bare: seconds([nothing]),
    whole: seconds(["scripts/bootstrap.mjs", "run", nothing]),
  }));
  const bare = median(rounds.map((round) => round.bare));
  const added = median(rounds.map((round) => round.whole)) - bare;
  return [
    {
      area: "bootstrap",
      name: "added to a command when nothing changed",
      unit: "s",
      value: added,
      reference: bare,
      referenceName: "a program that does nothing, without it",
      target: { value: TARGET_SECONDS, words: "1 s" },
    },
  ];
}
