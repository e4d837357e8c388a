import type { ChainEvent, SessionOpenedEvent } from "../chain/types.ts";
import type { Binding } from "../core/types.ts";
import { encodeJson } from "../store/json.ts";
import type { StoreTransaction } from "../store/store.ts";
import type { Changes, EngineContext } from "./context.ts";
import { type EventToMove, moveSession } from "./move.ts";
import { operatorsOf, signersOf } from "./signers.ts";

/** Why a session on the chain is not ours to serve. */
export type UnservedReason =
  /** Opened before this database existed: an earlier one may have signed for it. It goes to `close` unless that one returns. */
  | "openedBeforeDatabase"
  /** Our operators with a key that counted at its opening are too few of its committee for a quorum. */
  | "notOurCommittee"
  /** Another member of the committee has the hardware. */
  | "notOurHardware";

export type ChainEventHandlerOptions = {
  context: EngineContext;
  isConnected: (deviceId: string) => boolean;
};

/** Takes chain events inside the transaction that moves the log cursor: each once, by the inbox. */
export function createChainEventHandler({ context, isConnected }: ChainEventHandlerOptions) {
  const { logger, metrics } = context;

  async function open(event: SessionOpenedEvent, transaction: StoreTransaction, changes: Changes): Promise<void> {
    const { sessionId, evse } = event;
    const bound = await transaction
      .selectFrom("device_connectors")
      .selectAll()
      .where("evse_key", "=", evse.toString())
      .executeTakeFirst();
    const binding: Binding | null =
      bound === undefined ? null : { deviceId: bound.device_id, connectorId: bound.connector_id };
    const reason = unservedReason(event, binding);
    if (reason !== null) {
      metrics.unserved.inc({ reason });
      logger.warn({ sessionId, reason, blockNumber: event.blockNumber }, "session not served");
      return;
    }
    const { offer, session, terms, pricing, termsHash, pricingHash, committee } = event;
    await moveSession(context, transaction, changes, sessionId, {
      type: "opened",
      opening: { sessionId, offer, session, terms, pricing, termsHash, pricingHash, committee },
      binding,
      connected: binding !== null && isConnected(binding.deviceId),
      connectorStatus: (bound?.status as Extract<EventToMove, { type: "opened" }>["connectorStatus"]) ?? null,
    });
  }

  function unservedReason(event: SessionOpenedEvent, binding: Binding | null): UnservedReason | null {
    const { committee, session } = event;
    const signers = operatorsOf(signersOf(context.identity, committee, session));
    if (signers.size < committee.threshold) return "notOurCommittee";
    const own = operatorsOf(context.identity.operators);
    // With nobody else in the committee, nobody else can serve it: the driver is refunded at once.
    if (binding === null && committee.members.some((member) => !own.has(member.toLowerCase()))) return "notOurHardware";
    return event.blockNumber <= context.identity.firstHead ? "openedBeforeDatabase" : null;
  }

  return async function handle(
    events: readonly ChainEvent[],
    transaction: StoreTransaction,
    changes: Changes,
  ): Promise<void> {
    for (const event of events) {
      const taken = await transaction
        .insertInto("inbox")
        .values({
          event_id: event.eventId,
          source: "chain",
          device_id: null,
          received_at_ms: context.nowMs(),
          payload: encodeJson(event),
          reply: encodeJson(null),
        })
        .onConflict((conflict) => conflict.column("event_id").doNothing())
        .executeTakeFirst();
      if (taken.numInsertedOrUpdatedRows !== 1n) continue;
      if (event.type === "sessionOpened") await open(event, transaction, changes);
      else {
        const toMove = toSessionEvent(event);
        if (toMove !== null) await moveSession(context, transaction, changes, event.sessionId, toMove);
      }
    }
  };
}

function toSessionEvent(event: Exclude<ChainEvent, SessionOpenedEvent>): EventToMove | null {
  switch (event.type) {
    case "stopRequested":
      return { type: "stopRequested" };
    case "toppedUp":
      return { type: "toppedUp", eventId: event.eventId, amount: event.amount };
    case "settled":
    case "closed":
      return { type: event.type, eventId: event.eventId };
    case "removed": {
      const { removedType, removedEventId } = event;
      const known =
        removedType === "sessionOpened" ||
        removedType === "toppedUp" ||
        removedType === "settled" ||
        removedType === "closed";
      return { type: "removed", removedEventId, removedType: known ? removedType : "other" };
    }
    case "checkpointRecorded":
      return null;
  }
}
