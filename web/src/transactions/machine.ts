import type { Hex } from "viem";
import type { Failure } from "./failure-types.ts";

/** A log of a mined transaction, enough to decode its events. */
export interface MinedLog {
  readonly address: Hex;
  readonly data: Hex;
  readonly topics: readonly Hex[];
}

/** A transaction that the chain holds. */
export interface Mined {
  readonly hash: Hex;
  readonly blockNumber: bigint;
  readonly logs: readonly MinedLog[];
}

/**
 * Where one write has got to. Every write of the app goes this way:
 *
 *     idle → review → checking ⇄ signing → wallet → pending → done
 *
 * and leaves it as `failed`, `rejected` (the person said no: nothing wrong) or `replaced` (in the wallet, by another
 * transaction). `interrupted`: the page was loaded anew while the wallet was asking, so nobody knows yet what it said.
 */
export type TransactionState =
  | { readonly phase: "idle" }
  | { readonly phase: "review" }
  /** The call is built and tried on the chain's present state, without the wallet. */
  | { readonly phase: "checking" }
  /** The wallet is asked for the n-th signature that the call needs. */
  | { readonly phase: "signing"; readonly signature: number }
  /** The wallet is asked to send. */
  | { readonly phase: "wallet" }
  /** Sent. `late` when it takes longer than usual. */
  | { readonly phase: "pending"; readonly hash: Hex; readonly late: boolean }
  | { readonly phase: "done"; readonly mined: Mined }
  /** `hash` when it reached the chain. */
  | { readonly phase: "failed"; readonly failure: Failure; readonly hash: Hex | undefined }
  | { readonly phase: "rejected" }
  /** Another transaction took its place; `cancelled` when that one does nothing. */
  | { readonly phase: "replaced"; readonly hash: Hex; readonly by: Hex; readonly cancelled: boolean }
  | { readonly phase: "interrupted" };

export type Phase = TransactionState["phase"];

export type TransactionEvent =
  | { readonly type: "review" }
  | { readonly type: "cancel" }
  | { readonly type: "confirm" }
  | { readonly type: "check" }
  | { readonly type: "sign"; readonly signature: number }
  | { readonly type: "ask" }
  | { readonly type: "sent"; readonly hash: Hex }
  | { readonly type: "late" }
  /** The wallet sent the same call again with another fee. */
  | { readonly type: "repriced"; readonly hash: Hex }
  | { readonly type: "mined"; readonly mined: Mined }
  | { readonly type: "replaced"; readonly by: Hex; readonly cancelled: boolean }
  | { readonly type: "rejected" }
  | { readonly type: "failed"; readonly failure: Failure }
  /** The page was loaded anew; the transaction was sent before. */
  | { readonly type: "resume"; readonly hash: Hex }
  /** The page was loaded anew while the wallet was asking. */
  | { readonly type: "interrupt" }
  | { readonly type: "dismiss" };

export const idle: TransactionState = { phase: "idle" };

/** Which events each phase takes. */
const accepted: { readonly [phase in Phase]: readonly TransactionEvent["type"][] } = {
  idle: ["review", "resume", "interrupt"],
  review: ["cancel", "confirm"],
  checking: ["sign", "ask", "failed"],
  signing: ["sign", "check", "rejected", "failed"],
  wallet: ["sent", "rejected", "failed"],
  pending: ["late", "repriced", "mined", "replaced", "failed"],
  done: ["dismiss", "review"],
  failed: ["dismiss", "review", "confirm"],
  rejected: ["dismiss", "review", "confirm"],
  replaced: ["dismiss", "review"],
  interrupted: ["sent", "dismiss", "failed"],
};

/** The state after an event. An event that the phase does not take changes nothing: it comes from a past that is over. */
export function transition(state: TransactionState, event: TransactionEvent): TransactionState {
  if (!accepted[state.phase].includes(event.type)) return state;
  switch (event.type) {
    case "review":
      return { phase: "review" };
    case "cancel":
    case "dismiss":
      return idle;
    case "confirm":
    case "check":
      return { phase: "checking" };
    case "sign":
      return { phase: "signing", signature: event.signature };
    case "ask":
      return { phase: "wallet" };
    case "sent":
    case "resume":
    case "repriced":
      return { phase: "pending", hash: event.hash, late: false };
    case "late":
      return state.phase === "pending" ? { ...state, late: true } : state;
    case "mined":
      return { phase: "done", mined: event.mined };
    case "replaced":
      return state.phase === "pending"
        ? { phase: "replaced", hash: state.hash, by: event.by, cancelled: event.cancelled }
        : state;
    case "rejected":
      return { phase: "rejected" };
    case "interrupt":
      return { phase: "interrupted" };
    case "failed":
      return { phase: "failed", failure: event.failure, hash: state.phase === "pending" ? state.hash : undefined };
  }
}

/** The person need not do anything, and closing the page would lose sight of it. */
export const isWorking = ({ phase }: TransactionState): boolean =>
  phase === "checking" || phase === "signing" || phase === "wallet" || phase === "pending";

/** It is over, one way or another. */
export const isOver = ({ phase }: TransactionState): boolean =>
  phase === "done" || phase === "failed" || phase === "rejected" || phase === "replaced";
