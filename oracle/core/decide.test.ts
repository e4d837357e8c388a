import { PeriodKind, StopReason } from "@openjoule/sdk";
import { describe, expect, test } from "vitest";
import { decide, SessionNotOpenedError } from "./decide.ts";
import { idTokenOf, phaseOf } from "./phase.ts";
import { accepted, drive, metered, OPENED_AT, sample, started, stopped } from "./testing/fixture.ts";
import { defaultPolicy } from "./types.ts";

describe("a session as it should be", () => {
  test("opened, started, metered, stopped by the driver, settled", () => {
    const session = drive();
    expect(phaseOf(session.state)).toBe("starting");
    const [start] = session.commands("remoteStart");
    expect(start?.command).toMatchObject({ idToken: idTokenOf(session.state.opening.sessionId), attempt: 1 });

    session.send(2, accepted);
    expect(session.send(5, started(5, 1_000))).toContainEqual({ type: "authorize", status: "accepted" });
    expect(phaseOf(session.state)).toBe("charging");
    session.send(15, metered(sample(15, 1_400, 144_000)));
    session.send(25, metered(sample(25, 1_800, 145_000)));
    expect(session.statements().map(({ sequence }) => sequence)).toEqual([1, 2]);

    session.send(28, { type: "stopRequested" });
    expect(phaseOf(session.state)).toBe("stopping");
    expect(session.commands("remoteStop")[0]?.command).toMatchObject({ transactionId: "1" });
    session.send(30, stopped(30, 2_000, { reason: "remote" }));
    expect(phaseOf(session.state)).toBe("final");

    const [final] = session.finals();
    expect(final).toMatchObject({ sequence: 3, stopReason: StopReason.Remote, waived: 0n });
    expect(final?.periods).toEqual([{ kind: PeriodKind.Charging, start: OPENED_AT + 5, seconds: 25, energyWh: 1_000 }]);
    const [signed] = session.effects.filter((effect) => effect.type === "sign").slice(-1);
    expect(signed).toMatchObject({ cost: 500_000n });

    expect(session.send(31, { type: "quorum", sequence: 2 })).toEqual([]);
    expect(session.send(31, { type: "quorum", sequence: 3 })).toEqual([{ type: "settle" }]);
    expect(session.send(31, { type: "quorum", sequence: 3 })).toEqual([]);
    expect(phaseOf(session.state)).toBe("settling");
    session.send(35, { type: "settled", eventId: "s" });
    expect(phaseOf(session.state)).toBe("settled");
  });

  test("the state given is not changed, and the same input gives the same output", () => {
    const session = drive();
    session.send(5, started(5, 0));
    const before = structuredClone(session.state);
    const event = { now: OPENED_AT + 15, ...metered(sample(15, 300)) };
    const first = decide(session.state, event, defaultPolicy);
    expect(session.state).toEqual(before);
    expect(decide(before, event, defaultPolicy)).toEqual(first);
  });

  test("an event before the opening is refused by name", () => {
    expect(() => decide(undefined, { now: 1, type: "tick" }, defaultPolicy)).toThrow(SessionNotOpenedError);
  });
});

describe("starting", () => {
  test("an EVSE of no device of ours is refused at once, at no cost", () => {
    const session = drive({ bound: false });
    expect(session.finals()).toMatchObject([{ sequence: 1, stopReason: StopReason.Refused, periods: [] }]);
    expect(session.commands("remoteStart")).toEqual([]);
  });

  test("a refused start is tried three times, then the driver is refunded", () => {
    const session = drive();
    const rejected = { ...accepted, outcome: "rejected" } as const;
    session.send(2, rejected);
    session.passTo(7);
    session.send(8, rejected);
    session.passTo(13);
    expect(session.commands("remoteStart")).toHaveLength(3);
    expect(session.finals()).toEqual([]);
    session.send(14, rejected);
    expect(session.finals()).toMatchObject([{ stopReason: StopReason.Refused, periods: [] }]);
  });

  test("a device that takes no start before the cable is in is asked until the connection time is over", () => {
    const rejected = { ...accepted, outcome: "rejected" } as const;
    const waiting = () => {
      const session = drive();
      session.send(2, { type: "status", status: "available" });
      for (let at = 2; at < 120; at += 6) {
        session.send(at, rejected);
        session.passTo(at + 5);
      }
      expect(session.finals()).toEqual([]);
      return session;
    };
    const plugged = waiting();
    plugged.send(121, { type: "status", status: "preparing" });
    const before = plugged.commands("remoteStart").length;
    plugged.send(122, rejected);
    plugged.passTo(127);
    plugged.send(127, accepted);
    expect(plugged.commands("remoteStart").length).toBeGreaterThan(before);
    expect(plugged.send(130, started(130, 0))).toContainEqual({ type: "authorize", status: "accepted" });

    const never = waiting();
    never.passTo(180);
    expect(never.finals()).toMatchObject([{ stopReason: StopReason.Refused, periods: [] }]);

    const broken = waiting();
    broken.send(121, { type: "status", status: "preparing" });
    for (let at = 122; at < 150; at += 6) {
      broken.send(at, rejected);
      broken.passTo(at + 5);
    }
    expect(broken.finals()).toMatchObject([{ stopReason: StopReason.Refused, periods: [] }]);
  });

  test("a device that stays away until the connection time has passed: refused", () => {
    const session = drive({ connected: false });
    session.passTo(179);
    expect(session.finals()).toEqual([]);
    session.passTo(180);
    expect(session.finals()).toMatchObject([{ stopReason: StopReason.Refused }]);
  });

  test("accepted, but nothing plugged in: no-show; something plugged in that never starts: refused", () => {
    const noShow = drive();
    noShow.send(2, accepted);
    noShow.send(3, { type: "status", status: "available" });
    noShow.passTo(200);
    expect(noShow.finals()).toMatchObject([{ stopReason: StopReason.NoShow, periods: [] }]);

    const refused = drive();
    refused.send(2, accepted);
    refused.passTo(200);
    expect(refused.finals()).toMatchObject([{ stopReason: StopReason.Refused, periods: [] }]);
  });

  test("a tariff without connection time leaves the policy's", () => {
    const session = drive({ connectionSeconds: 0 });
    session.passTo(299);
    expect(session.finals()).toEqual([]);
    session.passTo(300);
    expect(session.finals()).toHaveLength(1);
  });

  test("the driver stops before it began: refunded at once, and a start that comes later is stopped", () => {
    const session = drive();
    session.send(2, accepted);
    session.send(10, { type: "stopRequested" });
    expect(session.finals()).toMatchObject([{ stopReason: StopReason.Remote, periods: [] }]);
    const late = session.send(12, started(11, 0, "9"));
    expect(late).toContainEqual({ type: "authorize", status: "invalid" });
    expect(session.commands("remoteStop")[0]?.command).toMatchObject({ transactionId: "9" });
    expect(session.finals()).toHaveLength(1);
  });

  test("a device lost after it accepted may be delivering: its replay counts, hours later", () => {
    const session = drive();
    session.send(2, accepted);
    session.send(4, { type: "disconnected" });
    session.passTo(7_000);
    expect(session.finals()).toEqual([]);
    session.send(7_200, { type: "connected" });
    session.send(7_201, started(5, 100));
    session.send(7_201, stopped(3_605, 10_100));
    expect(session.finals()).toMatchObject([
      { stopReason: StopReason.Local, periods: [{ start: OPENED_AT + 5, seconds: 3_600, energyWh: 10_000 }] },
    ]);
  });

  test("such a device that never comes back: settled at nothing before the session could be closed", () => {
    const session = drive({ maxSeconds: 3_600 });
    session.send(2, { ...accepted, outcome: "timeout" });
    session.send(4, { type: "disconnected" });
    const closeAt = 3_600 + 21_600;
    session.passTo(closeAt - 3_601);
    expect(session.finals()).toEqual([]);
    session.passTo(closeAt - 3_600);
    expect(session.finals()).toHaveLength(1);
  });

  test("a stop that comes before its start waits for it (habit 4)", () => {
    const session = drive();
    session.send(20, stopped(20, 1_500, { transactionId: "-1" }));
    expect(session.finals()).toEqual([]);
    session.send(21, started(5, 1_000));
    expect(session.finals()).toMatchObject([{ periods: [{ seconds: 15, energyWh: 500 }] }]);
  });

  test("a stop whose start never comes stands with its own samples", () => {
    const session = drive();
    session.send(
      600,
      stopped(600, 1_900, { transactionId: "0", samples: [sample(5, 1_000, 0, "begin"), sample(300, 1_500, 6_000)] }),
    );
    session.passTo(800);
    expect(session.finals()).toHaveLength(1);
    expect(session.signedWh()).toBe(900);
    expect(session.flags()).toContain("stopWithoutStart");
  });

  test("a second transaction beside the first is refused and told to stop (habit 1)", () => {
    const session = drive();
    session.send(5, started(5, 1_000, "1"));
    expect(session.send(6, started(5, 1_000, "1"))).toContainEqual({ type: "authorize", status: "accepted" });
    expect(session.send(9, started(8, 1_000, "2"))).toContainEqual({ type: "authorize", status: "concurrentTx" });
    expect(session.commands("remoteStop")).toHaveLength(1);
    expect(session.state.transaction).toMatchObject({ id: "1", stopped: false });
  });
});

describe("limits", () => {
  test("delivery stops before the cost can pass the deposit", () => {
    // 1.00 buys 2 kWh; at 60 kW that is 120 s.
    const session = drive({ deposit: 1_000_000n });
    session.send(5, started(5, 0));
    session.send(6, metered(sample(6, 16, 60_000)));
    for (let at = 16; at <= 300; at += 10) {
      session.passTo(at);
      if (session.commands("remoteStop").length > 0) break;
      session.send(at, metered(sample(at, 16 + Math.floor(((at - 6) * 60_000) / 3_600), 60_000)));
    }
    const stopAt = session.state.stop?.at ?? 0;
    expect(session.state.stop?.reason).toBe(StopReason.EnergyLimitReached);
    // What flows until the stop has worked fits into the deposit, with little left over.
    const spentAt = OPENED_AT + 5 + 120;
    expect(stopAt + defaultPolicy.stopLatencySeconds).toBeLessThanOrEqual(spentAt);
    expect(stopAt).toBeGreaterThan(spentAt - 60);
  });

  test("a top-up moves the budget; a top-up undone by a reorg moves it back", () => {
    const session = drive({ deposit: 1_000_000n });
    session.send(5, started(5, 0));
    session.send(7, { type: "toppedUp", eventId: "t", amount: 9_000_000n });
    session.send(7, { type: "toppedUp", eventId: "t", amount: 9_000_000n });
    session.send(65, metered(sample(65, 1_000, 60_000)));
    expect(session.state.stop).toBeNull();
    session.send(66, { type: "removed", removedType: "toppedUp", removedEventId: "t" });
    session.passTo(110);
    expect(session.state.stop?.reason).toBe(StopReason.EnergyLimitReached);
  });

  test("near the budget at full power the device is asked for a reading first", () => {
    const session = drive({ deposit: 1_000_000n });
    session.send(5, started(5, 0));
    session.send(30, metered(sample(30, 5, 1_000)));
    session.passTo(70);
    expect(session.commands("trigger")).toHaveLength(1);
    expect(session.state.stop).toBeNull();
  });

  test("a minimum above the deposit stops nothing: less energy would not make it cheaper", () => {
    const session = drive({ deposit: 1_000_000n, minimum: 2_000_000n });
    session.send(5, started(5, 0));
    session.send(15, metered(sample(15, 100, 36_000)));
    session.passTo(20);
    expect(session.state.stop).toBeNull();
  });

  test("idle time uses up a deposit too", () => {
    const session = drive({ deposit: 1_000_000n, pricing: { idlePerHour: 3_600_000n } });
    session.send(5, started(5, 0));
    session.send(6, metered(sample(6, 0, 0)));
    session.passTo(6 + 1_000);
    expect(session.state.stop?.reason).toBe(StopReason.EnergyLimitReached);
    expect(session.state.stop?.at).toBeLessThan(OPENED_AT + 6 + 1_000);
  });

  test("the duration limit stops delivery in time", () => {
    const session = drive({ maxSeconds: 600 });
    session.send(5, started(5, 0));
    session.send(60, metered(sample(60, 100, 7_000)));
    session.passTo(584);
    expect(session.state.stop).toBeNull();
    session.passTo(585);
    expect(session.state.stop?.reason).toBe(StopReason.TimeLimitReached);
    session.send(590, stopped(590, 1_000, { reason: "remote" }));
    expect(session.finals()).toMatchObject([{ stopReason: StopReason.TimeLimitReached }]);
  });

  test("what is delivered past the duration limit is not billed", () => {
    const session = drive({ maxSeconds: 600 });
    session.send(5, started(0, 0));
    session.send(1_200, stopped(1_200, 2_000));
    expect(session.finals()).toMatchObject([{ periods: [{ seconds: 600, energyWh: 1_000 }] }]);
    expect(session.flags()).toContain("pastDurationLimit");
  });
});

describe("stopping", () => {
  test("a device that is silent is asked for its meter; one that cannot is not asked again", () => {
    const session = drive();
    session.send(5, started(5, 0));
    session.passTo(64);
    expect(session.commands("trigger")).toHaveLength(0);
    session.passTo(65);
    expect(session.commands("trigger")).toHaveLength(1);
    session.send(66, { type: "commandResult", command: "trigger", outcome: "rejected" });
    session.passTo(600);
    expect(session.commands("trigger")).toHaveLength(1);
  });

  test("a fault stops the session with its own reason", () => {
    const session = drive();
    session.send(5, started(5, 0));
    session.send(30, { type: "status", status: "faulted" });
    session.send(31, stopped(31, 200, { reason: "remote" }));
    expect(session.finals()).toMatchObject([{ stopReason: StopReason.Fault }]);
  });

  test("the cable pulled while we stop is the device's own reason", () => {
    const session = drive();
    session.send(5, started(5, 0));
    session.send(30, { type: "stopRequested" });
    session.send(31, stopped(31, 200, { reason: "evDisconnected" }));
    expect(session.finals()).toMatchObject([{ stopReason: StopReason.EVDisconnected }]);
  });

  test("several stops: the first one stands (habit 3)", () => {
    const session = drive();
    session.send(5, started(5, 0));
    session.send(30, stopped(30, 200));
    session.send(40, stopped(40, 900));
    session.send(41, metered(sample(41, 950)));
    expect(session.finals()).toHaveLength(1);
    expect(session.signedWh()).toBe(200);
    expect(session.flags()).toEqual(["secondStop", "meterValuesAfterEnd"]);
  });

  test('"Available" never closes at once: the replayed stop still counts (habit 10)', () => {
    const session = drive();
    session.send(5, started(5, 0));
    session.send(65, metered(sample(65, 1_000, 60_000)));
    session.send(100, { type: "disconnected" });
    session.send(400, { type: "connected" });
    session.send(401, { type: "status", status: "finishing" });
    session.send(402, { type: "status", status: "available" });
    session.passTo(403);
    expect(session.finals()).toEqual([]);
    session.send(404, stopped(125, 2_000));
    expect(session.finals()).toMatchObject([
      { stopReason: StopReason.Local, periods: [{ seconds: 120, energyWh: 2_000 }] },
    ]);
  });

  test('"Available" with no stop in five minutes: the last reading stands', () => {
    const session = drive();
    session.send(5, started(5, 0));
    session.send(65, metered(sample(65, 1_000, 60_000)));
    session.send(70, { type: "status", status: "available" });
    session.send(71, { type: "commandResult", command: "trigger", outcome: "rejected" });
    session.passTo(369);
    expect(session.finals()).toEqual([]);
    session.passTo(370);
    expect(session.finals()).toMatchObject([{ stopReason: StopReason.EVDisconnected }]);
    expect(session.signedWh()).toBe(1_000);
  });

  test("a device that never comes back: settled by the last reading, an hour before it could be closed", () => {
    const session = drive({ maxSeconds: 7_200 });
    session.send(5, started(5, 0));
    session.send(65, metered(sample(65, 1_000, 60_000)));
    session.send(70, { type: "disconnected" });
    session.send(100, { type: "stopRequested" });
    session.passTo(100 + 21_600 - 3_601);
    expect(session.finals()).toEqual([]);
    session.passTo(100 + 21_600 - 3_600);
    expect(session.finals()).toMatchObject([{ stopReason: StopReason.PowerLoss }]);
    expect(session.signedWh()).toBe(1_000);
  });

  test("a stop that is not obeyed is repeated, also after the end", () => {
    const session = drive();
    session.send(5, started(5, 0));
    session.send(10, { type: "stopRequested" });
    const refused = { type: "commandResult", command: "remoteStop", outcome: "rejected" } as const;
    session.send(11, refused);
    session.passTo(41);
    expect(session.commands("remoteStop")).toHaveLength(2);
    session.send(42, { ...refused, outcome: "accepted" });
    session.passTo(72);
    expect(session.commands("remoteStop")).toHaveLength(3);
    session.passTo(1_000);
    expect(session.finals()).toMatchObject([{ stopReason: StopReason.Remote }]);
    session.send(1_001, refused);
    session.passTo(1_031);
    expect(session.commands("remoteStop")).toHaveLength(4);
  });

  test("energy that still flows keeps a stop without answer open", () => {
    const session = drive();
    session.send(5, started(5, 0));
    session.send(10, { type: "stopRequested" });
    for (let at = 60; at <= 900; at += 60) session.send(at, metered(sample(at, at * 10, 36_000)));
    session.passTo(1_199);
    expect(session.finals()).toEqual([]);
    session.passTo(1_200);
    expect(session.signedWh()).toBe(9_000);
    expect(session.finals()).toHaveLength(1);
  });
});

describe("the chain changes its mind", () => {
  test("an opening removed before the start: nothing is started or signed", () => {
    const session = drive({ connected: false });
    session.send(10, { type: "removed", removedType: "sessionOpened", removedEventId: "o" });
    expect(phaseOf(session.state)).toBe("abandoned");
    session.passTo(10_000);
    expect(session.statements()).toEqual([]);
    expect(session.send(10_001, started(10_000, 0))).toContainEqual({ type: "authorize", status: "invalid" });
  });

  test("an opening removed in mid-session stops delivery; reinstated, what was delivered is settled", () => {
    const session = drive();
    session.send(5, started(5, 0));
    session.send(65, metered(sample(65, 1_000, 60_000)));
    session.send(70, { type: "removed", removedType: "sessionOpened", removedEventId: "o" });
    expect(session.commands("remoteStop")).toHaveLength(1);
    session.send(75, stopped(75, 1_100, { reason: "remote" }));
    expect(phaseOf(session.state)).toBe("abandoned");
    expect(session.send(76, { type: "quorum", sequence: 2 })).toEqual([]);
    const again = {
      connected: true,
      connectorStatus: "available",
      binding: null,
      opening: session.state.opening,
    } as const;
    expect(session.send(90, { type: "opened", ...again })).toContainEqual({ type: "settle" });
    expect(phaseOf(session.state)).toBe("settling");
  });

  test("a settlement removed by a reorg is wanted again", () => {
    const session = drive();
    session.send(5, started(5, 0));
    session.send(30, stopped(30, 200));
    session.send(31, { type: "quorum", sequence: 1 });
    session.send(40, { type: "settled", eventId: "s1" });
    expect(session.send(50, { type: "removed", removedType: "settled", removedEventId: "s1" })).toEqual([
      { type: "settle" },
    ]);
    expect(phaseOf(session.state)).toBe("settling");
  });

  test("closed behind our back: delivery stops", () => {
    const session = drive();
    session.send(5, started(5, 0));
    session.send(30, { type: "closed", eventId: "c" });
    expect(phaseOf(session.state)).toBe("closed");
    expect(session.commands("remoteStop")).toHaveLength(1);
    expect(session.flags()).toContain("endedWithoutUs");
  });
});
