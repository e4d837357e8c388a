import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { compileContracts } from "../scripts/deploy/compile.ts";
import { readOwnOptions } from "../scripts/options.ts";
import { benchBootstrap } from "./bootstrap/index.ts";
import { type Figure, line, table } from "./figure.ts";
import { benchGas } from "./gas/index.ts";
import { benchStart } from "./start/index.ts";
import { benchWeb } from "./web/index.ts";

/**
 * `npm run bench [-- --only <name>]...`: every benchmark, a line a figure, each beside a reference measured in the same
 * run; all of them together write `bench/results.md`.
 */
const benchmarks: Record<string, () => Promise<Figure[]>> = {
  bootstrap: benchBootstrap,
  gas: benchGas,
  start: benchStart,
  web: benchWeb,
};

const values = readOwnOptions("npm run bench", {
  only: { type: "string", multiple: true, default: [] as string[] },
});
const names = Object.keys(benchmarks);
const unknown = values.only.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`there is no benchmark "${unknown}"; there are ${names.join(", ")}`);
  process.exit(2);
}

await compileContracts();
const figures: Figure[] = [];
for (const [name, bench] of Object.entries(benchmarks)) {
  if (values.only.length > 0 && !values.only.includes(name)) continue;
  console.error(`... ${name}`);
  const measured = await bench();
  for (const figure of measured) console.log(line(figure));
  figures.push(...measured);
}

if (values.only.length === 0) {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.versions.node}`;
  const text = `# Measured\n\nWritten by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)} (${machine}).\nA ratio is the value over its reference, both of the same run.\n\n${table(figures)}\n`;
  writeFileSync(new URL("results.md", import.meta.url), text);
  console.error("wrote bench/results.md");
}
