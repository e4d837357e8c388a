export { type TransactionHandle, TransactionsProvider, useTransaction, useTransactions } from "./context.tsx";
export { type FailureWords, useFailureWords } from "./FailureText.tsx";
export { readFailure } from "./failure.ts";
export { type Failure, TransactionError } from "./failure-types.ts";
export type { Mined, MinedLog, Phase, TransactionState } from "./machine.ts";
export type { SignatureRequest, Transaction, TransactionRequest } from "./store.ts";
export { TransactionDialog, type TransactionDialogProps } from "./TransactionDialog.tsx";
export { TransactionLink, TransactionStatus } from "./TransactionStatus.tsx";
