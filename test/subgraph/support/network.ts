import {
  type Committee,
  chargingSessionsAbi,
  compactSignature,
  encodeStatement,
  type Filing,
  type Offer,
  type OperatorSignature,
  pricingHash,
  quorumSignatures,
  type Session,
  type SessionId,
  type Statement,
  sessionId as sessionIdOf,
  statementTypedData,
  termsHash,
  testCurrencyAbi,
} from "@openjoule/sdk";
import {
  type Address,
  type Hex,
  maxUint256,
  type PrivateKeyAccount,
  parseEventLogs,
  type TransactionReceipt,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { compileContracts } from "../../../scripts/deploy/compile.ts";
import { localAccount } from "../../../scripts/local/accounts.ts";
import { type Chain, startChain } from "../../../scripts/local/chain.ts";
import { type GraphNode, startGraphNode } from "../../../scripts/local/graph-node.ts";
import type { Run } from "../../../scripts/local/run.ts";
import { createSender, type Sender } from "../../../scripts/local/sender.ts";
import { createWorld, fund, type World, type WorldOperator } from "../../../scripts/local/world.ts";
import { readAbis } from "../../../subgraph/tools/abis.ts";
import { compileSubgraph, placeSubgraph } from "../../../subgraph/tools/compile.ts";
import { toPlace } from "../../../subgraph/tools/deployment.ts";

/** Development keys of this test alone. */
const account = (number: number): PrivateKeyAccount =>
  privateKeyToAccount(`0x${number.toString(16).padStart(64, "0")}` as Hex);

export const accounts = {
  deployer: localAccount("deployer"),
  owner: account(0x0a11),
  buyer: account(0x0a12),
  driver: account(0x0d11),
  friend: account(0x0d12),
};
export const operators: readonly WorldOperator[] = [1, 2, 3].map((number) => ({
  account: account(0x5100 + number) as WorldOperator["account"],
  key: account(0x5200 + number),
}));

/** A session that was opened here. */
export interface Opened {
  readonly sessionId: SessionId;
  readonly session: Session;
  readonly offer: Offer;
  readonly receipt: TransactionReceipt;
}

/**
 * Chain, contracts with three operators of whom two sign, and a graph-node on the product's own subgraph. The driver and
 * a friend have money in the ledger, and the offer of the first EVSE is proven.
 */
export async function startNetwork(run: Run) {
  const { chain, sender, world } = await startWorld(run);
  const actors = createActors({ chain, sender, world });
  const { driver, friend } = accounts;
  const [node] = await Promise.all([startSubgraph(run, chain, world), actors.deposit(driver, 100_000_000n)]);
  await actors.deposit(friend, 5_000_000n);
  await actors.activate(world.offerOf(0));
  /** Waits until the subgraph has come to the chain's head. */
  const indexed = async () => node.waitForBlock(await sender.publicClient.getBlockNumber());
  return { chain, sender, world, actors, node, indexed };
}

export type TestNetwork = Awaited<ReturnType<typeof startNetwork>>;

async function startWorld(run: Run) {
  await compileContracts();
  const chain = await startChain({ run });
  const sender = createSender({ rpcUrl: chain.url, chainId: chain.chainId });
  for (const { address } of [...Object.values(accounts), ...operators.map((operator) => operator.account)]) {
    await chain.rpc("anvil_setBalance", [address, `0x${(10n ** 20n).toString(16)}`]);
  }
  const { deployer, owner } = accounts;
  const world = await createWorld(sender, { deployer, owner, operators, threshold: 2, feeBps: 333 });
  return { chain, sender, world };
}

async function startSubgraph(run: Run, chain: Chain, world: World): Promise<GraphNode> {
  const compiled = await compileSubgraph({ name: "product", abis: readAbis() });
  const out = `${run.temporaryFolder("subgraph")}/placed`;
  await placeSubgraph({ compiled, place: toPlace("localhost", world.deployment), out });
  return startGraphNode({ run, buildFolder: `${out}/build`, chainUrl: chain.url });
}

/** What drivers, friends and quorums do, each as a transaction. */
function createActors({ chain, sender, world }: { chain: Chain; sender: Sender; world: World }) {
  const address = world.deployment.contracts.ChargingSessions.address;
  const sessions = { address, abi: chargingSessionsAbi } as const;
  const domain = { chainId: chain.chainId, verifyingContract: address };

  async function now(): Promise<number> {
    return Number((await sender.publicClient.getBlock()).timestamp);
  }

  /** The next block has at least this time. */
  async function waitUntil(timestamp: number): Promise<void> {
    if ((await now()) < timestamp) await chain.rpc("evm_setNextBlockTimestamp", [timestamp]);
    await chain.rpc("evm_mine");
  }

  async function deposit(payer: PrivateKeyAccount, amount: bigint): Promise<void> {
    await fund(sender, world, accounts.deployer, payer.address, amount);
    const token = { address: world.deployment.contracts.TestCurrency.address, abi: testCurrencyAbi } as const;
    await sender.call(payer, { name: "approve", ...token, functionName: "approve", args: [address, maxUint256] });
    await sender.call(payer, { name: "deposit", ...sessions, functionName: "deposit", args: [token.address, amount] });
  }

  async function activate(offer: Offer): Promise<void> {
    const args = [offer, world.config, world.terms, pricingHash(world.pricing)] as const;
    await sender.call(accounts.friend, { name: "activate", ...sessions, functionName: "activateOffer", args });
  }

  async function open(offer: Offer, amount: bigint, maxSeconds: number): Promise<Opened> {
    const args = [offer, amount, maxSeconds, 0n] as const;
    const receipt = await sender.call(accounts.driver, { name: "open", ...sessions, functionName: "open", args });
    const [log] = parseEventLogs({ abi: chargingSessionsAbi, eventName: "SessionOpened", logs: receipt.logs });
    if (!log) throw new Error("SessionOpened is missing");
    const { sessionId, evse: _, ...session } = log.args;
    if (sessionIdOf(domain, session) !== sessionId) throw new Error("the session's id is not its hash");
    return { sessionId, session, offer, receipt };
  }

  async function file(functionName: "checkpoint" | "settle", opened: Opened, statement: Statement) {
    const signatures = await Promise.all(operators.map((operator) => sign(operator, opened, statement)));
    const filing: Filing = {
      offer: opened.offer,
      session: opened.session,
      statement: encodeStatement(statement),
      committee: world.committee as Committee,
      signatures: quorumSignatures(signatures, world.committee.threshold),
      pricing: world.pricing,
      termsHash: termsHash(world.terms),
    };
    return sender.call(accounts.friend, { name: functionName, ...sessions, functionName, args: [filing] });
  }

  async function sign(operator: WorldOperator, opened: Opened, statement: Statement): Promise<OperatorSignature> {
    const data = statementTypedData(domain, opened.sessionId, statement);
    const signature = compactSignature(await operator.key.signTypedData(data));
    return { operator: operator.account.address, signature };
  }

  function balanceOf(holder: Address, currency: bigint): Promise<bigint> {
    return sender.publicClient.readContract({ ...sessions, functionName: "balanceOf", args: [holder, currency] });
  }

  return {
    sessions,
    now,
    waitUntil,
    deposit,
    activate,
    open,
    balanceOf,
    checkpoint: (opened: Opened, statement: Statement) => file("checkpoint", opened, statement),
    settle: (opened: Opened, statement: Statement) => file("settle", opened, statement),
  };
}
