/**
 * What this oracle must know of itself before it signs anything, learnt from the chain once and kept in the database, so that a
 * restart needs no node: whose its statement keys are, and how far the chain had come when this database was made.
 */
import type { Logger } from "pino";
import { type Address, getAddress } from "viem";
import type { ChainReader } from "./chain/reader.ts";
import type { StatementSigner } from "./chain/signer.ts";
import type { StatementKeys } from "./chain/statement-keys.ts";
import type { OwnOperator } from "./engine/context.ts";
import { FIRST_HEAD, keepMeta, readMeta } from "./store/meta.ts";
import type { Store } from "./store/store.ts";

export type Identity = { operators: OwnOperator[]; firstHead: number };

export type IdentityOptions = {
  store: Store;
  reader: ChainReader;
  statementKeys: StatementKeys;
  /** Statement keys with the operator that the configuration names, or null to ask OracleRegistry. */
  keys: readonly { operator: Address | null; signer: StatementSigner }[];
  committeeThreshold: number;
  logger: Logger;
  signal: AbortSignal;
  retryMs?: number;
};

/** Keys of fewer operators than the committees here need. */
export class QuorumUnreachableError extends Error {
  constructor(operators: number, threshold: number) {
    super(
      `COMMITTEE_THRESHOLD is ${threshold}, but the statement keys here are of ${operators} operator(s): ` +
        "this release does not ask other operators for signatures",
    );
    this.name = "QuorumUnreachableError";
  }
}

/**
 * Waits for a node as long as it takes.
 * @throws QuorumUnreachableError; an AbortError when `signal` says so.
 */
export async function learnIdentity(options: IdentityOptions): Promise<Identity> {
  const { store, reader, statementKeys, keys, committeeThreshold } = options;
  const firstHead = await patiently(options, "how far the chain has come", async () => {
    const known = await readMeta(store.db, FIRST_HEAD);
    if (known !== undefined) return Number(known);
    const head = await reader.header("latest");
    if (head === null) throw new Error("the node has no newest block");
    return Number(await keepMeta(store.db, FIRST_HEAD, String(head.number)));
  });
  await statementKeys.load();
  // What has changed since is taken up when the node answers; nothing here waits for it.
  patiently(options, "when the statement keys counted", statementKeys.refresh).catch(() => undefined);
  const operators: OwnOperator[] = [];
  for (const { operator, signer } of keys) {
    const own = operator ?? (await patiently(options, `the operator of ${signer.address}`, () => ask(options, signer)));
    const wasActive = (atSeconds: number) => statementKeys.wasActive(signer.address, own, atSeconds);
    operators.push({ operator: own, signer, wasActive });
  }
  const distinct = new Set(operators.map(({ operator }) => operator.toLowerCase())).size;
  if (distinct < committeeThreshold) throw new QuorumUnreachableError(distinct, committeeThreshold);
  return { operators, firstHead };
}

async function ask({ statementKeys }: IdentityOptions, { address }: StatementSigner): Promise<Address> {
  // Who is not known may have been registered since.
  if (statementKeys.operatorOf(address) === null) await statementKeys.refresh();
  const operator = statementKeys.operatorOf(address);
  if (operator === null) throw new Error(`OracleRegistry knows no operator of the key ${address}`);
  return getAddress(operator);
}

async function patiently<T>(options: IdentityOptions, what: string, attempt: () => Promise<T>): Promise<T> {
  const { logger, signal, retryMs = 2_000 } = options;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ reason, retryMs }, `waiting for the chain to say ${what}`);
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, retryMs);
      function done() {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      }
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
