import { testCurrencyAbi } from "@openjoule/sdk";
import {
  type Address,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  parseEventLogs,
  parseGwei,
  publicActions,
} from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compileContracts } from "../../scripts/deploy/compile.ts";
import { deployContract } from "../../scripts/deploy/contracts.ts";
import { localAccount } from "../../scripts/local/accounts.ts";
import { type Chain, startChain } from "../../scripts/local/chain.ts";
import type { Run } from "../../scripts/local/run.ts";
import { waitFor } from "../../scripts/local/wait.ts";
import { isOver, type Phase, type TransactionState } from "../../web/src/transactions/machine.ts";
import { createRecords } from "../../web/src/transactions/records.ts";
import { createTransactions, type Transactions } from "../../web/src/transactions/store.ts";
import { chainClient } from "../../web/src/transactions/viem-chain.ts";
import { createWalletStore, type WalletCall, type WalletStore } from "../../web/src/wallet/state.ts";
import { createTestRun } from "../local/support/run.ts";

/**
 * The app's one way for writes against a real chain, without a page: a wallet that signs with a key, a storage that
 * outlives a "page", and everything that a chain can do to a transaction.
 */

const account = localAccount("driver");
const key = "test";
const title = { id: "title", message: "Mint" };
let run: Run;
let chain: Chain;
let currency: Address;
let client: ReturnType<typeof createClient>;
let storage: Map<string, string>;
let pages: Transactions[];
let wallet: TestWallet;

const createClient = (url: string) =>
  createWalletClient({ account, chain: foundry, transport: http(url), pollingInterval: 50 }).extend(publicActions);

/** A wallet whose answer the test decides. */
interface TestWallet {
  readonly store: WalletStore;
  send: (call: WalletCall) => Promise<Hex>;
  asked: number;
}

function createTestWallet(): TestWallet {
  const store = createWalletStore();
  const made: TestWallet = { store, asked: 0, send: (call) => client.sendTransaction(call) };
  store.set({ status: "connected", address: account.address, chainId: foundry.id, walletName: "test" });
  store.provide({
    connect: () => {},
    disconnect: async () => {},
    switchChain: async () => {},
    signTypedData: async () => "0x",
    sendTransaction(call) {
      made.asked += 1;
      return made.send(call);
    },
  });
  return made;
}

/** The page, as it is after a load: everything but the storage, the wallet and the chain is new. */
function openPage(timing: { lateMs?: number; droppedMs?: number } = {}): Transactions {
  const page = createTransactions({
    chainId: foundry.id,
    wallet: wallet.store,
    records: createRecords(
      { getItem: (name) => storage.get(name) ?? null, setItem: (name, value) => void storage.set(name, value) },
      foundry.id,
      Date.now,
    ),
    chain: async () => chainClient({ chainId: foundry.id, chainName: "test", rpcUrl: chain.url } as never),
    timing: { pollMs: 50, ...timing },
  });
  pages.push(page);
  page.resume();
  return page;
}

function leavePage(page: Transactions) {
  page.stop();
}

/** A mint that is unlike any other, so that its call says which one it is. */
let minted = 1_000n;
const nextAmount = () => {
  minted += 1n;
  return minted;
};
const mint = (amount: bigint): WalletCall => ({
  to: currency,
  data: encodeFunctionData({ abi: testCurrencyAbi, functionName: "mint", args: [account.address, amount] }),
});
const transfer = (amount: bigint): WalletCall => ({
  to: currency,
  data: encodeFunctionData({
    abi: testCurrencyAbi,
    functionName: "transfer",
    args: [localAccount("owner").address, amount],
  }),
});

const begin = (page: Transactions, call: WalletCall, id = key) => {
  page.review(id, { title, call: () => call });
  page.confirm(id);
};
/** Waits for a phase; a write that is over in another way is told at once. */
async function until(page: Transactions, phase: Phase, id = key): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = () => {
    const { state } = page.get(id);
    if (state.phase === phase) resolve();
    else if (isOver(state)) reject(new Error(`expected ${phase}, got ${inWords(state)}`));
  };
  const forget = page.subscribe(look);
  const timer = setTimeout(() => reject(new Error(`not ${phase}, but ${inWords(page.get(id).state)}`)), 20_000);
  look();
  await promise.finally(() => {
    clearTimeout(timer);
    forget();
  });
}
const inWords = (state: TransactionState) =>
  JSON.stringify(state, (_name, value) => (typeof value === "bigint" ? String(value) : value));
const soon = { timeoutSeconds: 20 };
const kept = () => createRecords({ getItem: (name) => storage.get(name) ?? null, setItem() {} }, foundry.id, Date.now);

beforeAll(async () => {
  run = createTestRun();
  [chain] = await Promise.all([startChain({ run }), compileContracts()]);
  client = createClient(chain.url);
  const contract = await deployContract(
    { wallet: client, public: client } as never,
    "contracts/local/TestCurrency.sol",
  );
  currency = contract.address;
});

afterAll(() => run.stop());

beforeEach(async () => {
  storage = new Map();
  pages = [];
  wallet = createTestWallet();
  return async () => {
    for (const page of pages) page.stop();
    await chain.rpc("anvil_dropAllTransactions");
    await chain.rpc("evm_setAutomine", [true]);
    await chain.rpc("evm_mine");
  };
});

describe("a write", () => {
  it("is done when the chain holds it, and hands on its events", async () => {
    const page = openPage();
    const amount = nextAmount();
    begin(page, mint(amount));
    await until(page, "done");
    const { state } = page.get(key);
    if (state.phase !== "done") throw new Error(state.phase);
    const events = parseEventLogs({ abi: testCurrencyAbi, eventName: "Transfer", logs: state.mined.logs as never });
    expect(events.map(({ args }) => args.value)).toEqual([amount]);
    expect(kept().all()).toEqual([]);
  });

  it("is checked before the wallet is asked: what the contract refuses never gets there", async () => {
    const page = openPage();
    begin(page, transfer(10n ** 30n));
    await until(page, "failed");
    expect(page.get(key).state).toMatchObject({ failure: { kind: "contract", name: "ERC20InsufficientBalance" } });
    expect(wallet.asked).toBe(0);
  });

  it("ends quietly when the person says no, and can be tried again", async () => {
    const page = openPage();
    const { send } = wallet;
    wallet.send = async () => {
      throw Object.assign(new Error("User rejected the request."), { code: 4001 });
    };
    begin(page, mint(nextAmount()));
    await until(page, "rejected");
    expect(kept().all()).toEqual([]);
    wallet.send = send;
    page.confirm(key);
    await until(page, "done");
    expect(wallet.asked).toBe(2);
  });

  it("is not begun on another chain, or without an account", async () => {
    const page = openPage();
    wallet.store.set({ status: "connected", address: account.address, chainId: 1, walletName: "test" });
    begin(page, mint(nextAmount()));
    await until(page, "failed");
    expect(page.get(key).state).toMatchObject({ failure: { kind: "wrongChain" } });
    wallet.store.set({ status: "disconnected", walletName: "test" });
    page.confirm(key);
    await waitFor(
      "it fails anew",
      async () => {
        const { state } = page.get(key);
        return state.phase === "failed" && state.failure.kind === "walletLocked";
      },
      soon,
    );
    expect(wallet.asked).toBe(0);
  });

  it("says that the chain does not answer", async () => {
    const page = createTransactions({
      chainId: foundry.id,
      wallet: wallet.store,
      records: kept(),
      chain: async () => chainClient({ chainId: foundry.id, chainName: "test", rpcUrl: "http://127.0.0.1:9" } as never),
    });
    begin(page, mint(nextAmount()));
    await until(page, "failed");
    expect(page.get(key).state).toMatchObject({ failure: { kind: "unreachable" } });
  });
});

describe("a reload", () => {
  it("while it is pending: the next page shows it and follows it to its end", async () => {
    await chain.rpc("evm_setAutomine", [false]);
    const first = openPage();
    begin(first, mint(nextAmount()));
    await until(first, "pending");
    leavePage(first);

    const second = openPage();
    expect(second.get(key)).toMatchObject({ state: { phase: "pending" }, title });
    await chain.rpc("evm_mine");
    await until(second, "done");
    expect(first.get(key).state.phase).toBe("pending");
    expect(kept().all()).toEqual([]);
  });

  it("while it was mined meanwhile: it is done on the next page", async () => {
    await chain.rpc("evm_setAutomine", [false]);
    const first = openPage();
    begin(first, mint(nextAmount()));
    await until(first, "pending");
    leavePage(first);
    await chain.rpc("evm_mine");
    await until(openPage(), "done");
  });

  it("while the wallet is asking, and the person then confirms: the next page finds it", async () => {
    let approve = () => {};
    wallet.send = (call) =>
      new Promise((_, reject) => {
        // The page is gone: its promise never resolves, but the wallet sends.
        approve = () => void client.sendTransaction(call).catch(reject);
      });
    const first = openPage();
    begin(first, mint(nextAmount()));
    await until(first, "wallet");
    leavePage(first);

    const second = openPage();
    expect(second.get(key).state.phase).toBe("interrupted");
    // Something else from the same account is not taken for it.
    await client.waitForTransactionReceipt({ hash: await client.sendTransaction(mint(nextAmount())) });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(second.get(key).state.phase).toBe("interrupted");
    approve();
    await until(second, "done");
    expect(kept().all()).toEqual([]);
  });

  it("while the wallet is asking, and nothing is sent: the person puts it away, for good", async () => {
    wallet.send = () => new Promise(() => {});
    const first = openPage();
    begin(first, mint(nextAmount()));
    await until(first, "wallet");
    leavePage(first);
    const second = openPage();
    second.dismiss(key);
    expect(second.get(key).state.phase).toBe("idle");
    expect(openPage().get(key).state.phase).toBe("idle");
  });
});

describe("what a chain and a wallet do to a pending transaction", () => {
  const fees = (gwei: string) => ({ maxFeePerGas: parseGwei(gwei), maxPriorityFeePerGas: parseGwei(gwei) });
  let nonce: number;

  async function pendingMint(page: Transactions) {
    await chain.rpc("evm_setAutomine", [false]);
    const call = mint(nextAmount());
    nonce = await client.getTransactionCount({ address: account.address });
    wallet.send = (given) => client.sendTransaction({ ...given, ...fees("10"), nonce });
    begin(page, call);
    await until(page, "pending");
    return call;
  }

  it("a higher fee: it goes on under its new hash", async () => {
    const page = openPage();
    const call = await pendingMint(page);
    const hash = await client.sendTransaction({ ...call, ...fees("30"), nonce });
    await chain.rpc("evm_mine");
    await until(page, "done");
    expect(page.get(key).state).toMatchObject({ mined: { hash } });
  });

  it("cancelled in the wallet: replaced by a transfer of nothing to itself", async () => {
    const page = openPage();
    await pendingMint(page);
    const by = await client.sendTransaction({ to: account.address, ...fees("30"), nonce });
    await chain.rpc("evm_mine");
    await until(page, "replaced");
    expect(page.get(key).state).toMatchObject({ by, cancelled: true });
  });

  it("replaced while no page was open", async () => {
    const first = openPage();
    await pendingMint(first);
    await waitFor("the record has the nonce", async () => kept().all()[0]?.intent.nonce === nonce, soon);
    leavePage(first);
    const by = await client.sendTransaction({ ...mint(nextAmount()), ...fees("30"), nonce });
    await chain.rpc("evm_mine");
    const second = openPage();
    await until(second, "replaced");
    expect(second.get(key).state).toMatchObject({ by, cancelled: false });
  });

  it("forgotten by the chain: dropped, after a while of patience", async () => {
    const page = openPage({ droppedMs: 300 });
    await pendingMint(page);
    await chain.rpc("anvil_dropAllTransactions");
    await until(page, "failed");
    expect(page.get(key).state).toMatchObject({ failure: { kind: "dropped" } });
  });

  it("slow: late, and done all the same", async () => {
    const page = openPage({ lateMs: 100 });
    await pendingMint(page);
    await waitFor(
      "it is late",
      async () => {
        const { state } = page.get(key);
        return state.phase === "pending" && state.late;
      },
      soon,
    );
    await chain.rpc("evm_mine");
    await until(page, "done");
  });

  it("behind another of the same account: waits for its own turn", async () => {
    const page = openPage();
    await chain.rpc("evm_setAutomine", [false]);
    await client.sendTransaction(mint(nextAmount()));
    begin(page, mint(nextAmount()));
    await until(page, "pending");
    await chain.rpc("evm_mine");
    await until(page, "done");
  });

  it("undone by what came before it: failed, with the contract's reason", async () => {
    const page = openPage();
    const all = 500n;
    await client.waitForTransactionReceipt({ hash: await client.sendTransaction(mint(all)) });
    const balance = await client.readContract({
      address: currency,
      abi: testCurrencyAbi,
      functionName: "balanceOf",
      args: [account.address],
    });
    await chain.rpc("evm_setAutomine", [false]);
    wallet.send = (call) => client.sendTransaction({ ...call, gas: 200_000n });
    begin(page, transfer(balance), "first");
    await until(page, "pending", "first");
    begin(page, transfer(balance), "second");
    await until(page, "pending", "second");
    await chain.rpc("evm_mine");
    await until(page, "done", "first");
    await until(page, "failed", "second");
    const { state } = page.get("second");
    expect(state).toMatchObject({ hash: expect.stringMatching(/^0x/) });
    // The state before its block still had the money, so the chain alone knows why.
    expect(state).toMatchObject({ failure: { kind: "reverted" } });
  });
});
