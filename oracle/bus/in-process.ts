import { setTimeout as sleep } from "node:timers/promises";
import type {
  CoreBus,
  DeviceCommand,
  DeviceCommandResult,
  DeviceEvent,
  DeviceEventReplies,
  DeviceEventReply,
  GatewayBus,
} from "./types.ts";
import { replyTypeOf } from "./types.ts";

export type BusErrorCode =
  /** Nobody has attached a handler of events. */
  | "noCore"
  /** The core answered an event with a reply of another type. */
  | "wrongReply"
  /** The core failed on every attempt; the cause is its last error. */
  | "notTaken"
  | "closed";

/** An event was not taken. The device must be left to send it again. */
export class BusError extends Error {
  readonly code: BusErrorCode;
  readonly eventId: string;
  constructor(code: BusErrorCode, event: DeviceEvent, detail: string, cause?: unknown) {
    super(`bus ${code}: ${event.type} of ${event.deviceId}: ${detail}`, { cause });
    this.name = "BusError";
    this.code = code;
    this.eventId = event.eventId;
  }
}

export type InProcessBusOptions = {
  /** Waits between the attempts to deliver one event; its length plus one is the number of attempts. */
  retryDelaysMs?: readonly number[];
};

export type InProcessBus = {
  gateway: GatewayBus;
  core: CoreBus;
  /** Refuses new events and resolves when those under way are done. */
  close(): Promise<void>;
};

type EventHandler = (event: DeviceEvent) => Promise<DeviceEventReply>;
type CommandHandler = (command: DeviceCommand) => Promise<DeviceCommandResult>;

/**
 * The bus when gateway and core share a process. Events of one device are delivered one at a time in the order published;
 * devices do not wait for each other. A failed delivery is repeated before the next event of that device, so order holds.
 */
export function createInProcessBus(options: InProcessBusOptions = {}): InProcessBus {
  const retryDelaysMs = options.retryDelaysMs ?? [50, 200];
  const commandHandlers = new Set<CommandHandler>();
  /** The last delivery per device; an entry leaves when its device has nothing under way. */
  const tails = new Map<string, Promise<unknown>>();
  let eventHandler: EventHandler | undefined;
  let closed = false;

  async function deliver(event: DeviceEvent): Promise<DeviceEventReply> {
    for (let attempt = 0; ; attempt += 1) {
      if (eventHandler === undefined) throw new BusError("noCore", event, "no handler of events is attached");
      let reply: DeviceEventReply;
      try {
        reply = await eventHandler(event);
      } catch (cause) {
        const delayMs = retryDelaysMs[attempt];
        if (delayMs === undefined || closed) {
          throw new BusError("notTaken", event, `failed ${attempt + 1} times, last: ${String(cause)}`, cause);
        }
        await sleep(delayMs);
        continue;
      }
      const expected = replyTypeOf[event.type];
      if (reply.type !== expected) {
        throw new BusError("wrongReply", event, `reply is "${reply.type}", expected "${expected}"`);
      }
      return reply;
    }
  }

  function publish<E extends DeviceEvent>(event: E): Promise<DeviceEventReplies[E["type"]]> {
    if (closed) return Promise.reject(new BusError("closed", event, "the bus is closed"));
    const before = tails.get(event.deviceId);
    const delivery = before === undefined ? deliver(event) : before.then(() => deliver(event));
    const tail = delivery.then(
      () => undefined,
      () => undefined,
    );
    tails.set(event.deviceId, tail);
    void tail.then(() => {
      if (tails.get(event.deviceId) === tail) tails.delete(event.deviceId);
    });
    // `deliver` has compared the reply's type with the event's.
    return delivery as Promise<DeviceEventReplies[E["type"]]>;
  }

  async function send(command: DeviceCommand): Promise<DeviceCommandResult> {
    const { commandId } = command;
    let offline: DeviceCommandResult = { commandId, outcome: "offline", detail: "no gateway is attached" };
    for (const handler of commandHandlers) {
      try {
        const result = await handler(command);
        if (result.outcome !== "offline") return result;
        offline = result;
      } catch (cause) {
        // Nobody knows whether it was sent: the same as no answer.
        return { commandId, outcome: "timeout", detail: `gateway failed: ${String(cause)}` };
      }
    }
    return offline;
  }

  return {
    gateway: {
      publish,
      onCommand(handler) {
        commandHandlers.add(handler);
        return () => commandHandlers.delete(handler);
      },
    },
    core: {
      onEvent(handler) {
        if (eventHandler !== undefined) throw new Error("bus: a handler of events is already attached");
        eventHandler = handler;
        return () => {
          if (eventHandler === handler) eventHandler = undefined;
        };
      },
      send,
    },
    async close() {
      closed = true;
      await Promise.all(tails.values());
    },
  };
}
