import { extensionProblem, statementProblem } from "@openjoule/sdk";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide, nextDueAt } from "./decide.ts";
import { limitAtOf, lockedOf } from "./limits.ts";
import { OPENED_AT, type OpeningOptions, opening } from "./testing/fixture.ts";
import { defaultPolicy, type Effect, type SessionEvent, type SessionState } from "./types.ts";

type Bare<E> = E extends unknown ? Omit<E, "now"> : never;
type Timed = { at: number; event: Bare<SessionEvent> };
type Signed = { statement: Extract<Effect, { type: "sign" }>["statement"]; cost: bigint };

const policy = defaultPolicy;

/** Plays events in order of arrival, does what falls due between them, and then lets all time pass. Checks what always holds. */
function play(options: OpeningOptions, events: readonly Timed[]): { state: SessionState; signed: Signed[] } {
  let state: SessionState | undefined;
  const signed: Signed[] = [];

  const take = (now: number, event: Bare<SessionEvent>) => {
    const decision = decide(state, { now, ...event } as SessionEvent, policy);
    for (const effect of decision.effects) {
      if (effect.type !== "sign") continue;
      const { statement, cost } = effect;
      const previous = signed.at(-1);
      if (previous !== undefined) expect(extensionProblem(previous.statement, statement)).toBeUndefined();
      const { session, offer } = decision.state.opening;
      const context = { openedAt: session.openedAt, powerCapW: offer.powerCapW, now: decision.state.clock };
      expect(statementProblem(statement, context)).toBeUndefined();
      expect(cost <= lockedOf(decision.state)).toBe(true);
      const end = statement.periods.reduce((_, { start, seconds }) => start + seconds, 0);
      // A first period of no length is given its one second.
      expect(end).toBeLessThanOrEqual(limitAtOf(decision.state) + 1);
      signed.push({ statement, cost });
    }
    state = decision.state;
    const due = nextDueAt(state, policy);
    expect(due === null || due > state.clock).toBe(true);
  };
  const passTo = (now: number) => {
    for (;;) {
      const due = state === undefined ? null : nextDueAt(state, policy);
      if (due === null || due > now) return;
      take(due, { type: "tick" });
    }
  };

  take(OPENED_AT, {
    type: "opened",
    opening: opening(options),
    binding: { deviceId: "CP1", connectorId: 1 },
    connected: true,
    connectorStatus: "preparing",
  });
  for (const { at, event } of events) {
    passTo(OPENED_AT + at);
    take(OPENED_AT + at, event);
  }
  passTo(OPENED_AT + 400_000);
  if (state === undefined) throw new Error("unreachable");
  return { state, signed };
}

const options: fc.Arbitrary<OpeningOptions> = fc.record({
  deposit: fc.bigInt({ min: 1n, max: 50_000_000n }),
  maxSeconds: fc.integer({ min: 60, max: 86_400 }),
  powerCapW: fc.constantFrom(3_700, 11_000, 22_000, 150_000),
  settlementWindowSeconds: fc.constantFrom(3_600, 21_600, 259_200),
  connectionSeconds: fc.constantFrom(0, 60, 900),
  pricing: fc.record({
    pricePerKwh: fc.bigInt({ min: 0n, max: 2_000_000n }),
    pricePerHour: fc.bigInt({ min: 0n, max: 5_000_000n }),
    idlePerHour: fc.bigInt({ min: 0n, max: 20_000_000n }),
    flat: fc.bigInt({ min: 0n, max: 1_000_000n }),
  }),
  minimum: fc.bigInt({ min: 0n, max: 2_000_000n }),
});

const energyWh = fc.oneof(fc.constantFrom(null, 0), fc.integer({ min: 0, max: 200_000 }), fc.nat());
const clock = fc.oneof(fc.constantFrom(null, 0), fc.integer({ min: OPENED_AT - 4_000, max: OPENED_AT + 200_000 }));
const meterSample = fc.record({
  timestampSeconds: clock,
  context: fc.constantFrom("begin" as const, "periodic" as const, "end" as const),
  energyWh,
  powerW: fc.oneof(fc.constant(null), fc.integer({ min: -500, max: 160_000 })),
  socPercent: fc.constant(null),
});
const transactionId = fc.constantFrom("1", "2");
const outcome = fc.constantFrom("accepted" as const, "rejected" as const, "timeout" as const, "expired" as const);
const status = fc.constantFrom(
  "available" as const,
  "preparing" as const,
  "charging" as const,
  "suspendedEv" as const,
  "suspendedEvse" as const,
  "finishing" as const,
  "faulted" as const,
  "unavailable" as const,
);
const eventId = fc.constantFrom("a", "b", "c");

const anyEvent: fc.Arbitrary<Bare<SessionEvent>> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("started" as const),
      transactionId,
      meterStartWh: energyWh,
      timestampSeconds: clock,
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({ type: fc.constant("metered" as const), samples: fc.array(meterSample, { maxLength: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("stopped" as const),
      message: fc.record({
        transactionId: fc.constantFrom("1", "-1", null),
        meterStopWh: energyWh,
        timestampSeconds: clock,
        reason: fc.constantFrom("local" as const, "remote" as const, "other" as const, "powerLoss" as const),
        samples: fc.array(meterSample, { maxLength: 2 }),
      }),
    }),
  },
  fc.record({ type: fc.constant("status" as const), status }),
  fc.constantFrom({ type: "connected" as const }, { type: "disconnected" as const }, { type: "tick" as const }),
  fc.constant({ type: "stopRequested" as const }),
  fc.record({
    type: fc.constant("commandResult" as const),
    command: fc.constantFrom("remoteStart" as const, "remoteStop" as const, "trigger" as const),
    outcome,
  }),
  fc.record({ type: fc.constant("toppedUp" as const), eventId, amount: fc.bigInt({ min: 1n, max: 10_000_000n }) }),
  fc.record({ type: fc.constant("quorum" as const), sequence: fc.integer({ min: 1, max: 6 }) }),
);

const timed = (event: fc.Arbitrary<Bare<SessionEvent>>, maxGap: number): fc.Arbitrary<Timed[]> =>
  fc.array(fc.tuple(fc.integer({ min: 0, max: maxGap }), event), { maxLength: 40 }).map((steps) => {
    let at = 0;
    return steps.map(([gap, given]) => {
      at += gap;
      return { at, event: given };
    });
  });

describe("whatever happens", () => {
  test("each statement extends the one before and keeps the contract's bounds, cost keeps to the deposit, one is final", () => {
    fc.assert(
      fc.property(options, timed(anyEvent, 300), (given, events) => {
        const { state, signed } = play(given, events);
        expect(signed.filter(({ statement }) => statement.stopReason !== 0)).toHaveLength(1);
        expect(signed.at(-1)?.statement.stopReason).not.toBe(0);
        expect(state.final?.sequence).toBe(signed.at(-1)?.statement.sequence);
      }),
      { numRuns: 400 },
    );
  });

  test("with a chain that changes its mind there is at most one final statement", () => {
    const chainEvent: fc.Arbitrary<Bare<SessionEvent>> = fc.oneof(
      fc.record({ type: fc.constantFrom("settled" as const, "closed" as const), eventId }),
      fc.record({
        type: fc.constant("removed" as const),
        removedEventId: eventId,
        removedType: fc.constantFrom(
          "sessionOpened" as const,
          "toppedUp" as const,
          "settled" as const,
          "closed" as const,
        ),
      }),
      fc.constant({
        type: "opened" as const,
        opening: opening(),
        binding: null,
        connected: true,
        connectorStatus: null,
      }),
    );
    const events = timed(fc.oneof({ weight: 4, arbitrary: anyEvent }, chainEvent), 200);
    fc.assert(
      fc.property(options, events, (given, played) => {
        const { state, signed } = play(given, played);
        const finals = signed.filter(({ statement }) => statement.stopReason !== 0);
        const gone = state.exit !== null || state.orphaned;
        expect(finals.length).toBeLessThanOrEqual(1);
        if (!gone) expect(finals).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });
});

/** A charge that an honest device delivers: registers it shows at the times it shows them. */
const delivered = fc
  .record({
    startWh: fc.integer({ min: 0, max: 3_000_000 }),
    steps: fc.array(
      fc.record({ seconds: fc.integer({ min: 1, max: 120 }), powerW: fc.integer({ min: 0, max: 11_000 }) }),
      {
        minLength: 1,
        maxLength: 20,
      },
    ),
    powerKnown: fc.boolean(),
  })
  .map(({ startWh, steps, powerKnown }) => {
    let at = 10;
    let exactWh = startWh;
    const samples = steps.map(({ seconds, powerW }) => {
      at += seconds;
      exactWh += (powerW * seconds) / 3_600;
      return { at, registerWh: Math.floor(exactWh), powerW: powerKnown ? powerW : null };
    });
    return { startWh, samples, stopAt: at, stopWh: Math.floor(exactWh) };
  });

describe("energy is conserved", () => {
  test("messages lost, doubled, late and out of order: signed is what the register grew by from start to stop", () => {
    const disturbance = fc.record({
      copies: fc.constantFrom(0, 1, 1, 1, 2),
      delay: fc.constantFrom(0, 0, 0, 30, 400),
    });
    const scenario = fc.record({
      charge: delivered,
      noise: fc.array(disturbance, { minLength: 20, maxLength: 20 }),
      startDelay: fc.constantFrom(0, 5, 100),
      stopDelay: fc.constantFrom(0, 5, 900, 7_200),
      stopCopies: fc.integer({ min: 1, max: 3 }),
      requested: fc.boolean(),
    });
    fc.assert(
      fc.property(scenario, ({ charge, noise, startDelay, stopDelay, stopCopies, requested }) => {
        const startEvent = {
          type: "started",
          transactionId: "1",
          meterStartWh: charge.startWh,
          timestampSeconds: OPENED_AT + 10,
        } as const;
        const events: Timed[] = [
          { at: 2, event: { type: "commandResult", command: "remoteStart", outcome: "accepted" } },
          { at: 10 + startDelay, event: startEvent },
        ];
        charge.samples.forEach(({ at, registerWh, powerW }, index) => {
          const { copies, delay } = noise[index] ?? { copies: 1, delay: 0 };
          const sample = {
            timestampSeconds: OPENED_AT + at,
            context: "periodic",
            energyWh: registerWh,
            powerW,
            socPercent: null,
          } as const;
          for (let copy = 0; copy < copies; copy += 1) {
            events.push({ at: at + delay + copy * 7, event: { type: "metered", samples: [sample] } });
          }
        });
        const { stopAt, stopWh } = charge;
        if (stopDelay > 300) events.push({ at: stopAt, event: { type: "disconnected" } });
        // A stop wanted before the start is known ends the session at nothing, by design.
        const wantedAt = Math.max(stopAt, 10 + startDelay) + 1;
        if (requested) events.push({ at: wantedAt, event: { type: "stopRequested" } });
        const message = {
          transactionId: "1",
          meterStopWh: stopWh,
          timestampSeconds: OPENED_AT + stopAt,
          reason: "local" as const,
          samples: [],
        };
        for (let copy = 0; copy < stopCopies; copy += 1) {
          events.push({ at: stopAt + stopDelay + copy * 60, event: { type: "stopped", message } });
        }
        events.sort((a, b) => a.at - b.at);

        const { state, signed } = play({ powerCapW: 11_000, connectionSeconds: 900, deposit: 500_000_000n }, events);
        const last = signed.at(-1)?.statement;
        const signedWh = last?.periods.reduce((sum, period) => sum + period.energyWh, 0);
        expect(state.flags).not.toContain("registerFell");
        expect(signedWh).toBe(stopWh - charge.startWh);
        expect(last?.periods.reduce((sum, period) => sum + period.seconds, 0)).toBeLessThanOrEqual(
          Math.max(1, stopAt - 10),
        );
      }),
      { numRuns: 400 },
    );
  });
});
