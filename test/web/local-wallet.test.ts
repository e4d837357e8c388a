import { type Hex, hashTypedData, parseEther, recoverAddress, recoverMessageAddress, toHex } from "viem";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { localAccount, localPrivateKey } from "../../scripts/local/accounts.ts";
import { type Chain, startChain } from "../../scripts/local/chain.ts";
import type { Run } from "../../scripts/local/run.ts";
import { createLocalProvider, type LocalProvider } from "../../web/src/wallet/local/provider.ts";
import type { LocalRequest } from "../../web/src/wallet/local/requests.ts";
import { createTestRun } from "../local/support/run.ts";

/** The local wallet as pages see it: EIP-1193, EIP-1102, EIP-3326, on a real chain. */

const { address } = localAccount("visitor");
const friend = localAccount("owner").address;
let run: Run;
let chain: Chain;
let provider: LocalProvider;
let asked: LocalRequest[];
let answer: boolean;
let state: { connected: boolean; chainId: number };
let events: [string, unknown][];

beforeAll(async () => {
  run = createTestRun();
  chain = await startChain({ run });
});
afterAll(() => run.stop());

beforeEach(() => {
  asked = [];
  answer = true;
  events = [];
  state = { connected: false, chainId: chain.chainId };
  provider = createLocalProvider({
    config: { chainId: chain.chainId, chainName: "test", rpcUrl: chain.url, local: true } as never,
    privateKey: localPrivateKey("visitor"),
    origin: "http://page",
    memory: {
      read: () => state,
      write: (next) => {
        state = next;
      },
    },
    async ask(request) {
      asked.push(request);
      return answer;
    },
  });
  for (const name of ["accountsChanged", "chainChanged"]) provider.on(name, (value) => events.push([name, value]));
});

const request = (method: string, ...params: unknown[]) => provider.request({ method, params });
const connect = () => request("eth_requestAccounts");
const transaction = (change: object = {}) => ({ from: address, to: friend, value: toHex(parseEther("1")), ...change });

describe("the local wallet", () => {
  it("shows no account before the person has agreed, and says when that changes", async () => {
    expect(await request("eth_accounts")).toEqual([]);
    expect(await connect()).toEqual([address]);
    expect(asked).toEqual([{ kind: "connect", address, origin: "http://page" }]);
    expect(await request("eth_accounts")).toEqual([address]);
    expect(events).toEqual([["accountsChanged", [address]]]);
    await connect();
    expect(asked, "a connected page is not asked about again").toHaveLength(1);
    await request("wallet_revokePermissions");
    expect(await request("eth_accounts")).toEqual([]);
    expect(events.at(-1)).toEqual(["accountsChanged", []]);
  });

  it.each([
    ["eth_requestAccounts", []],
    ["eth_sendTransaction", [transaction()]],
    ["personal_sign", [toHex("hello"), address]],
    ["wallet_switchEthereumChain", [{ chainId: "0x7a69" }]],
  ])("%s: a no is 4001, and nothing has happened", async (method, params) => {
    if (method !== "eth_requestAccounts") await connect();
    if (method === "wallet_switchEthereumChain") state.chainId = 1;
    const before = { ...state };
    const nonce = await request("eth_getTransactionCount", address, "latest");
    answer = false;
    await expect(request(method, ...params)).rejects.toMatchObject({ code: 4001 });
    expect(state).toEqual(before);
    expect(await request("eth_getTransactionCount", address, "latest")).toBe(nonce);
  });

  it("sends what was agreed to, and shows it before", async () => {
    await connect();
    const hash = (await request("eth_sendTransaction", transaction({ data: "0x1234" }))) as Hex;
    expect(asked.at(-1)).toEqual({
      kind: "transaction",
      from: address,
      to: friend,
      value: parseEther("1"),
      data: "0x1234",
    });
    const receipt = (await request("eth_getTransactionReceipt", hash)) as { status: Hex; from: Hex };
    expect(receipt).toMatchObject({ status: "0x1", from: address.toLowerCase() });
  });

  it("signs typed data and messages as the account", async () => {
    await connect();
    const data = {
      domain: { name: "Test", version: "1", chainId: chain.chainId, verifyingContract: friend },
      types: { Permit: [{ name: "value", type: "uint256" }] },
      primaryType: "Permit",
      message: { value: "20000000" },
    } as const;
    const signature = (await request("eth_signTypedData_v4", address, JSON.stringify(data))) as Hex;
    const hash = hashTypedData({ ...data, message: { value: 20_000_000n } });
    expect(await recoverAddress({ hash, signature })).toBe(address);
    expect(asked.at(-1)).toMatchObject({ kind: "typedData", primaryType: "Permit", message: data.message });

    const signed = (await request("personal_sign", toHex("grüezi"), address)) as Hex;
    expect(await recoverMessageAddress({ message: "grüezi", signature: signed })).toBe(address);
    expect(asked.at(-1)).toMatchObject({ kind: "message", text: "grüezi" });
  });

  it("does nothing for a page that is not connected, or for another account", async () => {
    await expect(request("eth_sendTransaction", transaction())).rejects.toMatchObject({ code: 4100 });
    await expect(request("personal_sign", "0x00", address)).rejects.toMatchObject({ code: 4100 });
    await connect();
    await expect(request("eth_sendTransaction", transaction({ from: friend }))).rejects.toMatchObject({ code: 4100 });
    expect(asked).toHaveLength(1);
  });

  it("goes to the network's chain and to no other, and sends nothing from elsewhere", async () => {
    await connect();
    state.chainId = 1;
    expect(await request("eth_chainId")).toBe("0x1");
    await expect(request("eth_sendTransaction", transaction())).rejects.toMatchObject({ code: 4901 });
    await expect(request("wallet_switchEthereumChain", { chainId: "0x2105" })).rejects.toMatchObject({ code: 4902 });
    expect(await request("wallet_switchEthereumChain", { chainId: toHex(chain.chainId) })).toBeNull();
    expect(await request("eth_chainId")).toBe(toHex(chain.chainId));
    expect(events.at(-1)).toEqual(["chainChanged", toHex(chain.chainId)]);
  });

  it("asks the chain what it does not know, and says what it cannot do", async () => {
    expect(Number(await request("eth_blockNumber"))).toBeGreaterThanOrEqual(0);
    await expect(request("wallet_sendCalls", {})).rejects.toMatchObject({ code: 4200 });
    await expect(request("eth_noSuchMethod")).rejects.toThrow();
  });
});
