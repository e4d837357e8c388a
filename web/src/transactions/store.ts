import type { MessageDescriptor } from "@lingui/core";
import type { Address, Hex, TypedDataDefinition } from "viem";
import type { WalletCall, WalletStore } from "#wallet";
import type { TransactionChain } from "./chain.ts";
import { type Failure, TransactionError } from "./failure-types.ts";
import { findSent, follow, type Intent } from "./follow.ts";
import { loadFailures } from "./load-failures.ts";
import { idle, isOver, type TransactionEvent, type TransactionState, transition } from "./machine.ts";
import type { Records, TransactionRecord } from "./records.ts";

/** A signature that the call needs, e.g. a permit (EIP-2612). */
export interface SignatureRequest {
  /** What the person is asked for: "Sign the permission to take 20.00 tEUR". */
  readonly title: MessageDescriptor;
  readonly typedData: (from: Address) => TypedDataDefinition | Promise<TypedDataDefinition>;
}

/** One write. */
export interface TransactionRequest {
  /** What is done, shown everywhere: "Pay and start charging". */
  readonly title: MessageDescriptor;
  /** Asked for in this order, before the call is built. */
  readonly signatures?: readonly SignatureRequest[];
  /** Throws when it is known now that it cannot work, before anything is signed. */
  readonly precheck?: (from: Address) => Promise<void>;
  /** The call, given the signatures in their order. */
  readonly call: (given: {
    readonly from: Address;
    readonly signatures: readonly Hex[];
  }) => WalletCall | Promise<WalletCall>;
}

/** A write as the page shows it. */
export interface Transaction {
  readonly key: string;
  readonly state: TransactionState;
  /** Undefined while idle. */
  readonly title: MessageDescriptor | undefined;
  /** Titles of the signatures; without words after a reload. */
  readonly signatures: readonly (MessageDescriptor | undefined)[];
  /** Whether it can be begun again; not after a reload, when the page no longer knows what was asked. */
  readonly canRetry: boolean;
}

export interface TransactionsOptions {
  readonly chainId: number;
  readonly wallet: WalletStore;
  readonly records: Records;
  readonly chain: () => Promise<TransactionChain>;
  readonly now?: () => number;
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly timing?: { readonly pollMs?: number; readonly lateMs?: number; readonly droppedMs?: number };
}

/** All writes of the page, each under a key of its own, e.g. `open:<evse>`; they outlive the component that began them. */
export interface Transactions {
  get(key: string): Transaction;
  subscribe(listener: () => void): () => void;
  /** Called with every state that ends a write. */
  onOver(listener: (transaction: Transaction) => void): () => void;
  /** Says that somebody looks at it here; returns the end of that. */
  show(key: string): () => void;
  isShown(key: string): boolean;
  review(key: string, request: TransactionRequest): void;
  cancel(key: string): void;
  confirm(key: string): void;
  dismiss(key: string): void;
  /** Takes up what was under way when the page was left. */
  resume(): void;
  /** Forgets what is being followed here; the records stay. */
  stop(): void;
}

interface Entry extends Transaction {
  readonly request: TransactionRequest | undefined;
  readonly watch: AbortController | undefined;
}

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener("abort", end, { once: true });
  });

export function createTransactions(options: TransactionsOptions): Transactions {
  const { wallet, records, chainId, now = Date.now, wait = pause, timing = {} } = options;
  const entries = new Map<string, Entry>();
  const shown = new Map<string, number>();
  const unused = new Map<string, Transaction>();
  const listeners = new Set<() => void>();
  const overListeners = new Set<(transaction: Transaction) => void>();

  const get = (key: string): Entry | Transaction => {
    const known = entries.get(key) ??
      unused.get(key) ?? { key, state: idle, title: undefined, signatures: [], canRetry: false };
    if (!entries.has(key)) unused.set(key, known);
    return known;
  };

  function put(key: string, change: Partial<Entry>) {
    const before = (entries.get(key) ?? { ...get(key), request: undefined, watch: undefined }) as Entry;
    entries.set(key, { ...before, ...change });
    for (const listener of listeners) listener();
  }

  function dispatch(key: string, event: TransactionEvent): boolean {
    const before = get(key).state;
    const state = transition(before, event);
    if (state === before) return false;
    put(key, { state });
    if (event.type === "sent" || event.type === "repriced") keep(key, { hash: event.hash });
    if (isOver(state) || state.phase === "idle") records.remove(key);
    if (isOver(state)) for (const listener of overListeners) listener(get(key));
    return true;
  }

  function keep(key: string, change: Partial<TransactionRecord>) {
    const record = records.all().find((other) => other.key === key);
    if (record !== undefined) records.put({ ...record, ...change });
  }

  const followed = (key: string, hash: Hex, chain: TransactionChain, intent: Intent, signal: AbortSignal) =>
    follow(hash, {
      ...{ chain, intent, signal, wait, now, ...timing },
      emit: (event) => dispatch(key, event),
      onNonce: (nonce) => keep(key, { intent: { ...intent, nonce } }),
    });

  /** From the person's yes to the chain's. */
  async function run(key: string, request: TransactionRequest): Promise<void> {
    const watch = new AbortController();
    put(key, { watch });
    const emit = (event: TransactionEvent) => dispatch(key, event);
    try {
      const from = requireAccount();
      await request.precheck?.(from);
      const controls = await wallet.controls();
      const signatures: Hex[] = [];
      for (const [index, signature] of (request.signatures ?? []).entries()) {
        const data = await signature.typedData(from);
        emit({ type: "sign", signature: index });
        signatures.push(await controls.signTypedData(data));
      }
      if (signatures.length > 0) emit({ type: "check" });
      const call = await request.call({ from, signatures });
      const chain = await options.chain();
      await chain.simulate(from, call);
      const intent: Intent = {
        from,
        call,
        nonce: await chain.nextNonce(from, "waiting"),
        block: await chain.blockNumber(),
      };
      if (requireAccount() !== from) throw locked("the account has changed");
      emit({ type: "ask" });
      // Before the wallet is asked: it may send although the page is gone by then.
      records.put({ key, title: request.title, signatures: signatures.length, intent, hash: undefined });
      const hash = await controls.sendTransaction(call);
      emit({ type: "sent", hash });
      await followed(key, hash, chain, intent, watch.signal);
    } catch (error) {
      const failure = await readFailure(error);
      emit(failure === "rejected" ? { type: "rejected" } : { type: "failed", failure });
    }
  }

  function requireAccount(): Address {
    const state = wallet.get();
    if (state.status !== "connected") throw locked("no account is connected");
    if (state.chainId !== chainId) {
      throw new TransactionError({ kind: "wrongChain", details: `the wallet is on chain ${state.chainId}` });
    }
    return state.address;
  }

  async function takeUp({ key, title, signatures, intent, hash }: TransactionRecord): Promise<void> {
    const watch = new AbortController();
    put(key, { title, signatures: Array.from({ length: signatures }, () => undefined), watch });
    dispatch(key, hash === undefined ? { type: "interrupt" } : { type: "resume", hash });
    const chain = await options.chain();
    const found = hash ?? (await findSent({ chain, intent, signal: watch.signal, wait, ...timing }));
    if (found === undefined) return;
    if (hash === undefined) dispatch(key, { type: "sent", hash: found });
    await followed(key, found, chain, intent, watch.signal);
  }

  const stopWatching = (key: string) => entries.get(key)?.watch?.abort();

  return {
    get,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onOver(listener) {
      overListeners.add(listener);
      return () => void overListeners.delete(listener);
    },
    show(key) {
      shown.set(key, (shown.get(key) ?? 0) + 1);
      return () => void shown.set(key, (shown.get(key) ?? 1) - 1);
    },
    isShown: (key) => (shown.get(key) ?? 0) > 0,
    review(key, request) {
      if (!dispatch(key, { type: "review" })) return;
      const signatures = (request.signatures ?? []).map(({ title }) => title);
      put(key, { request, title: request.title, signatures, canRetry: true });
      // There by the time it is wanted.
      void loadFailures().catch(() => {});
    },
    cancel: (key) => void dispatch(key, { type: "cancel" }),
    confirm(key) {
      const request = entries.get(key)?.request;
      if (request !== undefined && dispatch(key, { type: "confirm" })) void run(key, request);
    },
    dismiss(key) {
      stopWatching(key);
      dispatch(key, { type: "dismiss" });
    },
    resume() {
      for (const record of records.all()) if (!entries.has(record.key)) void takeUp(record);
    },
    stop() {
      for (const key of entries.keys()) stopWatching(key);
    },
  };
}

/** Without its reader, which the network may keep from us, a failure is told in its own words. */
async function readFailure(error: unknown): Promise<Failure | "rejected"> {
  try {
    return (await loadFailures()).readFailure(error);
  } catch {
    return { kind: "unknown", details: String(error) };
  }
}

const locked = (details: string) => new TransactionError({ kind: "walletLocked", details });
