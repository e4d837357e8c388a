import type { Hex } from "viem";
import { createLoop, type Loop } from "../chain/loop.ts";
import type { StoreTransaction } from "../store/store.ts";
import type { Changes, EngineContext } from "./context.ts";
import { eachAlone } from "./each-alone.ts";
import { moveSession } from "./move.ts";
import { dueSessions, putOffSession } from "./session-store.ts";

export type ReconcilerOptions = {
  context: EngineContext;
  commit<T>(body: (transaction: StoreTransaction, changes: Changes) => Promise<T>): Promise<T>;
};

/** Sessions looked at in one turn. */
const BATCH = 100;
/** Times are whole seconds: looking more often finds nothing. */
const POLL_MS = 500;

/**
 * Looks at what is due by the clock, over and over: it needs no timer that a restart would lose, so a wake-up that never came costs
 * time and nothing else.
 */
export function createReconciler({ context, commit }: ReconcilerOptions): Loop {
  const { store, logger, metrics, nowMs } = context;
  const look = (sessionId: Hex) =>
    commit((transaction, changes) => moveSession(context, transaction, changes, sessionId, { type: "tick" }));

  async function putOff(sessionId: Hex, error: unknown): Promise<void> {
    const delayMs = await putOffSession(store.db, sessionId, nowMs());
    metrics.failures.inc({ worker: "reconciler" });
    logger.error({ err: error, sessionId, delayMs }, "session not looked at, to be repeated");
  }

  return createLoop({
    pollMs: POLL_MS,
    async turn() {
      const due = await dueSessions(store.db, nowMs(), BATCH);
      await eachAlone(due, look, putOff);
      return due.length === BATCH;
    },
    onError(error, delayMs) {
      metrics.failures.inc({ worker: "reconciler" });
      logger.error({ err: error, delayMs }, "reconciling failed, to be repeated");
    },
  });
}
