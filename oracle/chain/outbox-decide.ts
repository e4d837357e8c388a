/**
 * What to do with a transaction of the outbox, as a pure function of its row and of what the chain says. `outbox.ts` asks
 * the chain, does what is decided and keeps the result; each decision is safe to repeat after a crash at any point.
 */
import type { Address, Hex } from "viem";
import type { TransactionState } from "../store/schema.ts";
import { type FeeMarket, type FeePolicy, type Fees, firstFees, replacementFees } from "./fees.ts";

/** One signed form of a transaction. It is stored before it is sent, so it is never forgotten. */
export type Attempt = Fees & {
  hash: Hex;
  /** The bytes to send. */
  raw: Hex;
  nonce: number;
  gas: bigint;
  signedAtMs: number;
  signedAtBlock: number;
  /** When a node last answered its sending; null before. */
  sentAtMs: number | null;
  /** A node refused its fees. */
  underpriced: boolean;
};

/** A transaction of the outbox. */
export type OutboxRow = {
  id: string;
  kind: string;
  to: Address;
  data: Hex;
  value: bigint;
  state: TransactionState;
  signer: Address | null;
  nonce: number | null;
  /** All that were ever signed, oldest first, those under former nonces included. */
  attempts: readonly Attempt[];
  blockNumber: number | null;
  refusedAtBlock: number | null;
  reverts: number;
};
/** A row that has been signed. */
export type SentRow = OutboxRow & { signer: Address; nonce: number };

export type OutboxPolicy = FeePolicy & {
  /** Blocks on top of a transaction's block until it counts as done, and a refusal as lasting. */
  finalityDepth: number;
  /** Signed again with higher fees when it is next in line and not mined for as long as this and as many blocks. */
  replaceAfterMs: number;
  replaceAfterBlocks: number;
  /** Sent again, as it is, when not mined. */
  rebroadcastMs: number;
  /** Not mined for so long: a person should look. */
  stuckAfterMs: number;
  /** How often a transaction that reverted on the chain is sent anew. */
  maxReverts: number;
};

/** Errors of the simulation that mean: somebody else has done it. */
export type SupersededBy = readonly string[];

/** The chain's answer to a simulation. `error` is the contract's own name for the refusal, `detail` has its arguments. */
export type Simulation = { ok: true; gas: bigint } | { ok: false; error: string; detail: string };

export type UnsentDecision =
  | { do: "sign"; gas: bigint; fees: Fees }
  /** Would revert now; perhaps not later (a lagging node, a clock), so it is asked again. */
  | { do: "hold"; state: "pending" | "stuck" | "capped" | "unfunded"; refusedAtBlock: number | null; error: string }
  /** Somebody else has done it. */
  | { do: "end"; error: string };

/**
 * A transaction without a nonce. A nonce is given only to what would succeed, so that none is left unused.
 *
 * What is refused for long is stuck, never given up: blocks may be stamped hours behind our clock, a node may fail for longer than
 * finality takes on a fast chain, and a settlement dropped then would leave its owner unpaid.
 */
export function decideUnsent(
  row: OutboxRow,
  chain: { head: number; simulation: Simulation; market: FeeMarket; balance: bigint },
  policy: OutboxPolicy,
  supersededBy: SupersededBy,
): UnsentDecision {
  const { head, simulation, market, balance } = chain;
  if (!simulation.ok) {
    const since = row.refusedAtBlock ?? head;
    const lasting = head - since >= policy.finalityDepth;
    if (lasting && supersededBy.includes(simulation.error)) {
      return { do: "end", error: `superseded: ${simulation.detail}` };
    }
    const state = lasting ? "stuck" : "pending";
    return { do: "hold", state, refusedAtBlock: since, error: simulation.detail };
  }
  const fees = firstFees(market, policy);
  if (fees === null) {
    const error = `base fee ${market.baseFeePerGas} is above the cap ${policy.maxFeePerGasCap}`;
    return { do: "hold", state: "capped", refusedAtBlock: null, error };
  }
  const gas = gasLimit(simulation.gas);
  const needed = gas * fees.maxFeePerGas + row.value;
  if (balance < needed) {
    const error = `the gas key holds ${balance} wei, needs ${needed}`;
    return { do: "hold", state: "unfunded", refusedAtBlock: null, error };
  }
  return { do: "sign", gas, fees };
}

export type MinedReceipt = { hash: Hex; blockNumber: number; blockHash: Hex; success: boolean };

export type SentDecision =
  /** Mined and final. */
  | { do: "end"; receipt: MinedReceipt }
  | { do: "mined"; receipt: MinedReceipt }
  /** A final revert, or a nonce that another transaction has used: begin again without a nonce, or give up. */
  | { do: "renew"; reverts: number; error: string }
  | { do: "fail"; error: string }
  /** Another transaction seems to have used the nonce; certain only at finality depth. */
  | { do: "suspect"; refusedAtBlock: number; error: string }
  | { do: "replace"; fees: Fees; state: InFlight }
  | { do: "send"; state: InFlight; error: string | null }
  | { do: "wait"; state: InFlight; error: string | null };
export type InFlight = "broadcast" | "stuck" | "capped" | "unfunded";

/** A transaction that has been signed at least once: some form of it may be anywhere. */
export function decideSent(
  row: SentRow,
  chain: {
    nowMs: number;
    head: number;
    /** Transactions of the signer in the chain: nonces below it are used. */
    minedCount: number;
    /** Of whichever attempt was mined. */
    receipt: MinedReceipt | null;
    market: FeeMarket;
    balance: bigint;
    /** False when the key that signed it is no longer ours. */
    canSign: boolean;
  },
  policy: OutboxPolicy,
): SentDecision {
  const { nowMs, head, minedCount, receipt } = chain;
  if (receipt !== null) {
    if (head - receipt.blockNumber < policy.finalityDepth) return { do: "mined", receipt };
    if (receipt.success) return { do: "end", receipt };
    const error = `reverted in ${receipt.hash}, block ${receipt.blockNumber}`;
    if (row.reverts >= policy.maxReverts) return { do: "fail", error };
    return { do: "renew", reverts: row.reverts + 1, error };
  }
  if (minedCount > row.nonce) {
    // Either the node has the count before the receipt, or a transaction that we do not know used the nonce.
    const since = row.refusedAtBlock ?? head;
    const error = `nonce ${row.nonce} was used by a transaction that is none of ours`;
    if (head - since >= policy.finalityDepth) return { do: "renew", reverts: row.reverts, error };
    return { do: "suspect", refusedAtBlock: since, error };
  }
  const attempts = row.attempts.filter((attempt) => attempt.nonce === row.nonce);
  const last = attempts.at(-1);
  const first = attempts[0];
  if (last === undefined || first === undefined) return { do: "renew", reverts: row.reverts, error: "no signed form" };

  const stuck = nowMs - first.signedAtMs >= policy.stuckAfterMs;
  const resend = (state: InFlight, error: string | null): SentDecision => {
    // What was mined and is no longer: a reorg. The pool may have dropped it long ago.
    const due = row.state === "mined" || last.sentAtMs === null || nowMs - last.sentAtMs >= policy.rebroadcastMs;
    return { do: due ? "send" : "wait", state, error };
  };
  const slow =
    minedCount === row.nonce &&
    row.state !== "mined" &&
    nowMs - last.signedAtMs >= policy.replaceAfterMs &&
    head - last.signedAtBlock >= policy.replaceAfterBlocks;
  const age = stuck ? `not mined for ${Math.floor((nowMs - first.signedAtMs) / 1_000)} s` : null;
  if (!last.underpriced && !slow) return resend(stuck ? "stuck" : "broadcast", age);
  if (!chain.canSign) return resend("stuck", `signed by ${row.signer}, whose key is not here`);

  const fees = replacementFees(last, chain.market, policy);
  if (fees === null) {
    return resend("capped", `fees above ${last.maxFeePerGas} wei would pass the cap ${policy.maxFeePerGasCap}`);
  }
  const needed = last.gas * fees.maxFeePerGas + row.value;
  if (chain.balance < needed) return resend("unfunded", `the gas key holds ${chain.balance} wei, needs ${needed}`);
  return { do: "replace", fees, state: stuck ? "stuck" : "broadcast" };
}

/**
 * Room above the estimate: what the transaction pays into may have been emptied until it is mined, and a balance that starts
 * from zero costs 17,100 gas more (EIP-2200, EIP-2929). Gas that is not used is not paid.
 */
export function gasLimit(estimate: bigint): bigint {
  return estimate + estimate / 4n + 60_000n;
}

/** What a node says to a signed transaction. `lost`: nothing that can be relied on. */
export type SendAnswer = "accepted" | "known" | "nonceTooLow" | "underpriced" | "unfunded" | "refused";

/** Reads a node's refusal; each client has its own words for the same thing (Geth, Erigon, Nethermind, Besu, Reth, Anvil). */
export function classifyRefusal(message: string): SendAnswer {
  for (const [answer, words] of REFUSALS) if (words.test(message)) return answer;
  return "refused";
}

const REFUSALS: readonly (readonly [SendAnswer, RegExp])[] = [
  ["known", /already ?known|already imported|known transaction|already in (the )?(mem|tx)?pool|already exists/i],
  ["nonceTooLow", /nonce (is )?too low|nonce .*below|old ?nonce|invalid nonce/i],
  [
    "underpriced",
    /underpriced|replacement ?not ?allowed|less than block base fee|fee ?too ?low|gas price (is )?(too low|below)/i,
  ],
  ["unfunded", /insufficient ?(funds|balance)/i],
];

/** The nonce for a transaction that is signed for the first time, past what the chain, its pool and our own rows have used. */
export function nextNonce(pendingCount: number, ownNonces: readonly number[]): number {
  return ownNonces.reduce((next, nonce) => Math.max(next, nonce + 1), pendingCount);
}
