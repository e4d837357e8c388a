import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from "react";
import { useConfig } from "#config";
import { useWalletStore } from "#wallet";
import { createTransactionChain } from "./chain.ts";
import type { TransactionState } from "./machine.ts";
import { createRecords } from "./records.ts";
import { createTransactions, type Transaction, type TransactionRequest, type Transactions } from "./store.ts";

const TransactionsContext = createContext<Transactions | undefined>(undefined);

/** Storage may be forbidden: then a reload forgets. */
const noStorage = { getItem: () => null, setItem: () => {} };
function browserStorage(): Pick<Storage, "getItem" | "setItem"> {
  try {
    return localStorage;
  } catch {
    return noStorage;
  }
}

/** Gives the pages below it the writes; takes up those that a reload interrupted. `transactions` only in tests. */
export function TransactionsProvider(props: { transactions?: Transactions; children: ReactNode }) {
  const config = useConfig();
  const wallet = useWalletStore();
  const transactions = useMemo(
    () =>
      props.transactions ??
      createTransactions({
        chainId: config.chainId,
        wallet,
        records: createRecords(browserStorage(), config.chainId, Date.now),
        chain: () => createTransactionChain(config),
      }),
    [props.transactions, config, wallet],
  );
  useEffect(() => {
    transactions.resume();
    return () => transactions.stop();
  }, [transactions]);
  return <TransactionsContext value={transactions}>{props.children}</TransactionsContext>;
}

export function useTransactions(): Transactions {
  const transactions = use(TransactionsContext);
  if (transactions === undefined) throw new Error("useTransaction needs a TransactionsProvider above it");
  return transactions;
}

export interface TransactionHandle extends Transaction {
  /** Opens the review: nothing is asked of the wallet before `confirm`. */
  readonly review: (request: TransactionRequest) => void;
  readonly confirm: () => void;
  /** Leaves the review. */
  readonly cancel: () => void;
  /** Puts away what is over. */
  readonly dismiss: () => void;
}

/**
 * One write of the page, under a key that stays the same after a reload (`open:<evse>`, `stop:<session>`): a pending
 * transaction is then there again. `onDone` is called once when it is mined, after a reload too.
 */
export function useTransaction(
  key: string,
  options: { readonly onDone?: (state: Extract<TransactionState, { phase: "done" }>) => void } = {},
): TransactionHandle {
  const transactions = useTransactions();
  const transaction = useSyncExternalStore(
    transactions.subscribe,
    useCallback(() => transactions.get(key), [transactions, key]),
  );
  const onDone = useRef(options.onDone);
  onDone.current = options.onDone;
  const { state } = transaction;
  useEffect(() => transactions.show(key), [transactions, key]);
  const told = useRef<TransactionState>(undefined);
  useEffect(() => {
    if (state.phase !== "done" || told.current === state) return;
    told.current = state;
    onDone.current?.(state);
  }, [state]);
  return useMemo(
    () => ({
      ...transaction,
      review: (request) => transactions.review(key, request),
      confirm: () => transactions.confirm(key),
      cancel: () => transactions.cancel(key),
      dismiss: () => transactions.dismiss(key),
    }),
    [transaction, transactions, key],
  );
}
