import { startChain } from "../../../scripts/local/chain.ts";
import { startGraphNode } from "../../../scripts/local/graph-node.ts";
import { startPostgres } from "../../../scripts/local/postgres.ts";
import { createRun } from "../../../scripts/local/run.ts";

/**
 * A program with a chain, a PostgreSQL and a graph-node, for graph-node.test.ts, which ends it. It prints their pids as
 * JSON and then waits, or exits when it is asked to.
 */
const [buildFolder = "", logs = "", what = "wait"] = process.argv.slice(2);

const run = createRun({ folder: logs });
const chain = await startChain({ run, blockSeconds: 1 });
const postgres = await startPostgres({ run });
const postgresUrl = await postgres.createDatabase("graph");
const node = await startGraphNode({ run, buildFolder, chainUrl: chain.url, postgresUrl });
console.log(JSON.stringify({ pids: [chain.pid, postgres.pid, node.pid] }));
if (what === "exit") process.exit(3);
