import { createRun } from "../../../scripts/local/run.ts";

/**
 * A program with a run, for processes.test.ts, which ends it in many ways. It starts three processes, prints their pids
 * (the last one's grandchild too) and the temporary folder as JSON, then does what its argument says.
 */
const [what = "wait", logs = ""] = process.argv.slice(2);

const stays = "setInterval(() => {}, 1000)";
const run = createRun({ folder: logs, onSignal: (signal) => console.log(`ending on ${signal}`) });
const folder = run.temporaryFolder("parent");
const node = (name: string, script: string, graceSeconds: number) =>
  run.start({ name, command: process.execPath, args: ["-e", script], cwd: folder, graceSeconds });
const printed = async (child: Awaited<ReturnType<typeof node>>) => {
  while (!child.lastLines().includes("ready")) await new Promise((next) => setTimeout(next, 20));
  return Number(/ready (\d+)/.exec(child.lastLines())?.[1]);
};

const polite = await node("polite", `console.log("ready", process.pid); ${stays}`, 5);
const stubborn = await node(
  "stubborn",
  `process.on("SIGTERM", () => console.log("no")); console.log("ready", process.pid); ${stays}`,
  0.3,
);
// Detached from its pipes but in the same process group.
const withChild = await node(
  "with-child",
  `const child = require("node:child_process").spawn(process.execPath, ["-e", "${stays}"], { stdio: "ignore" });
   console.log("ready", child.pid); ${stays}`,
  5,
);
const pids = [polite.pid, stubborn.pid, withChild.pid];
await printed(polite);
await printed(stubborn);
pids.push(await printed(withChild));
console.log(JSON.stringify({ pids, folder }));

if (what === "throw") {
  setTimeout(() => {
    throw new Error("on purpose");
  });
} else if (what === "reject") void Promise.reject(new Error("on purpose"));
else if (what === "exit") process.exit(3);
else if (what === "stop") await run.stop();
