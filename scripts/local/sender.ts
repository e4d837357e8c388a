import {
  type Abi,
  type Account,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hex,
  http,
  type TransactionReceipt,
} from "viem";

/** A chain as the local scripts see it. */
export function localChain(rpcUrl: string, chainId: number) {
  return defineChain({
    id: chainId,
    name: "OpenJoule local",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
}

/** A transaction as it happened, for whoever tells the user about it. */
export interface Step {
  name: string;
  hash: Hex;
  gasUsed: bigint;
}

/** Sends contract calls for several accounts, one after the other, and waits for each. */
export function createSender(options: { rpcUrl: string; chainId: number; onStep?: (step: Step) => void }) {
  const chain = localChain(options.rpcUrl, options.chainId);
  const transport = http(options.rpcUrl, { retryCount: 2 });
  const publicClient = createPublicClient({ chain, transport, pollingInterval: 50, cacheTime: 0 });

  function walletOf(account: Account) {
    return createWalletClient({ account, chain, transport });
  }

  /**
   * Simulates, sends and waits.
   * @throws the contract's named error when the simulation reverts; Error with the hash when the transaction does
   */
  async function call<
    const abi extends Abi,
    name extends ContractFunctionName<abi, "nonpayable" | "payable">,
    const args extends ContractFunctionArgs<abi, "nonpayable" | "payable", name>,
  >(
    account: Account,
    what: { name: string; address: Address; abi: abi; functionName: name; args: args },
  ): Promise<TransactionReceipt> {
    const parameters = {
      address: what.address,
      abi: what.abi as Abi,
      functionName: what.functionName,
      args: what.args as readonly unknown[],
    };
    const { request } = await publicClient.simulateContract({ ...parameters, account });
    const hash = await walletOf(account).writeContract(request);
    const receipt = await publicClient.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`${what.name} reverted in ${hash}`);
    options.onStep?.({ name: what.name, hash, gasUsed: receipt.gasUsed });
    return receipt;
  }

  return { publicClient, walletOf, call, chain };
}

export type Sender = ReturnType<typeof createSender>;
