import type { Logger } from "pino";
import { type Address, keccak256 } from "viem";
import type { Fees } from "./fees.ts";
import type { ChainMetrics } from "./metrics.ts";
import { type Attempt, classifyRefusal, type OutboxRow, type SentRow } from "./outbox-decide.ts";
import type { OutboxPatch } from "./outbox-store.ts";
import type { ChainReader } from "./reader.ts";
import { RpcError } from "./rpc.ts";
import type { GasSigner } from "./signer.ts";

export type SenderOptions = {
  reader: ChainReader;
  signer: GasSigner;
  chainId: number;
  patch(row: OutboxRow, changes: OutboxPatch): Promise<void>;
  alert(row: OutboxRow, reason: string, error: string | null): void;
  logger: Logger;
  metrics: ChainMetrics;
  now: () => number;
};

export type Sender = {
  /** Signs a form of the transaction under a nonce, stores it, and sends it: in this order, so that no form is ever unknown. */
  signAndSend(row: OutboxRow, form: { nonce: number; gas: bigint; fees: Fees; block: number }): Promise<void>;
  /** Sends the newest form. @throws RpcError when the answer was lost: it may have arrived all the same. */
  send(row: SentRow): Promise<void>;
};

export function createSender(options: SenderOptions): Sender {
  const { reader, signer, chainId, patch, alert, logger, metrics, now } = options;
  const self = signer.address.toLowerCase() as Address;

  async function send(row: SentRow): Promise<void> {
    const attempt = row.attempts.at(-1);
    if (attempt === undefined) return;
    const about = { transactionId: row.id, nonce: row.nonce, hash: attempt.hash };
    const note = (changes: Partial<Attempt>, more: OutboxPatch = {}) =>
      patch(row, { ...more, attempts: row.attempts.map((one) => (one === attempt ? { ...one, ...changes } : one)) });
    try {
      await reader.sendRaw(attempt.raw);
    } catch (error) {
      if (!(error instanceof RpcError) || error.kind !== "refused") {
        metrics.broadcasts.inc({ answer: "lost" });
        throw error;
      }
      const answer = classifyRefusal(error.detail);
      metrics.broadcasts.inc({ answer });
      // Nonce too low: some form of it, or a stranger, is mined; the next turn looks at the receipts of all.
      if (answer === "known" || answer === "nonceTooLow") return note({ sentAtMs: now() });
      logger.warn({ ...about, answer, err: error }, "sending refused");
      if (answer === "underpriced") return note({ underpriced: true, sentAtMs: now() });
      const state = answer === "unfunded" ? "unfunded" : row.state;
      if (state !== row.state) alert(row, state, error.detail);
      return note({ sentAtMs: now() }, { state, error: error.detail });
    }
    metrics.broadcasts.inc({ answer: "accepted" });
    logger.info(about, "transaction sent");
    await note({ sentAtMs: now() });
  }

  async function signAndSend(
    row: OutboxRow,
    { nonce, gas, fees, block }: { nonce: number; gas: bigint; fees: Fees; block: number },
  ): Promise<void> {
    const { to, data, value } = row;
    const raw = await signer.signTransaction({ type: "eip1559", chainId, nonce, to, data, value, gas, ...fees });
    const attempt: Attempt = {
      ...fees,
      hash: keccak256(raw),
      raw,
      nonce,
      gas,
      signedAtMs: now(),
      signedAtBlock: block,
      sentAtMs: null,
      underpriced: false,
    };
    const signed = { state: "broadcast", signer: self, nonce, attempts: [...row.attempts, attempt] } as const;
    // Two workers can not both store one nonce: it is unique per signer.
    await patch(row, { ...signed, error: null, refusedAtBlock: null });
    await send({ ...row, ...signed });
  }

  return { send, signAndSend };
}
