/** Why a write did not happen, as data; `FailureText` puts it into words. */
export type Failure =
  /** A contract refuses it, in its own words. */
  | { readonly kind: "contract"; readonly name: string; readonly args: readonly unknown[]; readonly details: string }
  /** It reached the chain and was undone there, for no reason that anybody gives. */
  | { readonly kind: "reverted"; readonly details: string }
  /** The wallet cannot pay the chain's fee. */
  | { readonly kind: "noGas"; readonly details: string }
  /** No wallet, or it is locked. */
  | { readonly kind: "walletLocked"; readonly details: string }
  /** The wallet has a question open already. */
  | { readonly kind: "walletBusy"; readonly details: string }
  | { readonly kind: "wrongChain"; readonly details: string }
  /** The chain does not answer. */
  | { readonly kind: "unreachable"; readonly details: string }
  /** The chain has forgotten it: it will not happen. */
  | { readonly kind: "dropped"; readonly details: string }
  | { readonly kind: "unknown"; readonly details: string };

/** Something the page itself finds out before the wallet is asked. */
export class TransactionError extends Error {
  override readonly name = "TransactionError";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.details);
    this.failure = failure;
  }
}
