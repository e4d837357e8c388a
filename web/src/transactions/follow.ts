import type { Address, Hex } from "viem";
import type { WalletCall } from "#wallet";
import type { SeenTransaction, TransactionChain } from "./chain.ts";
import type { Failure } from "./failure-types.ts";
import { loadFailures } from "./load-failures.ts";
import type { TransactionEvent } from "./machine.ts";

/** What is known of a transaction when the wallet is asked to send it. */
export interface Intent {
  readonly from: Address;
  readonly call: WalletCall;
  /** The account's next nonce then: the transaction's, unless the wallet knows better (see `onNonce`). */
  readonly nonce: number;
  /** The newest block then. */
  readonly block: bigint;
}

export interface FollowOptions {
  readonly chain: TransactionChain;
  readonly intent: Intent;
  /** Tells what happened, as the machine takes it. */
  readonly emit: (event: TransactionEvent) => void;
  /** The node has seen the transaction, with another nonce than the intent's. */
  readonly onNonce: (nonce: number) => void;
  readonly signal: AbortSignal;
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  readonly pollMs?: number;
  readonly lateMs?: number;
  readonly droppedMs?: number;
}

const POLL_MS = 1_000;
/** A chain that is well takes seconds. */
const LATE_MS = 60_000;
/** So long must every look find that the node does not know it. */
const DROPPED_MS = 120_000;
/** Blocks searched for a transaction that went in meanwhile: 20 minutes of a chain with blocks every 2 s. */
const SEARCHED_BLOCKS = 600n;

/**
 * Follows a transaction that was sent until the chain has decided about it, and tells: mined, reverted, repriced, replaced,
 * late, dropped. A node that does not answer for a while changes nothing. Ends with the decision or with `signal`.
 *
 * It looks at the account's nonce rather than at the pool: only that tells, also after the page was loaded anew, that
 * another transaction took this one's place.
 */
export async function follow(hash: Hex, options: FollowOptions): Promise<void> {
  const { chain, emit, signal, wait, now, onNonce } = options;
  const { pollMs = POLL_MS, lateMs = LATE_MS, droppedMs = DROPPED_MS } = options;
  const started = now();
  let { intent } = options;
  let seen = started;
  let late = false;
  while (!signal.aborted) {
    try {
      const known = await chain.transaction(hash);
      if (known !== undefined && known.nonce !== intent.nonce) {
        intent = { ...intent, nonce: known.nonce };
        onNonce(known.nonce);
      }
      const decision = await decide(hash, chain, intent);
      if (signal.aborted) return;
      for (const event of decision) emit(event);
      if (decision.length > 0) return;
      if (known !== undefined) seen = now();
      else if (now() - seen >= droppedMs) {
        return emit({ type: "failed", failure: { kind: "dropped", details: hash } });
      }
    } catch {
      // The node does not answer: the transaction is where it was.
      seen = now();
    }
    if (!late && now() - started >= lateMs) {
      late = true;
      emit({ type: "late" });
    }
    await wait(pollMs, signal);
  }
}

/** What the chain has decided, in the machine's events; nothing while it has not. */
async function decide(hash: Hex, chain: TransactionChain, intent: Intent): Promise<TransactionEvent[]> {
  // First the nonce, then the receipt: in the other order a transaction that is mined in between looks replaced.
  const taken = (await chain.nextNonce(intent.from, "mined")) > intent.nonce;
  const receipt = await chain.receipt(hash);
  if (receipt !== undefined) {
    const { succeeded, ...mined } = receipt;
    return [succeeded ? { type: "mined", mined } : { type: "failed", failure: await explain(chain, intent, mined) }];
  }
  if (!taken) return [];
  const other = await findMined(chain, intent, ({ nonce }) => nonce === intent.nonce);
  if (other === undefined || other.hash === hash) return [];
  if (sameCall(other, intent)) {
    return [{ type: "repriced", hash: other.hash }, ...(await decide(other.hash, chain, intent))];
  }
  const cancelled = other.to?.toLowerCase() === intent.from.toLowerCase() && other.input === "0x";
  return [{ type: "replaced", by: other.hash, cancelled }];
}

/** Why a mined transaction was undone: the same call on the state that it met. */
async function explain(chain: TransactionChain, intent: Intent, mined: { blockNumber: bigint }): Promise<Failure> {
  try {
    await chain.simulate(intent.from, intent.call, mined.blockNumber - 1n);
  } catch (error) {
    const failure = (await loadFailures()).readFailure(error);
    if (failure !== "rejected" && failure.kind === "contract") return failure;
  }
  return { kind: "reverted", details: "" };
}

/** The newest mined transaction of the account, since the intent, that is the one looked for. */
async function findMined(
  chain: TransactionChain,
  intent: Intent,
  isIt: (transaction: SeenTransaction) => boolean,
): Promise<SeenTransaction | undefined> {
  const newest = await chain.blockNumber();
  const oldest = newest - intent.block > SEARCHED_BLOCKS ? newest - SEARCHED_BLOCKS : intent.block;
  const from = intent.from.toLowerCase();
  for (let block = newest; block >= oldest; block -= 1n) {
    const transactions = await chain.transactionsOf(block);
    const found = transactions.find((other) => other.from.toLowerCase() === from && isIt(other));
    if (found !== undefined) return found;
  }
  return undefined;
}

const sameCall = ({ to, input, value }: SeenTransaction, { call }: Intent): boolean =>
  to?.toLowerCase() === call.to.toLowerCase() && input === call.data && value === (call.value ?? 0n);

/**
 * After the page was loaded anew while the wallet was asking: watches whether the transaction appears in a block after all.
 * Resolves with its hash, or undefined when `signal` ended the watch.
 */
export async function findSent(
  options: Pick<FollowOptions, "chain" | "intent" | "signal" | "wait" | "pollMs">,
): Promise<Hex | undefined> {
  const { chain, signal, wait, pollMs = POLL_MS } = options;
  let { intent } = options;
  while (!signal.aborted) {
    try {
      const newest = await chain.blockNumber();
      const found =
        newest >= intent.block &&
        (await findMined(chain, intent, (other) => other.nonce >= intent.nonce && sameCall(other, intent)));
      if (found && !signal.aborted) return found.hash;
      // What was searched stays as it is; a block more for a reorganisation in between.
      intent = { ...intent, block: newest };
    } catch {
      // See follow.
    }
    await wait(pollMs, signal);
  }
  return undefined;
}
