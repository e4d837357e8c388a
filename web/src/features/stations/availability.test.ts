import { describe, expect, it } from "vitest";
import type { EvseHardware, Hardware } from "#data";
import { bestAvailability, evseState } from "./availability.ts";

const key = 7n << 16n;
const hardware = (change: Partial<EvseHardware> = {}): Hardware =>
  new Map([[key, { key, connected: true, status: "available", since: 5, sessionId: undefined, ...change }]]);
const evse = (status: "Available" | "InSession" | "OutOfService" | "Retired" = "Available") => ({ key, status });

describe("evseState", () => {
  it("is free when chain and hardware both say so", () => {
    expect(evseState(evse(), hardware())).toEqual({
      availability: "free",
      condition: "free",
      canStart: true,
      since: 5,
    });
  });

  it.each([
    ["preparing", "pluggedIn", "occupied", true],
    ["charging", "busy", "occupied", false],
    ["suspendedEv", "busy", "occupied", false],
    ["finishing", "busy", "occupied", false],
    ["reserved", "busy", "occupied", false],
    ["faulted", "faulted", "outOfService", false],
    ["unavailable", "faulted", "outOfService", false],
    [undefined, "silent", "unknown", false],
  ] as const)("takes the hardware's %s as %s", (status, condition, availability, canStart) => {
    expect(evseState(evse(), hardware({ status }))).toMatchObject({ condition, availability, canStart });
  });

  it("does not believe what was known last of hardware that has gone", () => {
    const state = evseState(evse(), hardware({ connected: false }));
    expect(state).toEqual({ availability: "unknown", condition: "offline", canStart: false, since: undefined });
  });

  it("knows nothing of hardware that the oracle does not talk to", () => {
    expect(evseState(evse(), new Map())).toMatchObject({ availability: "unknown", canStart: false });
  });

  it("falls back to the chain's word while the oracle is down", () => {
    expect(evseState(evse(), undefined)).toMatchObject({
      availability: "free",
      condition: "freeByChain",
      canStart: true,
    });
  });

  it.each([
    ["InSession", "occupied"],
    ["OutOfService", "outOfService"],
    ["Retired", "outOfService"],
  ] as const)("lets the chain's %s win over free hardware", (status, availability) => {
    expect(evseState(evse(status), hardware())).toMatchObject({ availability, canStart: false });
  });
});

describe("bestAvailability", () => {
  const of = (...names: Parameters<typeof bestAvailability>[0][number]["availability"][]) =>
    bestAvailability(names.map((availability) => ({ availability })));

  it("is free as soon as one is", () => expect(of("outOfService", "occupied", "free")).toBe("free"));
  it("prefers occupied, which may become free, to unknown", () => expect(of("unknown", "occupied")).toBe("occupied"));
  it("is out of service without any", () => expect(of()).toBe("outOfService"));
});
