#!/usr/bin/env node
// node scripts/bootstrap.mjs start|test|bench|check [arguments], or: run <file> [arguments]
//
// Makes a fresh clone runnable, then runs the command: finds or installs Node 24, installs the packages under it when
// they are missing or the lockfile changed, and hands over. Needs nothing but Node 18 or newer and npm.
// Standard output belongs to the command alone; everything here speaks on standard error.
// This file is read by whatever Node there is, so it imports nothing until it knows that Node is new enough.
const major = Number(process.versions.node.split(".")[0]);

function refuse(why) {
  process.stderr.write(["openjoule: ", why, "\n"].join(""));
  process.exitCode = 1;
}

if (major < 18) refuse(["Node 18 or newer is needed for the set-up; this is Node", process.versions.node].join(" "));
else if (process.platform === "win32") refuse("Windows needs the Windows Subsystem for Linux (WSL)");
else import("./bootstrap/main.mjs").then((setup) => setup.main(process.argv.slice(2)));
