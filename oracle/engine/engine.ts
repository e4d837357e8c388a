import type { Eip712Domain, SessionId } from "@openjoule/sdk";
import type { Registry } from "@prometheus-io/client";
import type { Logger } from "pino";
import { type Address, type Hex, isAddressEqual } from "viem";
import type { EvseSource, SessionSource, StationSource } from "../api/types.ts";
import type { CoreBus } from "../bus/types.ts";
import type { ChainEvent } from "../chain/types.ts";
import type { Policy } from "../core/types.ts";
import type { HighWater } from "../store/high-water.ts";
import type { Store, StoreTransaction } from "../store/store.ts";
import { createChainEventHandler } from "./chain-events.ts";
import { createCommandLoop } from "./commands.ts";
import { type Changes, type EngineContext, type EngineIdentity, noChanges } from "./context.ts";
import { createDeviceEventHandler } from "./device-events.ts";
import { viewEvse, viewEvses } from "./evse-views.ts";
import { createEngineMetrics } from "./metrics.ts";
import { moveSession } from "./move.ts";
import { createReconciler } from "./reconciler.ts";
import { leaveRestored } from "./restored.ts";
import { createRetentionLoop, defaultRetention, type Retention } from "./retention.ts";
import { loadSession } from "./session-store.ts";
import { createSigningLoop, signAllNow } from "./signing.ts";
import { createStations } from "./stations.ts";
import { createUpdates } from "./updates.ts";
import { viewSession, viewStatements } from "./views.ts";

export type EngineOptions = {
  store: Store;
  highWater: HighWater;
  bus: CoreBus;
  logger: Logger;
  registry: Registry;
  policy: Policy;
  /** Of ChargingSessions. */
  domain: Eip712Domain;
  heartbeatSeconds: number;
  /** Default `defaultRetention`. */
  retention?: Retention;
  /** A settlement was put into the transaction outbox: look at it now. */
  onSettlement?: () => void;
  nowMs?: () => number;
};

export type Engine = {
  /**
   * Before anything else: compares the database with the mark of what was signed, and if it is older, halts what runs in it.
   * @returns Whether it was; then nothing opened until now may be signed for.
   * @throws HighWaterError
   */
  leaveRestored(): Promise<boolean>;
  /** Resumes what the database holds, then takes events of devices. Chain events come after this. */
  start(identity: EngineIdentity): Promise<void>;
  /** For the log cursor: takes events inside the transaction that moves it; `onCommitted` follows the commit. */
  chainEvents: {
    handle(events: readonly ChainEvent[], transaction: StoreTransaction): Promise<void>;
    onCommitted(): void;
  };
  sessions: SessionSource;
  evses: EvseSource;
  stations: StationSource;
  /** Takes no more events; resolves when what was under way is done. */
  close(): Promise<void>;
};

/** Somebody who is neither driver nor owner asked for a session's end. */
export class NotPartyError extends Error {
  constructor(sessionId: SessionId, by: Address) {
    super(`${by} is neither driver nor owner of session ${sessionId}`);
    this.name = "NotPartyError";
  }
}

export class UnknownSessionError extends Error {
  constructor(sessionId: SessionId) {
    super(`session ${sessionId} is not served here`);
    this.name = "UnknownSessionError";
  }
}

/**
 * The imperative shell around the core: takes events of devices and of the chain into the database, one transaction each, and
 * works off what the core asks for. Everything it knows is in the database; its loops only look at it again and again, so a
 * `kill -9` at any instruction costs time and nothing else.
 */
export function createEngine(options: EngineOptions): Engine {
  const { store, bus, policy, domain, nowMs = Date.now } = options;
  const logger = options.logger.child({ part: "engine" });
  const metrics = createEngineMetrics(options.registry);
  const identity: EngineIdentity = { operators: [], firstHead: Number.MAX_SAFE_INTEGER };
  const context: EngineContext = { store, logger, metrics, policy, domain, identity, nowMs };
  const updates = createUpdates(store, logger);

  async function commit<T>(body: (transaction: StoreTransaction, changes: Changes) => Promise<T>): Promise<T> {
    const changes = noChanges();
    const result = await store.transaction((transaction) => body(transaction, changes));
    committed(changes);
    return result;
  }

  const signing = createSigningLoop({ context, highWater: options.highWater, commit, onSigned: updates.changed });
  const commands = createCommandLoop({ context, bus, commit });
  const reconciler = createReconciler({ context, commit });
  const retention = createRetentionLoop(context, options.retention ?? defaultRetention);
  const devices = createDeviceEventHandler({ context, heartbeatSeconds: options.heartbeatSeconds });
  const handleChainEvents = createChainEventHandler({ context, isConnected: devices.isConnected });

  function committed(changes: Changes): void {
    if (changes.statements) signing.wake();
    if (changes.commands) commands.wake();
    if (changes.settlements) options.onSettlement?.();
    for (const sessionId of changes.sessions.keys()) updates.changed(sessionId);
  }

  let chainChanges = noChanges();
  let detach: (() => void) | undefined;

  /** Sockets do not outlive the process: until they connect again, all devices are away. */
  async function forgetConnections(): Promise<void> {
    const rows = await store.db.selectFrom("sessions").select("session_id").where("active", "=", 1).execute();
    for (const row of rows) {
      await commit((transaction, changes) =>
        moveSession(context, transaction, changes, row.session_id as Hex, { type: "disconnected" }),
      );
    }
  }

  return {
    leaveRestored: () => leaveRestored(context, options.highWater),
    async start(known) {
      Object.assign(identity, known);
      await forgetConnections();
      await signAllNow(store.db);
      detach = bus.onEvent(async (event) => {
        const reply = await devices.handle(event, commit);
        if (event.type === "connected") await commands.deviceConnected(event.deviceId);
        return reply;
      });
      for (const loop of [signing, commands, reconciler, retention]) loop.start();
    },
    chainEvents: {
      async handle(events, transaction) {
        chainChanges = noChanges();
        await handleChainEvents(events, transaction, chainChanges);
      },
      onCommitted() {
        committed(chainChanges);
        chainChanges = noChanges();
      },
    },
    sessions: {
      get: (sessionId) => viewSession(store.db, toKey(sessionId)),
      statements: (sessionId, range) => viewStatements(store, toKey(sessionId), range),
      subscribe: (sessionId, listener) => updates.subscribe(toKey(sessionId), listener),
      requestStop: (given, { by }) =>
        commit(async (transaction, changes) => {
          const sessionId = toKey(given);
          const session = await loadSession(transaction, sessionId);
          if (session === undefined) throw new UnknownSessionError(sessionId);
          const { opening, stop, final, exit } = session.state;
          const isOver = stop !== null || final !== null || exit !== null || session.halted !== null;
          if (!isAddressEqual(by, opening.session.driver) && !isAddressEqual(by, opening.offer.owner)) {
            throw new NotPartyError(sessionId, by);
          }
          if (isOver) return "already";
          await moveSession(context, transaction, changes, sessionId, { type: "stopRequested" });
          return "accepted";
        }),
    },
    evses: {
      get: (evse) => viewEvse({ db: store.db, isConnected: devices.isConnected }, evse),
      list: (page) => viewEvses({ db: store.db, isConnected: devices.isConnected }, page),
    },
    stations: createStations(context, commands.wake),
    async close() {
      detach?.();
      await Promise.all([reconciler.close(), commands.close(), retention.close()]);
      await signing.close();
      await updates.idle();
    },
  };
}

/** Ids are kept in lower case. */
function toKey(sessionId: SessionId): Hex {
  return sessionId.toLowerCase() as Hex;
}
