#!/usr/bin/env node
// Gives forge the npm package `solc` (wasm) as if it were a native compiler: --version and --standard-json are all it uses.
import { readFileSync } from "node:fs";
import solc from "solc";

if (process.argv.includes("--version"))
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}`);
else process.stdout.write(solc.compile(readFileSync(0, "utf8")));
