import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readAbis } from "./tools/abis.ts";
import { compileSubgraph, placeSubgraph } from "./tools/compile.ts";
import { defaultDeployments, readPlace } from "./tools/deployment.ts";

/**
 * node subgraph/build.ts [--network localhost] [--deployments <folder>] [--out <folder>]
 *
 * Compiles the mappings (seconds, and only when something changed) and writes the subgraph of a network to
 * `build/<network>/`: sources and manifest, which graph-cli deploys, and in its `build/` what graph-node runs.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      network: { type: "string", default: "localhost" },
      deployments: { type: "string", default: defaultDeployments },
      out: { type: "string" },
    },
  });
  const place = readPlace(values.network, values.deployments);
  const out = values.out ?? join(fileURLToPath(new URL("build", import.meta.url)), values.network);
  const compiled = await compileSubgraph({
    name: "product",
    abis: readAbis(),
    onProgress: (text) => console.log(`Subgraph: ${text}`),
  });
  await placeSubgraph({ compiled, place, out });
  console.log(`Subgraph for ${values.network}: ${join(out, "build", "subgraph.yaml")}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
