import type { InProcessBus } from "../../../bus/in-process.ts";
import {
  type DeviceEvent,
  type DeviceEventOf,
  type DeviceEventReplies,
  type DeviceEventReply,
  type DeviceEventType,
  deviceEventSchema,
} from "../../../bus/types.ts";

type Authorization = Omit<DeviceEventReplies["authorize"], "type">;

/** A core that keeps its events in memory: ids by content of the start, every token accepted that a test has not named. */
export function createMemoryCore(bus: InProcessBus) {
  const events: DeviceEvent[] = [];
  const waiters = new Set<() => void>();
  const transactions = new Map<string, string>();
  const core = {
    events,
    failing: false,
    /** What the core waits for before it takes an event. */
    gate: Promise.resolve(),
    reply: undefined as DeviceEventReply | undefined,
    boot: { status: "accepted", intervalSeconds: 300 } as Omit<DeviceEventReplies["booted"], "type">,
    authorizations: new Map<string | null, Authorization>(),
    of<T extends DeviceEventType>(type: T): DeviceEventOf<T>[] {
      return events.filter((event): event is DeviceEventOf<T> => event.type === type);
    },
    /** Resolves with the `count`-th event of a type. */
    async wait<T extends DeviceEventType>(type: T, count = 1): Promise<DeviceEventOf<T>> {
      for (;;) {
        const event = core.of(type)[count - 1];
        if (event !== undefined) return event;
        await new Promise<void>((resolve) => waiters.add(resolve));
      }
    },
  };
  const authorizationOf = (idToken: string | null): Authorization =>
    core.authorizations.get(idToken) ?? { status: "accepted", expiresAtSeconds: null };
  const replyTo = (event: DeviceEvent): DeviceEventReply => {
    if (event.type === "booted") return { type: "boot", ...core.boot };
    if (event.type === "authorize") return { type: "authorization", ...authorizationOf(event.idToken) };
    if (event.type === "transactionStarted") {
      const transactionId = transactions.get(event.eventId) ?? String(transactions.size + 1);
      transactions.set(event.eventId, transactionId);
      return { type: "transaction", transactionId, ...authorizationOf(event.idToken) };
    }
    return { type: "taken" };
  };
  bus.core.onEvent(async (event) => {
    await core.gate;
    if (core.failing) throw new Error("disk full");
    events.push(deviceEventSchema.parse(event));
    for (const wake of waiters) wake();
    waiters.clear();
    return core.reply ?? replyTo(event);
  });
  return core;
}
export type MemoryCore = ReturnType<typeof createMemoryCore>;
