import {
  chargingSessionsAbi,
  contractErrorsAbi,
  type Deployment,
  type Filing,
  type Offer,
  offerHash,
  pricingHash,
  type Session,
  type StationConfig,
  sessionId as sessionIdOf,
  type TariffPricing,
  type TariffTerms,
  termsHash,
  testCurrencyAbi,
} from "@openjoule/sdk";
import {
  type Chain,
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  type LocalAccount,
  parseEventLogs,
  parseSignature,
} from "viem";

/** Where a driver pays. */
export interface DriverOptions {
  account: LocalAccount;
  chain: Chain;
  rpcUrl: string;
  deployment: Deployment;
}

/** What a driver has read about a station before paying. */
export interface Choice {
  offer: Offer;
  config: StationConfig;
  terms: TariffTerms;
  pricing: TariffPricing;
}

/** A session that the driver has opened: with it he can ask for its end, or leave it without anyone's help. */
export interface OpenedSession extends Choice {
  session: Session;
  sessionId: Hex;
  transactionHash: Hex;
  blockNumber: bigint;
}

/** The endpoint serves another chain than the one that the deployment is on: a signature for one counts on no other. */
export class WrongChainError extends Error {
  constructor(given: number, expected: number) {
    super(`WrongChain: the endpoint's chain is ${given}, expected ${expected} as in the deployment`);
    this.name = "WrongChainError";
  }
}

/** The commitment in an EVSE's word are the high 192 bits of a hash. */
const COMMITMENT_SHIFT = 64n;
const PERMIT_SECONDS = 3600;
/** With the errors of the contracts behind it, so that each refusal has its name. */
const sessionsAbi = [...chargingSessionsAbi, ...contractErrorsAbi];

/**
 * A driver with a wallet: pays for a session, asks for its end, leaves by the other exit. Every call is simulated first,
 * so a refusal is the contract's named error and costs nothing.
 */
export function createDriver(options: DriverOptions) {
  const { account, chain, deployment } = options;
  const transport = http(options.rpcUrl);
  const publicClient = createPublicClient({ chain, transport, pollingInterval: 100, cacheTime: 0 });
  const wallet = createWalletClient({ account, chain, transport });
  const sessions = { address: deployment.contracts.ChargingSessions.address, abi: sessionsAbi } as const;
  const domain = { chainId: deployment.chainId, verifyingContract: sessions.address };

  /** An EIP-2612 permit for the escrow. @throws when the deployment has no test currency */
  async function signPermit(amount: bigint) {
    const token = deployment.contracts.TestCurrency;
    if (!token) throw new Error("this deployment has no currency that permits by signature");
    const read = { address: token.address, abi: testCurrencyAbi } as const;
    const [name, nonce] = await Promise.all([
      publicClient.readContract({ ...read, functionName: "name" }),
      publicClient.readContract({ ...read, functionName: "nonces", args: [account.address] }),
    ]);
    const deadline = BigInt(Math.floor(Date.now() / 1000) + PERMIT_SECONDS);
    const signature = await account.signTypedData({
      domain: { name, version: "1", chainId: deployment.chainId, verifyingContract: token.address },
      types: {
        Permit: [
          { name: "owner", type: "address" },
          { name: "spender", type: "address" },
          { name: "value", type: "uint256" },
          { name: "nonce", type: "uint256" },
          { name: "deadline", type: "uint256" },
        ],
      },
      primaryType: "Permit",
      message: { owner: account.address, spender: sessions.address, value: amount, nonce, deadline },
    });
    return { token: token.address, deadline, signature: parseSignature(signature) };
  }

  /** Whether `open` works as it is, without proving the offer first. */
  async function isOfferActive(offer: Offer): Promise<boolean> {
    const state = await publicClient.readContract({ ...sessions, functionName: "evseState", args: [offer.evse] });
    const commits = BigInt(state.commitment) >> COMMITMENT_SHIFT === BigInt(offerHash(offer)) >> COMMITMENT_SHIFT;
    return state.status === 0 && !state.stale && commits;
  }

  /**
   * Pays and opens in one transaction: permit and deposit, proof of the offer where it is needed, opening.
   * @param deposit base units, taken from the wallet and locked
   * @param maxSeconds duration limit of the session
   * @throws the contract's named error, WrongChainError
   */
  async function open(
    choice: Choice,
    { deposit, maxSeconds }: { deposit: bigint; maxSeconds: number },
  ): Promise<OpenedSession> {
    const { offer } = choice;
    const chainId = await publicClient.getChainId();
    if (chainId !== deployment.chainId) throw new WrongChainError(chainId, deployment.chainId);
    const { token, deadline, signature } = await signPermit(deposit);
    const active = await isOfferActive(offer);
    const v = Number(signature.v ?? BigInt(signature.yParity) + 27n);
    const calls = [
      encodeFunctionData({
        ...sessions,
        functionName: "depositWithPermit",
        args: [token, deposit, deadline, v, signature.r, signature.s],
      }),
      ...(active
        ? []
        : [
            encodeFunctionData({
              ...sessions,
              functionName: "activateOffer",
              args: [offer, choice.config, choice.terms, pricingHash(choice.pricing)],
            }),
          ]),
      encodeFunctionData({ ...sessions, functionName: "open", args: [offer, deposit, maxSeconds, 0n] }),
    ];
    const { request } = await publicClient.simulateContract({
      ...sessions,
      functionName: "multicall",
      args: [calls],
      account,
    });
    const receipt = await confirmed(await wallet.writeContract(request));
    const [event] = parseEventLogs({ abi: chargingSessionsAbi, eventName: "SessionOpened", logs: receipt.logs });
    if (!event) throw new Error(`no session was opened in ${receipt.transactionHash}`);
    const { sessionId, evse: _, ...session } = event.args;
    if (sessionIdOf(domain, session) !== sessionId)
      throw new Error(`session ${sessionId} is not the hash of its parameters`);
    return {
      ...choice,
      session,
      sessionId,
      transactionHash: receipt.transactionHash,
      blockNumber: receipt.blockNumber,
    };
  }

  /** Asks for the end of a session. */
  async function requestStop({ offer, session }: OpenedSession) {
    const call = { ...sessions, functionName: "requestStop", args: [offer, session], account } as const;
    const { request } = await publicClient.simulateContract(call);
    return confirmed(await wallet.writeContract(request));
  }

  /**
   * Leaves a session by a final statement that a quorum has signed, which anyone may file.
   * @throws the contract's named error
   */
  async function settle(
    { offer, session, terms, pricing }: OpenedSession,
    proof: Pick<Filing, "statement" | "committee" | "signatures">,
  ) {
    const filing = { offer, session, pricing, termsHash: termsHash(terms), ...proof };
    const args = [filing] as const;
    const { request } = await publicClient.simulateContract({ ...sessions, functionName: "settle", args, account });
    return confirmed(await wallet.writeContract(request));
  }

  /** Leaves a session by the other exit. @throws CloseTooEarly before the settlement window is over */
  async function close({ offer, session, terms, pricing }: OpenedSession) {
    const args = [offer, session, terms, pricingHash(pricing)] as const;
    const { request } = await publicClient.simulateContract({ ...sessions, functionName: "close", args, account });
    return confirmed(await wallet.writeContract(request));
  }

  /** Takes money out of the network, back to the wallet. */
  async function withdraw(currency: bigint, amount: bigint) {
    const args = [currency, amount, account.address] as const;
    const { request } = await publicClient.simulateContract({ ...sessions, functionName: "withdraw", args, account });
    return confirmed(await wallet.writeContract(request));
  }

  async function confirmed(hash: Hex) {
    const receipt = await publicClient.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`transaction ${hash} reverted`);
    return receipt;
  }

  return { account, open, requestStop, settle, close, withdraw };
}

export type Driver = ReturnType<typeof createDriver>;
