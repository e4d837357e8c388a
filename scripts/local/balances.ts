import { chargingSessionsAbi, testCurrencyAbi } from "@openjoule/sdk";
import type { Address } from "viem";
import { localAccount } from "./accounts.ts";
import type { Network } from "./network.ts";

/** Base units of the test currency in somebody's wallet and in his ledger account. */
export interface Holding {
  wallet: bigint;
  ledger: bigint;
}

const holders = ["driver", "owner", "operator"] as const;

export type Balances = Record<(typeof holders)[number], Holding>;

/** What the three parties of a session hold now. */
export async function readBalances({ sender, world }: Pick<Network, "sender" | "world">): Promise<Balances> {
  const { ChargingSessions, TestCurrency } = world.deployment.contracts;
  const read = async (holder: Address): Promise<Holding> => {
    const [wallet, ledger] = await Promise.all([
      sender.publicClient.readContract({
        address: TestCurrency.address,
        abi: testCurrencyAbi,
        functionName: "balanceOf",
        args: [holder],
      }),
      sender.publicClient.readContract({
        address: ChargingSessions.address,
        abi: chargingSessionsAbi,
        functionName: "balanceOf",
        args: [holder, BigInt(TestCurrency.address)],
      }),
    ]);
    return { wallet, ledger };
  };
  const [driver, owner, operator] = await Promise.all(holders.map((role) => read(localAccount(role).address)));
  return { driver, owner, operator } as Balances;
}
