import { fileURLToPath } from "node:url";
import { defineConfig } from "hardhat/config";

/**
 * Optimizer runs: how often the optimizer thinks each opcode will run. High favours cheap calls over small code; every
 * contract must still fit EIP-170 (24,576 bytes). `SOLC_RUNS` lets the benchmarks compare; foundry.toml says the same.
 */
const optimizerRuns = Number(process.env.SOLC_RUNS ?? 20_000);

export default defineConfig({
  solidity: {
    version: "0.8.37",
    // The compiler is the npm package `solc` (wasm): nothing is downloaded at build time.
    path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
    settings: {
      evmVersion: "osaka",
      viaIR: false,
      optimizer: { enabled: true, runs: optimizerRuns },
    },
  },
  paths: {
    // The benchmark’s floor contracts are compiled beside the product’s.
    sources: ["./contracts", "./bench/contracts"],
    tests: { solidity: "./test/solidity" },
    artifacts: "./artifacts",
    cache: "./cache/hardhat",
  },
  test: {
    solidity: {
      profiles: {
        default: {
          fuzz: { runs: 512, seed: "0x4f70656e4a6f756c65" },
          invariant: { runs: 64, depth: 128, failOnRevert: true },
        },
        // `npx hardhat test solidity --test-profile long`: before a release, outside `npm test`.
        long: {
          fuzz: { runs: 20_000 },
          invariant: { runs: 4_000, depth: 256, failOnRevert: true },
        },
      },
    },
  },
});
