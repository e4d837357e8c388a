import { describe, expect, it } from "vitest";
import { createDeviceLane, type DeviceLaneOptions } from "./device-lane.ts";

const lane = (options: Partial<DeviceLaneOptions>) =>
  createDeviceLane({
    ratePerSecond: 1_000,
    burst: 1_000,
    highWater: 4,
    limit: 8,
    onPressure: () => undefined,
    onError: (error) => {
      throw error;
    },
    nowMs: () => performance.now(),
    ...options,
  });

describe("device lane", () => {
  it("runs one piece at a time, in order, and goes on after a failure", async () => {
    const errors: unknown[] = [];
    const done: number[] = [];
    let running = 0;
    const work = lane({ onError: (error) => errors.push(error) });
    for (const index of [0, 1, 2, 3]) {
      work.push(async () => {
        running += 1;
        expect(running).toBe(1);
        await new Promise(setImmediate);
        running -= 1;
        if (index === 1) throw new Error("once");
        done.push(index);
      });
    }
    await work.idle();
    expect(done).toEqual([0, 2, 3]);
    expect(errors).toHaveLength(1);
  });

  it("asks for a pause at the high water, lifts it below half, and refuses beyond the limit", async () => {
    const pressure: boolean[] = [];
    const work = lane({ onPressure: (paused) => pressure.push(paused) });
    const taken = Array.from({ length: 10 }, () => work.push(() => new Promise(setImmediate)));
    // One is running, eight wait.
    expect(taken.filter(Boolean)).toHaveLength(9);
    expect(pressure).toEqual([true]);
    let last = false;
    work.pushAlways(async () => {
      last = true;
    });
    await work.idle();
    expect(pressure).toEqual([true, false]);
    expect(last).toBe(true);
  });

  it("slows a flood to its rate instead of dropping it", async () => {
    const work = lane({ burst: 2, ratePerSecond: 200 });
    const startedAtMs = performance.now();
    let done = 0;
    for (let index = 0; index < 8; index += 1) {
      work.push(async () => {
        done += 1;
      });
    }
    await work.idle();
    expect(done).toBe(8);
    // Six beyond the burst at 200 a second.
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(28);
  });
});
