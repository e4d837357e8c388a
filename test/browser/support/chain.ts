import {
  chargingSessionsAbi,
  createOffer,
  type SessionId,
  sessionCost,
  shareOut,
  testCurrencyAbi,
  unpackPeriod,
} from "@openjoule/sdk";
import { type Address, type Hex, type LocalAccount, numberToHex, parseEther } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { localAccount } from "../../../scripts/local/accounts.ts";
import { createSender } from "../../../scripts/local/sender.ts";
import { waitFor } from "../../../scripts/local/wait.ts";
import { createDriver, type Driver, type OpenedSession } from "../../../simulators/driver/driver.ts";
import { site } from "./site.ts";

/** The chain, past the app: who has what, what happened, and when blocks come. */

const sender = () => createSender({ rpcUrl: site().chainUrl, chainId: site().chainId });

export async function rpc<Result = unknown>(method: string, ...params: unknown[]): Promise<Result> {
  return (await sender().publicClient.request({ method, params } as never)) as Result;
}

/** No block comes until `resumeBlocks`: what is sent stays pending. */
export const pauseBlocks = () => rpc("evm_setIntervalMining", 0);
export const mine = () => rpc("evm_mine");
export async function resumeBlocks(): Promise<void> {
  await mine();
  await rpc("evm_setIntervalMining", 1);
}

/** 100.00 of the test currency, which has 6 decimals. */
export const PURSE = 100_000_000n;

/** Somebody new, with money in his wallet: test currency in base units, ether for gas. */
export async function newAccount({ tokens = PURSE, ether = "10" } = {}): Promise<LocalAccount> {
  const account = privateKeyToAccount(generatePrivateKey());
  await rpc("anvil_setBalance", account.address, numberToHex(parseEther(ether)));
  if (tokens > 0n) {
    const { publicClient, walletOf } = sender();
    const hash = await walletOf(localAccount("deployer")).writeContract({
      ...token(),
      functionName: "mint",
      args: [account.address, tokens],
    });
    await mine();
    await publicClient.waitForTransactionReceipt({ hash });
  }
  return account;
}

function token() {
  const { TestCurrency } = site().deployment.contracts;
  if (TestCurrency === undefined) throw new Error("the local network has no test currency");
  return { address: TestCurrency.address, abi: testCurrencyAbi } as const;
}
const sessions = () =>
  ({ address: site().deployment.contracts.ChargingSessions.address, abi: chargingSessionsAbi }) as const;

/** What an account holds, base units: in its wallet, and free in the ledger. */
export async function moneyOf(holder: Address): Promise<{ wallet: bigint; ledger: bigint }> {
  const { publicClient } = sender();
  const [wallet, ledger] = await Promise.all([
    publicClient.readContract({ ...token(), functionName: "balanceOf", args: [holder] }),
    publicClient.readContract({ ...sessions(), functionName: "balanceOf", args: [holder, BigInt(token().address)] }),
  ]);
  return { wallet, ledger };
}

/** The made-up station's EVSE, as a driver chooses it. */
export function choiceOf(index: number) {
  const { stationId, owner, config, terms, pricing } = site().station;
  const offer = createOffer({ stationId, owner, ownerEpoch: 0, config }, index, { terms, pricing });
  return { offer, config, terms, pricing };
}

/** Another driver, without a browser. */
export async function newDriver(): Promise<Driver> {
  const { chainUrl, deployment } = site();
  return createDriver({ account: await newAccount(), chain: sender().chain, rpcUrl: chainUrl, deployment });
}

/** Somebody else's session at an EVSE of the made-up station. */
export async function openElsewhere(index: number): Promise<{ driver: Driver; opened: OpenedSession }> {
  const driver = await newDriver();
  return { driver, opened: await driver.open(choiceOf(index), { deposit: 5_000_000n, maxSeconds: 3600 }) };
}

/** A session as the contract's own events have it; undefined while it is not settled. */
async function findSettlement(sessionId: SessionId) {
  const { publicClient } = sender();
  const events = await publicClient.getContractEvents({
    ...sessions(),
    eventName: "SessionSettled",
    args: { sessionId },
    fromBlock: 0n,
    strict: true,
  });
  return events[0];
}

export interface Settlement {
  readonly transactionHash: Hex;
  readonly driver: Address;
  readonly stopReason: number;
  readonly locked: bigint;
  readonly energyWh: number;
  /** By the contract. */
  readonly cost: bigint;
  readonly fee: bigint;
  readonly refund: bigint;
  /** The same by the sdk's arithmetic, from the periods in the event. */
  readonly computed: { readonly cost: bigint; readonly fee: bigint; readonly refund: bigint };
}

/** Waits until a session is settled, and reads the contract's account of it and the sdk's. */
export async function settlementOf(sessionId: SessionId): Promise<Settlement> {
  const settled = await waitFor("the session is settled", () => findSettlement(sessionId), { timeoutSeconds: 30 });
  const { publicClient } = sender();
  const [opened] = await publicClient.getContractEvents({
    ...sessions(),
    eventName: "SessionOpened",
    args: { sessionId },
    fromBlock: 0n,
    strict: true,
  });
  if (opened === undefined) throw new Error(`session ${sessionId} was settled and never opened`);
  const { deposit: locked, driver } = opened.args;
  const periods = settled.args.periods.map(unpackPeriod);
  const { pricing, committee } = site().station;
  const { total } = sessionCost({ pricing, periods, waived: 0n, locked });
  const shares = shareOut({ cost: total, locked, feeBps: committee.feeBps, members: committee.members.length });
  return {
    transactionHash: settled.transactionHash,
    driver,
    stopReason: settled.args.stopReason,
    locked,
    energyWh: periods.reduce((sum, { energyWh }) => sum + energyWh, 0),
    cost: settled.args.cost,
    fee: settled.args.fee,
    refund: locked - settled.args.cost,
    computed: { cost: total, fee: shares.fee, refund: locked - total },
  };
}

/** Every session that a driver has opened. */
export async function sessionsOf(driver: Address): Promise<readonly SessionId[]> {
  const events = await sender().publicClient.getContractEvents({
    ...sessions(),
    eventName: "SessionOpened",
    args: { driver },
    fromBlock: 0n,
    strict: true,
  });
  return events.map(({ args }) => args.sessionId);
}
