import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  idle,
  isOver,
  isWorking,
  type Mined,
  type Phase,
  type TransactionEvent,
  type TransactionState,
  transition,
} from "./machine.ts";

const hash = `0x${"11".repeat(32)}` as const;
const other = `0x${"22".repeat(32)}` as const;
const mined: Mined = { hash, blockNumber: 7n, logs: [] };
const failure = { kind: "unreachable", details: "no answer" } as const;

const events: { [type in TransactionEvent["type"]]: Extract<TransactionEvent, { type: type }> } = {
  review: { type: "review" },
  cancel: { type: "cancel" },
  confirm: { type: "confirm" },
  check: { type: "check" },
  sign: { type: "sign", signature: 1 },
  ask: { type: "ask" },
  sent: { type: "sent", hash },
  late: { type: "late" },
  repriced: { type: "repriced", hash: other },
  mined: { type: "mined", mined },
  replaced: { type: "replaced", by: other, cancelled: true },
  rejected: { type: "rejected" },
  failed: { type: "failed", failure },
  resume: { type: "resume", hash },
  interrupt: { type: "interrupt" },
  dismiss: { type: "dismiss" },
};

const states: { [phase in Phase]: Extract<TransactionState, { phase: phase }> } = {
  idle: { phase: "idle" },
  review: { phase: "review" },
  checking: { phase: "checking" },
  signing: { phase: "signing", signature: 0 },
  wallet: { phase: "wallet" },
  pending: { phase: "pending", hash, late: false },
  done: { phase: "done", mined },
  failed: { phase: "failed", failure, hash: undefined },
  rejected: { phase: "rejected" },
  replaced: { phase: "replaced", hash, by: other, cancelled: false },
  interrupted: { phase: "interrupted" },
};

/** What each phase takes and where it leads; every other pair changes nothing. */
const table: { [phase in Phase]: Partial<Record<TransactionEvent["type"], Phase>> } = {
  idle: { review: "review", resume: "pending", interrupt: "interrupted" },
  review: { cancel: "idle", confirm: "checking" },
  checking: { sign: "signing", ask: "wallet", failed: "failed" },
  signing: { sign: "signing", check: "checking", rejected: "rejected", failed: "failed" },
  wallet: { sent: "pending", rejected: "rejected", failed: "failed" },
  pending: { late: "pending", repriced: "pending", mined: "done", replaced: "replaced", failed: "failed" },
  done: { dismiss: "idle", review: "review" },
  failed: { dismiss: "idle", review: "review", confirm: "checking" },
  rejected: { dismiss: "idle", review: "review", confirm: "checking" },
  replaced: { dismiss: "idle", review: "review" },
  interrupted: { sent: "pending", dismiss: "idle", failed: "failed" },
};

const phases = Object.keys(states) as Phase[];
const types = Object.keys(events) as TransactionEvent["type"][];
const pairs = phases.flatMap((phase) => types.map((type) => [phase, type, table[phase][type]] as const));

describe("the way of a write", () => {
  it.each(pairs.filter(([, , next]) => next !== undefined))("%s, %s → %s", (phase, type, next) => {
    expect(transition(states[phase], events[type]).phase).toBe(next);
  });

  it("takes nothing else: what comes too late changes nothing", () => {
    for (const [phase, type] of pairs.filter(([, , next]) => next === undefined)) {
      expect(transition(states[phase], events[type]), `${phase}, ${type}`).toBe(states[phase]);
    }
  });

  it("goes from review to done through every step", () => {
    const way: TransactionEvent["type"][] = ["review", "confirm", "sign", "check", "ask", "sent", "late", "mined"];
    let state: TransactionState = idle;
    const seen = way.map((type) => {
      state = transition(state, events[type]);
      return state;
    });
    expect(seen.map(({ phase }) => phase)).toEqual([
      "review",
      "checking",
      "signing",
      "checking",
      "wallet",
      "pending",
      "pending",
      "done",
    ]);
    expect(seen.at(-2)).toEqual({ phase: "pending", hash, late: true });
    expect(seen.at(-1)).toEqual({ phase: "done", mined });
  });

  it("follows a call whose fee was raised under its new hash, with its patience renewed", () => {
    const late = transition(states.pending, events.late);
    expect(transition(late, events.repriced)).toEqual({ phase: "pending", hash: other, late: false });
  });

  it("keeps the hash of what failed on the chain, and has none for what never got there", () => {
    expect(transition(states.pending, events.failed)).toEqual({ phase: "failed", failure, hash });
    expect(transition(states.checking, events.failed)).toEqual({ phase: "failed", failure, hash: undefined });
  });

  it("is never lost once it is sent: only the chain's decision leads out of pending", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...types), { maxLength: 40 }), (sequence) => {
        let state: TransactionState = states.pending;
        for (const type of sequence) {
          const next = transition(state, events[type]);
          if (state.phase === "pending" && next.phase !== "pending") {
            expect(["mined", "replaced", "failed"]).toContain(type);
          }
          state = next;
        }
      }),
    );
  });

  it("is done only by way of the wallet or of an earlier visit", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...types), { maxLength: 40 }), (sequence) => {
        let state: TransactionState = idle;
        let wasPending = false;
        for (const type of sequence) {
          state = transition(state, events[type]);
          if (state.phase === "pending") wasPending = true;
          if (state.phase === "done") expect(wasPending).toBe(true);
        }
      }),
    );
  });

  it("is working, over, or waiting for the person", () => {
    expect(phases.filter((phase) => isWorking(states[phase]))).toEqual(["checking", "signing", "wallet", "pending"]);
    expect(phases.filter((phase) => isOver(states[phase]))).toEqual(["done", "failed", "rejected", "replaced"]);
  });
});
