import { join } from "node:path";
import { testCurrencyAbi } from "@openjoule/sdk";
import { type Address, parseEther } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { localAccount } from "../../../scripts/local/accounts.ts";
import { type Network, type NetworkOptions, startNetwork } from "../../../scripts/local/network.ts";
import { waitFor } from "../../../scripts/local/wait.ts";
import { createDriver, type Driver } from "../../../simulators/driver/driver.ts";
import { createTestRun } from "../../local/support/run.ts";
import type { TestSession } from "./session.ts";

/** A whole local network of processes, and the drivers that have money in it. */
export interface TestNetwork extends Network {
  /** Everyone whose ledger account may hold something: the parties and all drivers so far. */
  readonly holders: Address[];
  /** All sessions that were opened by `openSession`. */
  readonly sessions: TestSession[];
  /** Sessions that `expectSettled` has found settled. */
  readonly settled: TestSession[];
  /** A driver with a wallet of his own: 100.00 of the test currency, and ether. */
  newDriver(): Promise<Driver>;
  stop(): Promise<void>;
}

const DRIVER_AMOUNT = 100_000_000n;

/** Charging as quick as it gets: full power at once, the cable in and out by itself, meter values each second. */
const quickChargePoint = [
  ...["--ramp", "0", "--plug-delay", "0", "--unplug-delay", "0", "--meter-interval", "1"],
  ...["--backoff", "0.2", "--max-backoff", "1"],
];

/** Waits that are long in a street and short in a test. */
const quickOracle = {
  CHAIN_POLL_MS: "100",
  START_RETRY_SECONDS: "1",
  STOP_RETRY_SECONDS: "2",
  REPLAY_GRACE_SECONDS: "3",
};

/** Starts a network on free ports, without a subgraph unless asked for; everything it writes goes when it stops. */
export async function startTestNetwork(options: Partial<Omit<NetworkOptions, "run" | "deployments">> = {}) {
  const run = createTestRun();
  try {
    const started = await startNetwork({
      run,
      deployments: join(run.temporaryFolder("deployments")),
      withSubgraph: false,
      ...options,
      chargePointOptions: [...quickChargePoint, ...(options.chargePointOptions ?? [])],
      oracleEnvironment: { ...quickOracle, ...options.oracleEnvironment },
    });
    const holders = (["driver", "owner", "operator"] as const).map((role) => localAccount(role).address);
    // The same object, not a copy: a restart replaces its processes.
    const network: TestNetwork = Object.assign(started, {
      holders,
      sessions: [] as TestSession[],
      settled: [] as TestSession[],
      newDriver: () => newDriver(started, holders),
      async stop() {
        for (const session of network.sessions) session.stop();
        await run.stop();
      },
    });
    return network;
  } catch (error) {
    await run.stop();
    throw error;
  }
}

async function newDriver({ sender, chain, world }: Network, holders: Address[]): Promise<Driver> {
  const account = privateKeyToAccount(generatePrivateKey());
  await chain.rpc("anvil_setBalance", [account.address, `0x${parseEther("10").toString(16)}`]);
  const token = { address: world.deployment.contracts.TestCurrency.address, abi: testCurrencyAbi } as const;
  const hash = await sender.walletOf(localAccount("deployer")).writeContract({
    ...token,
    functionName: "mint",
    args: [account.address, DRIVER_AMOUNT],
  });
  // Not to wait for the next block.
  await chain.rpc("evm_mine");
  await sender.publicClient.waitForTransactionReceipt({ hash });
  holders.push(account.address);
  return createDriver({ account, chain: sender.chain, rpcUrl: chain.url, deployment: world.deployment });
}

/** What `/readyz` says. */
export interface Readiness {
  status: "ready" | "notReady";
  checks: { name: string; ready: boolean; reason: string | null }[];
}

export async function readReadiness({ oracleUrl }: Network): Promise<Readiness> {
  return (await (await fetch(`${oracleUrl}/readyz`)).json()) as Readiness;
}

/** Waits until the chain has mined so many blocks more. */
export async function waitForBlocks({ sender }: Network, count: number): Promise<void> {
  const from = await sender.publicClient.getBlockNumber();
  const reached = async () => (await sender.publicClient.getBlockNumber()) >= from + BigInt(count);
  await waitFor(`${count} blocks more`, reached, { timeoutSeconds: 20 + count });
}
