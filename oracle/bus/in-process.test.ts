import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BusError, createInProcessBus } from "./in-process.ts";
import type { DeviceCommand, DeviceEvent } from "./types.ts";
import { deviceEventSchema } from "./types.ts";

const event = (deviceId: string, sequence: number): DeviceEvent => ({
  type: "heartbeat",
  eventId: sequence.toString(16).padStart(64, "0"),
  deviceId,
  connectionId: "c1",
  receivedAtMs: sequence,
  raw: null,
  flags: [],
});
const command: DeviceCommand = { type: "remoteStop", commandId: "k1", deviceId: "CP1", transactionId: "7" };

describe("in-process bus", () => {
  it("delivers the events of one device one at a time and in order, whatever the handler's timing", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom("A", "B", "C"), fc.nat(3)), { maxLength: 30 }),
        async (plan) => {
          const bus = createInProcessBus();
          const seen = new Map<string, number[]>();
          const busy = new Set<string>();
          bus.core.onEvent(async (taken) => {
            expect(busy.has(taken.deviceId)).toBe(false);
            busy.add(taken.deviceId);
            const turns = plan[taken.receivedAtMs]?.[1] ?? 0;
            for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
            busy.delete(taken.deviceId);
            seen.set(taken.deviceId, [...(seen.get(taken.deviceId) ?? []), taken.receivedAtMs]);
            return { type: "taken" };
          });
          await Promise.all(plan.map(([deviceId], index) => bus.gateway.publish(event(deviceId, index))));
          for (const deviceId of ["A", "B", "C"]) {
            const expected = plan.flatMap(([id], index) => (id === deviceId ? [index] : []));
            expect(seen.get(deviceId) ?? []).toEqual(expected);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("repeats a failed delivery before the next event of the device, with the same event id", async () => {
    const bus = createInProcessBus({ retryDelaysMs: [1, 1] });
    const seen: string[] = [];
    let failures = 2;
    bus.core.onEvent(async (taken) => {
      seen.push(taken.eventId.slice(-1));
      if (failures > 0) {
        failures -= 1;
        throw new Error("database is locked");
      }
      return { type: "taken" };
    });
    await Promise.all([bus.gateway.publish(event("A", 1)), bus.gateway.publish(event("A", 2))]);
    expect(seen).toEqual(["1", "1", "1", "2"]);
  });

  it("rejects with the reason when the core never takes the event, and goes on with the next", async () => {
    const bus = createInProcessBus({ retryDelaysMs: [1] });
    bus.core.onEvent(async (taken) => {
      if (taken.receivedAtMs === 1) throw new Error("disk full");
      return { type: "taken" };
    });
    const first = bus.gateway.publish(event("A", 1));
    const second = bus.gateway.publish(event("A", 2));
    await expect(first).rejects.toMatchObject({
      name: "BusError",
      code: "notTaken",
      message: expect.stringContaining("disk full"),
    });
    await expect(second).resolves.toEqual({ type: "taken" });
  });

  it("refuses a reply of the wrong type, an absent core and a closed bus by name", async () => {
    const bus = createInProcessBus();
    await expect(bus.gateway.publish(event("A", 1))).rejects.toMatchObject({ code: "noCore" });
    const detach = bus.core.onEvent(async () => ({
      type: "authorization",
      status: "accepted",
      expiresAtSeconds: null,
    }));
    await expect(bus.gateway.publish(event("A", 2))).rejects.toMatchObject({ code: "wrongReply" });
    detach();
    await bus.close();
    await expect(bus.gateway.publish(event("A", 3))).rejects.toBeInstanceOf(BusError);
  });

  it("asks each gateway for the device and says offline when none holds it", async () => {
    const bus = createInProcessBus();
    expect(await bus.core.send(command)).toMatchObject({ commandId: "k1", outcome: "offline" });
    bus.gateway.onCommand(async ({ commandId }) => ({ commandId, outcome: "offline", detail: "not connected" }));
    expect(await bus.core.send(command)).toMatchObject({ outcome: "offline", detail: "not connected" });
    const detach = bus.gateway.onCommand(async ({ commandId }) => ({ commandId, outcome: "accepted", detail: "" }));
    expect(await bus.core.send(command)).toMatchObject({ outcome: "accepted" });
    detach();
    bus.gateway.onCommand(async () => {
      throw new Error("gone");
    });
    expect(await bus.core.send(command)).toMatchObject({ outcome: "timeout", detail: expect.stringContaining("gone") });
  });

  it("has events that survive JSON and their schema", () => {
    const original = event("A", 1);
    expect(deviceEventSchema.parse(JSON.parse(JSON.stringify(original)))).toEqual(original);
    expect(deviceEventSchema.safeParse({ ...original, eventId: "x" }).success).toBe(false);
  });
});
