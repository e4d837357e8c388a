import { setTimeout as sleep } from "node:timers/promises";
import { CallError, NoAnswerError } from "./rpc-client.ts";

/**
 * A transaction-related message that must reach the central system. `local` names its transaction on this side; it is empty
 * for meter values outside one.
 */
export type QueuedMessage = {
  action: "StartTransaction" | "MeterValues" | "StopTransaction";
  local: string;
  payload: Record<string, unknown>;
};

export type TransactionQueueOptions = {
  /** The waiting messages at first, the oldest first, and the ids that transactions have been given. */
  messages: QueuedMessage[];
  transactionIds: Record<string, number>;
  call: (action: string, payload: object) => Promise<Record<string, unknown>>;
  /** Whether messages may leave: connected and accepted. */
  ready: () => boolean;
  retryIntervalMs: number;
  /** Attempts of a message answered with an error; 0: for ever. */
  attempts: number;
  /** `transactionId` is the central system's, null while it has given none. */
  onAnswer: (message: QueuedMessage, answer: Record<string, unknown>, transactionId: number | null) => Promise<void>;
  onDropped: (message: QueuedMessage, reason: string) => void;
  /** After every change. */
  onChange: () => void;
};

export type TransactionQueue = {
  push(message: QueuedMessage): void;
  /** Goes on sending, if it may. */
  wake(): void;
  readonly messages: readonly QueuedMessage[];
  readonly transactionIds: Readonly<Record<string, number>>;
};

/** Meter values kept while offline; when there are more, the oldest go, as in small memories. */
const maxMeterValues = 2_000;

/**
 * Transaction messages in order, each repeated until it is answered (OCPP 1.6 §3.7.1, §4.8): offline they wait, and a message
 * whose answer got lost is sent again with a new message id.
 */
export function createTransactionQueue(options: TransactionQueueOptions): TransactionQueue {
  const { messages, transactionIds } = options;
  let running = false;

  /** The payload with the transaction's id: -1, as chargers do, when a start was never answered with one. */
  function complete({ action, local, payload }: QueuedMessage): Record<string, unknown> {
    if (action === "StartTransaction" || local === "") return payload;
    return { ...payload, transactionId: transactionIds[local] ?? -1 };
  }

  async function settle(message: QueuedMessage, answer: Record<string, unknown>): Promise<void> {
    const { action, local } = message;
    if (action === "StartTransaction" && Number.isInteger(answer.transactionId)) {
      transactionIds[local] = Number(answer.transactionId);
    }
    const transactionId = transactionIds[local] ?? null;
    messages.shift();
    if (action === "StopTransaction" && !messages.some((other) => other.local === local)) delete transactionIds[local];
    options.onChange();
    await options.onAnswer(message, answer, transactionId);
  }

  /** Returns when the message is answered or dropped, or when nothing may leave any more. */
  async function deliver(message: QueuedMessage): Promise<void> {
    for (let attempt = 1; options.ready(); attempt += 1) {
      let answer: Record<string, unknown>;
      try {
        answer = await options.call(message.action, complete(message));
      } catch (error) {
        if (error instanceof NoAnswerError && error.reason === "disconnected") return;
        if (error instanceof CallError && options.attempts > 0 && attempt >= options.attempts) {
          messages.shift();
          options.onChange();
          return options.onDropped(message, `${error.code}: ${error.message}`);
        }
        await sleep(options.retryIntervalMs, undefined, { ref: false });
        continue;
      }
      return settle(message, answer);
    }
  }

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    for (let next = messages[0]; next !== undefined && options.ready(); next = messages[0]) await deliver(next);
    running = false;
  }

  return {
    push(message) {
      if (message.action === "MeterValues" && messages.length >= maxMeterValues) {
        // Not the first: it may be under way.
        const oldest = messages.findIndex((other, index) => index > 0 && other.action === "MeterValues");
        if (oldest !== -1) messages.splice(oldest, 1);
      }
      messages.push(message);
      options.onChange();
      void run();
    },
    wake: () => void run(),
    messages,
    transactionIds,
  };
}
