// Which npm to run, and with which environment.
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { runWatched } from "./child.mjs";
import { npmFailure, SetupError } from "./report.mjs";
import { forget, remember } from "./unfinished.mjs";

/** npm's JavaScript entry: the npm that started us, or the first one in PATH. Undefined when there is none. */
export function findNpm() {
  const ours = process.env.npm_execpath;
  if (ours && /npm-cli\.c?js$/.test(ours) && existsSync(ours)) return ours;
  const folders = [dirname(process.execPath)].concat((process.env.PATH || "").split(delimiter));
  for (const folder of folders) {
    if (!folder || !existsSync(join(folder, "npm"))) continue;
    const real = realpathSync(join(folder, "npm"));
    if (/npm-cli\.c?js$/.test(real)) return real;
    // Version managers put a shim in PATH; npm itself lies beside their node.
    const beside = join(dirname(real), "node_modules", "npm", "bin", "npm-cli.js");
    if (existsSync(beside)) return beside;
  }
  const bundled = join(dirname(dirname(process.execPath)), "lib", "node_modules", "npm", "bin", "npm-cli.js");
  return existsSync(bundled) ? bundled : undefined;
}

/**
 * The environment of an npm of our own: the person's settings (registry, proxy, certificates, cache) stay, what a
 * surrounding `npm start` says about its own run goes.
 */
function npmEnvironment(node, globalConfig) {
  const env = {};
  for (const name of Object.keys(process.env))
    if (!/^npm_(lifecycle|package|command|execpath|node_execpath)/.test(name)) env[name] = process.env[name];
  for (const name of Object.keys(env))
    if (
      /^npm_config_(local_prefix|prefix|workspaces?|include_workspace_root|omit|only|production|json|dry_run|global|loglevel)$/i.test(
        name,
      )
    )
      delete env[name];
  delete env.NODE_ENV;
  if (globalConfig) env.npm_config_globalconfig = globalConfig;
  env.PATH = dirname(node) + delimiter + (process.env.PATH || "");
  return env;
}

/**
 * Runs npm in a folder behind a line of progress, on record in the project at `root`.
 * @param tools `{ node, npm, globalConfig }`: the Node to run npm under, npm's entry, and the machine's npmrc, which
 * npm would otherwise look for beside that Node.
 */
export function npm(what, tools, { root, cwd }, args) {
  if (!tools.npm)
    return Promise.reject(
      new SetupError("npm is not installed; it comes with Node, or with your system's package `npm`"),
    );
  const quiet = [
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--no-progress",
    "--loglevel=error",
    "--ignore-scripts",
    "--fetch-retries=3",
    "--fetch-retry-mintimeout=2000",
    "--fetch-retry-maxtimeout=10000",
  ];
  return runWatched(
    what,
    tools.node,
    [tools.npm].concat(args, quiet),
    { cwd, env: npmEnvironment(tools.node, tools.globalConfig) },
    { failure: (output) => npmFailure(what, output), started: (pid) => remember(root, pid) },
  ).finally(() => forget(root));
}
