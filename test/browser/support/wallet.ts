import type { BrowserContext } from "playwright-core";
import { createWalletClient, type Hex, http, type LocalAccount, numberToHex, type TypedDataDefinition } from "viem";
import { localChain } from "../../../scripts/local/sender.ts";
import { waitFor } from "../../../scripts/local/wait.ts";

/** Something that the wallet asks its person. */
export interface Asked {
  readonly method: string;
  readonly params: readonly unknown[];
  approve(): void;
  /** 4001, as EIP-1193 has it. */
  reject(): void;
}

export interface WalletOptions {
  readonly account: LocalAccount;
  readonly chainUrl: string;
  readonly chainId: number;
  readonly name?: string;
}

/** How a wallet answers: by itself, or when the test does. */
export type Policy = "approve" | "reject" | "hold";

class ProviderError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** What comes back to the page over the binding, which can carry no error of its own. */
type Answer = { readonly result: unknown } | { readonly error: { readonly code: number; readonly message: string } };

/**
 * A browser wallet in all but its window: it announces itself (EIP-6963), speaks EIP-1193, signs with a local key and sends
 * to the real chain. Its own part lives in the test's process, so it outlives a reload of the page, as an extension does.
 */
export function createTestWallet(options: WalletOptions) {
  const { account, chainUrl, chainId, name = "Test wallet" } = options;
  const client = createWalletClient({ account, chain: localChain(chainUrl, chainId), transport: http(chainUrl) });
  let connected = false;
  let locked = false;
  let onChain = chainId;
  let policy: Policy = "approve";
  let context: BrowserContext | undefined;
  const waiting: Asked[] = [];
  const log: { method: string; params: readonly unknown[] }[] = [];
  const sent: Hex[] = [];

  const accounts = () => (connected && !locked ? [account.address] : []);

  async function ask(method: string, params: readonly unknown[]): Promise<void> {
    log.push({ method, params });
    if (policy === "approve") return;
    const no = () => new ProviderError(4001, "User rejected the request.");
    if (policy === "reject") throw no();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => void waiting.splice(waiting.indexOf(asked), 1);
    const asked: Asked = {
      method,
      params,
      approve() {
        leave();
        resolve();
      },
      reject() {
        leave();
        reject(no());
      },
    };
    waiting.push(asked);
    await promise;
  }

  async function tell(event: string, value: unknown) {
    for (const page of context?.pages() ?? []) {
      // A page that is being loaded hears nothing, as with any wallet.
      await page
        .evaluate(([name, given]) => dispatchEvent(new CustomEvent("test-wallet", { detail: [name, given] })), [
          event,
          value,
        ] as const)
        .catch(() => {});
    }
  }

  function requireConnected() {
    if (accounts().length === 0) throw new ProviderError(4100, "The wallet is locked or not connected.");
  }

  const methods: Record<string, (params: readonly unknown[]) => unknown> = {
    eth_accounts: accounts,
    async eth_requestAccounts(params) {
      if (accounts().length === 0) {
        await ask("eth_requestAccounts", params);
        connected = true;
        locked = false;
      }
      return accounts();
    },
    eth_chainId: () => numberToHex(onChain),
    net_version: () => String(onChain),
    wallet_getPermissions: () => accounts().map(() => ({ parentCapability: "eth_accounts" })),
    async wallet_requestPermissions(params) {
      await methods.eth_requestAccounts?.(params);
      return [{ parentCapability: "eth_accounts" }];
    },
    async wallet_revokePermissions() {
      connected = false;
      await tell("accountsChanged", []);
      return null;
    },
    async wallet_switchEthereumChain(params) {
      const wanted = Number((params[0] as { chainId: Hex }).chainId);
      if (wanted !== chainId) throw new ProviderError(4902, `Unrecognized chain ${wanted}.`);
      await ask("wallet_switchEthereumChain", params);
      await wallet.moveTo(wanted);
      return null;
    },
    async eth_signTypedData_v4(params) {
      requireConnected();
      await ask("eth_signTypedData_v4", params);
      return account.signTypedData(JSON.parse(String(params[1])) as TypedDataDefinition);
    },
    async eth_sendTransaction(params) {
      requireConnected();
      if (onChain !== chainId) throw new ProviderError(4901, "The wallet is on another chain.");
      const { to, data = "0x" } = params[0] as { to: Hex; data?: Hex };
      // Wallets look at the fee before they show the question, and keep it.
      const prepared = await client.prepareTransactionRequest({ to, data });
      await ask("eth_sendTransaction", params);
      const hash = await client.sendRawTransaction({ serializedTransaction: await client.signTransaction(prepared) });
      sent.push(hash);
      return hash;
    },
  };

  async function handle(method: string, params: readonly unknown[]): Promise<Answer> {
    try {
      const own = methods[method];
      if (own !== undefined) return { result: await own(params) };
      if (method.startsWith("wallet_")) throw new ProviderError(4200, `This wallet does not support ${method}.`);
      return { result: await client.request({ method, params } as never) };
    } catch (error) {
      const { code = -32603, message } = error as { code?: number; message: string };
      return { error: { code, message } };
    }
  }

  const wallet = {
    account,
    name,
    /** What it was asked so far. */
    log: log as readonly { readonly method: string; readonly params: readonly unknown[] }[],
    /** Transactions that it has sent. */
    sent: sent as readonly Hex[],
    answer(next: Policy) {
      policy = next;
    },
    /** Waits until it asks this, with `answer("hold")`. */
    asked: (method: string) =>
      waitFor(`the wallet asks for ${method}`, () => waiting.find((one) => one.method === method), {
        timeoutSeconds: 20,
      }),
    /** Some wallets tell the page when they lock themselves, some do not. */
    async lock({ silently = false } = {}) {
      locked = true;
      if (!silently) await tell("accountsChanged", []);
    },
    async unlock() {
      locked = false;
      await tell("accountsChanged", accounts());
    },
    async moveTo(chain: number) {
      onChain = chain;
      await tell("chainChanged", numberToHex(chain));
    },
    /** Sends a transaction of the pool again with twice the fee: the same call, or one that does nothing. */
    async replace(hash: Hex, as: "faster" | "cancelled"): Promise<Hex> {
      const pending = (await client.request({ method: "eth_getTransactionByHash", params: [hash] } as never)) as {
        nonce: Hex;
        to: Hex;
        input: Hex;
        gas: Hex;
        maxFeePerGas: Hex;
        maxPriorityFeePerGas: Hex;
      };
      const cancel = as === "cancelled";
      return client.sendTransaction({
        to: cancel ? account.address : pending.to,
        data: cancel ? "0x" : pending.input,
        nonce: Number(pending.nonce),
        gas: BigInt(pending.gas),
        maxFeePerGas: BigInt(pending.maxFeePerGas) * 2n,
        maxPriorityFeePerGas: BigInt(pending.maxPriorityFeePerGas) * 2n + 1n,
      });
    },
    /** Puts it into a browser: every page that is loaded from now on sees it. */
    async install(into: BrowserContext) {
      context = into;
      await into.exposeFunction("testWalletRequest", handle);
      await into.addInitScript(announce, name);
    },
  };
  return wallet;
}

export type TestWallet = ReturnType<typeof createTestWallet>;

/** Runs in the page: EIP-6963 and EIP-1193, with the wallet itself behind a binding. */
function announce(name: string) {
  type Listener = (value: unknown) => void;
  const { testWalletRequest } = globalThis as unknown as {
    testWalletRequest: (method: string, params: unknown) => Promise<Answer>;
  };
  const listeners = new Map<string, Set<Listener>>();
  addEventListener("test-wallet", (event) => {
    const [kind, value] = (event as CustomEvent<[string, unknown]>).detail;
    for (const listener of listeners.get(kind) ?? []) listener(value);
  });
  const provider = {
    async request({ method, params = [] }: { method: string; params?: unknown }) {
      const answer = await testWalletRequest(method, params);
      if ("result" in answer) return answer.result;
      throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
    },
    on(event: string, listener: Listener) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
    },
    removeListener(event: string, listener: Listener) {
      listeners.get(event)?.delete(listener);
    },
  };
  const icon = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>";
  const info = { uuid: "7465-7374-77-61-6c6c6574", name, icon, rdns: "test.wallet" };
  const say = () =>
    dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
  addEventListener("eip6963:requestProvider", say);
  say();
}
