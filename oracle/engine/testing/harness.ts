import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Committee } from "@openjoule/sdk";
import { Registry } from "@prometheus-io/client";
import pino from "pino";
import type { Address, Hex } from "viem";
import { createInProcessBus } from "../../bus/in-process.ts";
import type { DeviceCommand, DeviceCommandResult, DeviceEvent, DeviceEventReply } from "../../bus/types.ts";
import { createRawKey, createStatementSigner } from "../../chain/signer.ts";
import type { ChainEvent, SessionOpenedEvent } from "../../chain/types.ts";
import { domain, OPENED_AT, type OpeningOptions, opening } from "../../core/testing/fixture.ts";
import { defaultPolicy, type Opening, type Policy } from "../../core/types.ts";
import { createHighWaterFile } from "../../store/high-water.ts";
import { createStore, type Store } from "../../store/store.ts";
import type { OwnOperator } from "../context.ts";
import { createEngine, type Engine } from "../engine.ts";
import type { Retention } from "../retention.ts";

/** Operators in ascending order, each with one of anvil's well-known development keys. */
export const ownOperators: OwnOperator[] = [
  ["0x1000000000000000000000000000000000000001", "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"],
  ["0x1000000000000000000000000000000000000002", "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"],
].map(([operator, key]) => ({
  operator: operator as Address,
  signer: createStatementSigner(createRawKey("test", key as Hex)),
  wasActive: () => true,
}));

export const DEVICE = "CP1";

/** A clock for the test to turn. Starts at the session's opening. */
export function createClock(startMs = OPENED_AT * 1_000) {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance(seconds: number) {
      nowMs += seconds * 1_000;
    },
  };
}

/** The fields of an event that matter to a test; the rest is filled in. */
type Bare<E> = E extends unknown
  ? Omit<E, "eventId" | "deviceId" | "connectionId" | "receivedAtMs" | "raw" | "flags"> & {
      eventId?: string;
      deviceId?: string;
      connectionId?: string;
    }
  : never;

export type HarnessOptions = {
  path?: string;
  /** Of the high-water mark; default none. */
  markPath?: string;
  operators?: OwnOperator[];
  policy?: Partial<Policy>;
  nowMs?: () => number;
  firstHead?: number;
  retention?: Retention;
  /** What the device does with a command; default: accepts all. */
  onCommand?: (
    command: DeviceCommand,
  ) => Promise<DeviceCommandResult["outcome"] | Omit<DeviceCommandResult, "commandId" | "detail">>;
};

/** A real store, bus and engine; only the socket and the node are left out. */
export async function startHarness(options: HarnessOptions = {}) {
  const clock = createClock();
  const nowMs = options.nowMs ?? clock.now;
  const store = await createStore({ path: options.path ?? ":memory:" });
  await bind(store);
  const highWater =
    options.markPath === undefined
      ? { read: async () => null, write: async () => {} }
      : createHighWaterFile(options.markPath);
  const bus = createInProcessBus({ retryDelaysMs: [] });
  const commands: DeviceCommand[] = [];
  bus.gateway.onCommand(async (command) => {
    commands.push(command);
    const result = (await options.onCommand?.(command)) ?? "accepted";
    const { commandId } = command;
    return { commandId, detail: "", ...(typeof result === "string" ? { outcome: result } : result) };
  });
  const engine = createEngine({
    store,
    highWater,
    bus: bus.core,
    logger: pino({ level: process.env.ORACLE_TEST_LOG ?? "silent" }),
    registry: new Registry(),
    policy: { ...defaultPolicy, ...options.policy },
    domain,
    heartbeatSeconds: 60,
    ...(options.retention !== undefined && { retention: options.retention }),
    nowMs,
  });
  const restored = options.markPath === undefined ? false : await engine.leaveRestored();
  await engine.start({ operators: options.operators ?? ownOperators.slice(0, 1), firstHead: options.firstHead ?? 0 });

  const publish = (event: Bare<DeviceEvent>): Promise<DeviceEventReply> =>
    bus.gateway.publish({
      eventId: createHash("sha256").update(randomUUID()).digest("hex"),
      deviceId: DEVICE,
      connectionId: "socket",
      receivedAtMs: nowMs(),
      raw: { protocol: "ocpp1.6", messageId: "m", action: event.type, frame: JSON.stringify(event) },
      flags: [],
      ...event,
    } as DeviceEvent);

  return {
    restored,
    clock,
    bus,
    store,
    engine,
    commands,
    publish,
    chain: (...events: ChainEvent[]) => takeChainEvents(store, engine, events),
    async close() {
      await bus.close();
      await engine.close();
      await store.close();
    },
  };
}
export type Harness = Awaited<ReturnType<typeof startHarness>>;

/** As the log cursor does it. */
export async function takeChainEvents(store: Store, engine: Engine, events: readonly ChainEvent[]): Promise<void> {
  await store.transaction((transaction) => engine.chainEvents.handle(events, transaction));
  engine.chainEvents.onCommitted();
}

/** Connector 1 of the device is the fixture's EVSE. */
async function bind(store: Store): Promise<void> {
  const row = { created_at_ms: 0, updated_at_ms: 0, device_id: DEVICE, password_hash: null };
  await store.db
    .insertInto("devices")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await store.db
    .insertInto("device_connectors")
    .values({
      device_id: DEVICE,
      connector_id: 1,
      evse_key: opening().offer.evse.toString(),
      status: "preparing",
      error_code: null,
      status_at_ms: 0,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export function sessionOpened(
  options: OpeningOptions & { blockNumber?: number } = {},
): SessionOpenedEvent & { opening: Opening } {
  const made = opening(options);
  return {
    type: "sessionOpened",
    ...place(`open:${made.sessionId}`, options.blockNumber),
    ...made,
    evse: made.offer.evse,
    opening: made,
  };
}

export function place(eventId: string, blockNumber = 10) {
  return {
    eventId,
    blockNumber,
    blockHash: `0x${"bb".repeat(32)}` as Hex,
    blockTimestampSeconds: OPENED_AT,
    transactionHash: `0x${"cc".repeat(32)}` as Hex,
    logIndex: 0,
  };
}

export const committeeOf = (threshold: number, members: readonly OwnOperator[]): Committee => ({
  threshold,
  feeBps: 100,
  members: members.map(({ operator }) => operator),
});

/** Waits for what the loops bring about. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | null | false>,
  timeoutMs = 5_000,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > until) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(5);
  }
}
