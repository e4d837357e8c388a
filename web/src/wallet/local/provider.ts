import {
  type Address,
  createClient,
  type EIP1193Parameters,
  type Hex,
  hexToBigInt,
  hexToString,
  http,
  isHex,
  numberToHex,
  ProviderRpcError,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { sendTransaction } from "viem/actions";
import type { AppConfig } from "#config";
import { toChain } from "../host/chain.ts";
import type { LocalRequest } from "./requests.ts";

/** What the wallet remembers between visits. */
export interface LocalWalletMemory {
  read(): { connected: boolean; chainId: number };
  write(state: { connected: boolean; chainId: number }): void;
}

export interface LocalProviderOptions {
  readonly config: AppConfig;
  readonly privateKey: Hex;
  /** Asks the person; false is a rejection. */
  readonly ask: (request: LocalRequest) => Promise<boolean>;
  readonly memory: LocalWalletMemory;
  readonly origin: string;
}

type Listener = (value: unknown) => void;
type Params = readonly unknown[];

/** A wallet as pages see it (EIP-1193). */
export interface LocalProvider {
  request(call: { method: string; params?: unknown }): Promise<unknown>;
  on(event: string, listener: Listener): void;
  removeListener(event: string, listener: Listener): void;
}

const providerError = (code: number, shortMessage: string) =>
  new ProviderRpcError(new Error(shortMessage), { code: code as 4001, shortMessage });
const rejected = () => providerError(4001, "The user rejected the request.");
const unauthorized = () => providerError(4100, "The wallet is not connected to this site.");

/**
 * A wallet for the local network: an EIP-1193 provider that signs with a development key after asking in the page. It
 * behaves as wallets do: no accounts before it is connected (EIP-1102), 4001 for a rejection, 4902 for an unknown chain,
 * events when something changes; what it does not know goes to the chain's node.
 */
export function createLocalProvider(options: LocalProviderOptions): LocalProvider {
  const { config, ask, memory, origin } = options;
  const account = privateKeyToAccount(options.privateKey);
  const chain = toChain(config);
  const client = createClient({ chain, transport: http(config.rpcUrl) });
  const listeners = new Map<string, Set<Listener>>();
  const emit = (event: string, value: unknown) => {
    for (const listener of listeners.get(event) ?? []) listener(value);
  };
  const accounts = (): Address[] => (memory.read().connected ? [account.address] : []);

  function change(part: Partial<ReturnType<LocalWalletMemory["read"]>>) {
    memory.write({ ...memory.read(), ...part });
    if (part.connected !== undefined) emit("accountsChanged", accounts());
    if (part.chainId !== undefined) emit("chainChanged", numberToHex(part.chainId));
  }

  async function approve(request: LocalRequest): Promise<void> {
    if (!(await ask(request))) throw rejected();
  }

  async function connect(): Promise<Address[]> {
    if (!memory.read().connected) {
      await approve({ kind: "connect", address: account.address, origin });
      change({ connected: true });
    }
    return accounts();
  }

  function requireConnected(from: unknown): void {
    if (accounts().length === 0) throw unauthorized();
    if (typeof from === "string" && from.toLowerCase() !== account.address.toLowerCase()) throw unauthorized();
  }

  const methods: Record<string, (params: Params) => unknown> = {
    eth_accounts: accounts,
    eth_requestAccounts: connect,
    eth_chainId: () => numberToHex(memory.read().chainId),
    net_version: () => String(memory.read().chainId),
    wallet_getPermissions: () => accounts().map(() => ({ parentCapability: "eth_accounts" })),
    async wallet_requestPermissions() {
      await connect();
      return [{ parentCapability: "eth_accounts" }];
    },
    wallet_revokePermissions: () => change({ connected: false }),
    async wallet_switchEthereumChain([given]) {
      const chainId = Number((given as { chainId: Hex }).chainId);
      if (chainId !== config.chainId) throw providerError(4902, `Chain ${chainId} is not known to this wallet.`);
      if (chainId === memory.read().chainId) return null;
      await approve({ kind: "chain", chainId });
      change({ chainId });
      return null;
    },
    async eth_sendTransaction([given]) {
      const { from, to, value, data, gas, nonce } = given as Partial<Record<string, Hex>>;
      requireConnected(from);
      if (memory.read().chainId !== config.chainId) throw providerError(4901, "The wallet is on another chain.");
      const call = { value: value === undefined ? 0n : hexToBigInt(value), data: data ?? "0x" } as const;
      await approve({ kind: "transaction", from: account.address, to: to as Address | undefined, ...call });
      return sendTransaction(client, {
        account,
        to: (to ?? null) as Address | null,
        ...call,
        ...(gas !== undefined && { gas: hexToBigInt(gas) }),
        ...(nonce !== undefined && { nonce: Number(nonce) }),
      });
    },
    async eth_signTypedData_v4([from, given]) {
      requireConnected(from);
      const data = (typeof given === "string" ? JSON.parse(given) : given) as Parameters<
        typeof account.signTypedData
      >[0] & { domain: Record<string, unknown>; message: Record<string, unknown>; primaryType: string };
      const { primaryType, domain, message } = data;
      await approve({ kind: "typedData", from: account.address, primaryType, domain, message });
      return account.signTypedData(data);
    },
    async personal_sign([given, from]) {
      requireConnected(from);
      const text = isHex(given) ? hexToString(given) : String(given);
      await approve({ kind: "message", from: account.address, text });
      return account.signMessage({ message: isHex(given) ? { raw: given } : text });
    },
  };

  return {
    async request({ method, params }) {
      const own = methods[method];
      const list = Array.isArray(params) ? params : [];
      if (own !== undefined) return own(list);
      if (method.startsWith("wallet_")) throw providerError(4200, `This wallet does not support ${method}.`);
      return client.request({ method, params: list } as unknown as EIP1193Parameters<[]>);
    },
    on(event, listener) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
    },
    removeListener(event, listener) {
      listeners.get(event)?.delete(listener);
    },
  };
}
