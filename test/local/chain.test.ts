import { afterEach, describe, expect, it } from "vitest";
import { anvilBinary } from "../../scripts/local/binaries.ts";
import { type ChainOptions, startChain } from "../../scripts/local/chain.ts";
import { findFreePort } from "../../scripts/local/ports.ts";
import type { Run } from "../../scripts/local/run.ts";
import { waitFor } from "../../scripts/local/wait.ts";
import { expectGone } from "./support/processes.ts";
import { createTestRun } from "./support/run.ts";

const runs: Run[] = [];
afterEach(async () => {
  for (const run of runs.splice(0)) await run.stop();
});

async function start(options: Omit<ChainOptions, "run"> = {}) {
  const run = createTestRun();
  runs.push(run);
  return startChain({ run, ...options });
}

const account = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const transfer = { from: account, to: `0x${"11".repeat(20)}`, value: "0x1" };

describe("the local chain", () => {
  it("answers on loopback, mines each transaction at once, runs Osaka, and is gone after stop", async () => {
    const chain = await start({ genesisTimestamp: 1_700_000_000 });
    expect(await chain.rpc("eth_chainId")).toBe("0x7a69");
    expect(await chain.rpc("eth_accounts")).toHaveLength(10);
    expect(BigInt(await chain.rpc<string>("eth_getBalance", [account, "latest"]))).toBe(10_000n * 10n ** 18n);
    const hash = await chain.rpc("eth_sendTransaction", [transfer]);
    await waitFor("the receipt", async () => (await chain.rpc("eth_getTransactionReceipt", [hash])) !== null, {
      timeoutSeconds: 5,
    });
    expect(await chain.rpc("eth_blockNumber")).toBe("0x1");
    expect(await chain.rpc("eth_getBlockByNumber", ["0x0", false])).toMatchObject({ timestamp: "0x6553f100" });
    expect(await chain.rpc("anvil_nodeInfo")).toMatchObject({ hardFork: "Osaka" });
    await chain.stop();
    await chain.stop();
    await expectGone([chain.pid]);
    await expect(chain.rpc("eth_chainId")).rejects.toThrow("fetch failed");
  });

  it("mines at an interval, with the chain id, accounts and balance asked for", async () => {
    const chain = await start({ blockSeconds: 1, chainId: 1337, accounts: 3, balanceEther: 5 });
    expect(await chain.rpc("eth_accounts")).toHaveLength(3);
    expect(BigInt(await chain.rpc<string>("eth_getBalance", [account, "latest"]))).toBe(5n * 10n ** 18n);
    const number = async () => Number(await chain.rpc("eth_blockNumber"));
    const before = await number();
    await waitFor("two blocks without a transaction", async () => (await number()) >= before + 2, {
      timeoutSeconds: 20,
    });
    expect(chain.chainId).toBe(1337);
  });

  it("forgets old states, and no log, receipt or block", async () => {
    const chain = await start({ statesKept: 5 });
    const hash = await chain.rpc("eth_sendTransaction", [transfer]);
    await waitFor("the receipt", async () => (await chain.rpc("eth_getTransactionReceipt", [hash])) !== null, {
      timeoutSeconds: 5,
    });
    await chain.rpc("anvil_mine", ["0x14"]);
    await expect(chain.rpc("eth_getBalance", [account, "0x1"])).rejects.toThrow("BlockOutOfRange");
    expect(await chain.rpc("eth_getTransactionReceipt", [hash])).toMatchObject({ status: "0x1", blockNumber: "0x1" });
    expect(await chain.rpc("eth_getBlockByNumber", ["0x1", false])).toMatchObject({ transactions: [hash] });
  });

  it("keeps enough states for a reorganisation of 64 blocks", async () => {
    const chain = await start();
    await chain.rpc("anvil_mine", ["0x64"]);
    const { hash } = await chain.rpc<{ hash: string }>("eth_getBlockByNumber", ["0x25", false]);
    await chain.rpc("anvil_reorg", [64, []]);
    expect(await chain.rpc("eth_blockNumber")).toBe("0x64");
    expect(await chain.rpc("eth_getBlockByNumber", ["0x25", false])).not.toMatchObject({ hash });
  });

  it("says in words that its port is taken", async () => {
    const first = await start();
    await expect(start({ port: first.port })).rejects.toThrow(
      `port ${first.port} (chain) is in use; set CHAIN_PORT or stop the other program`,
    );
  });

  it("shows what anvil says when it does not start", async () => {
    const run = createTestRun();
    runs.push(run);
    const starting = startChain({ run, port: await findFreePort(), accounts: -1 });
    await expect(starting).rejects.toMatchObject({
      name: "ProcessDiedError",
      message: expect.stringMatching(/^chain ended with code 2; its last lines:\n.*unexpected argument '-1'/s),
    });
  });

  it("has a build for the machines we name, and says so where it has none", () => {
    expect(anvilBinary({ os: process.platform, cpu: process.arch })).toMatch(/anvil-.*\/bin\/anvil$/);
    expect(() => anvilBinary({ os: "sunos", cpu: "x64" })).toThrow(
      "the chain (anvil) needs the npm package @foundry-rs/anvil-sunos-amd64, which is not here",
    );
  });
});
