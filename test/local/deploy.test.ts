import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chargingSessionsAbi, oracleRegistryAbi, stationRegistryAbi } from "@openjoule/sdk";
import { readDeployment } from "@openjoule/sdk/deployments";
import { createPublicClient, http } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Chain, startChain } from "../../scripts/local/chain.ts";
import { createRun } from "../../scripts/local/run.ts";

const script = fileURLToPath(new URL("../../scripts/deploy.ts", import.meta.url));
const run = createRun();
const folder = mkdtempSync(join(tmpdir(), "openjoule-deployments-"));
let chain: Chain;

beforeAll(async () => {
  chain = await startChain({ run });
});

afterAll(async () => {
  await run.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The script as its user runs it. */
async function deploy(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...args]);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

describe("scripts/deploy.ts", () => {
  it("deploys contracts that know one another and writes where they are", async () => {
    expect(await deploy("--rpc", chain.url, "--out", folder)).toMatchObject({ code: 0, err: "" });
    const { contracts, startBlock } = await readDeployment({ directory: folder, chainId: chain.chainId });
    const client = createPublicClient({ transport: http(chain.url) });
    const sessions = { address: contracts.ChargingSessions.address, abi: chargingSessionsAbi } as const;
    const stations = { address: contracts.StationRegistry.address, abi: stationRegistryAbi } as const;
    const oracles = { address: contracts.OracleRegistry.address, abi: oracleRegistryAbi } as const;
    const same = (a: string, b: string) => expect(a.toLowerCase()).toBe(b.toLowerCase());
    same(await client.readContract({ ...sessions, functionName: "STATION_REGISTRY" }), stations.address);
    same(await client.readContract({ ...sessions, functionName: "ORACLE_REGISTRY" }), oracles.address);
    same(await client.readContract({ ...stations, functionName: "SESSIONS" }), sessions.address);
    same(await client.readContract({ ...oracles, functionName: "SESSIONS" }), sessions.address);
    same(
      await client.readContract({ ...oracles, functionName: "BOND_CURRENCY" }),
      contracts.TestCurrency?.address ?? "",
    );
    const longest = await client.readContract({ ...sessions, functionName: "MAX_DURATION" });
    expect(Number(await client.readContract({ ...oracles, functionName: "UNBONDING_SECONDS" }))).toBeGreaterThan(
      longest,
    );
    const block = await client.getBlock({ blockNumber: BigInt(startBlock), includeTransactions: true });
    expect(block.transactions).toHaveLength(1);
  });

  it.each([
    { args: [], message: "--rpc is missing, expected the URL of a JSON-RPC endpoint" },
    { args: ["--rpc", "nonsense"], message: '--rpc is "nonsense", expected the URL of a JSON-RPC endpoint' },
    { args: ["--rpc", "http://127.0.0.1:1"], message: "--rpc: the endpoint does not answer eth_chainId" },
    { args: ["--rpc", "URL", "--bond-currency", "0x12"], message: '--bond-currency is "0x12", expected an address' },
    { args: ["--rpc", "URL", "--minimum-bond", "0"], message: '--minimum-bond is "0", expected a whole number' },
    { args: ["--rpc", "URL", "more"], message: 'unexpected argument "more"' },
  ])("refuses $args in words and writes nothing", async ({ args, message }) => {
    const before = readdirSync(folder);
    const { code, err } = await deploy(...args.map((arg) => (arg === "URL" ? chain.url : arg)), "--out", folder);
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(readdirSync(folder)).toEqual(before);
  });
});
