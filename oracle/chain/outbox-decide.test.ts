import fc from "fast-check";
import { type Hex, numberToHex } from "viem";
import { describe, expect, test } from "vitest";
import { bumped, type FeeMarket, type FeePolicy, type Fees, firstFees, replacementFees } from "./fees.ts";
import {
  type Attempt,
  classifyRefusal,
  decideSent,
  decideUnsent,
  type MinedReceipt,
  nextNonce,
  type OutboxPolicy,
  type OutboxRow,
  type SentRow,
} from "./outbox-decide.ts";

const policy: OutboxPolicy = {
  finalityDepth: 6,
  replaceAfterMs: 10_000,
  replaceAfterBlocks: 2,
  rebroadcastMs: 5_000,
  stuckAfterMs: 60_000,
  maxReverts: 2,
  maxFeePerGasCap: 1_000n,
  minPriorityFeePerGas: 1n,
};
const SIGNER = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
const hashOf = (number: number): Hex => numberToHex(number, { size: 32 });

function attempt(changes: Partial<Attempt> = {}): Attempt {
  return {
    hash: hashOf(1),
    raw: "0x01",
    nonce: 3,
    gas: 100_000n,
    maxFeePerGas: 20n,
    maxPriorityFeePerGas: 2n,
    signedAtMs: 0,
    signedAtBlock: 10,
    sentAtMs: 0,
    underpriced: false,
    ...changes,
  };
}
const fresh: OutboxRow = {
  id: "settle:0x01",
  kind: "settle",
  to: SIGNER,
  data: "0x",
  value: 0n,
  state: "pending",
  signer: null,
  nonce: null,
  attempts: [],
  blockNumber: null,
  refusedAtBlock: null,
  reverts: 0,
};
const sent: SentRow = { ...fresh, state: "broadcast", signer: SIGNER, nonce: 3, attempts: [attempt()] };
const market: FeeMarket = { baseFeePerGas: 5n, priorityFeePerGas: 1n };
const quiet = { nowMs: 1_000, head: 10, minedCount: 3, receipt: null, market, balance: 10n ** 18n, canSign: true };
const mined = (changes: Partial<MinedReceipt> = {}): MinedReceipt => ({
  hash: hashOf(1),
  blockNumber: 11,
  blockHash: hashOf(99),
  success: true,
  ...changes,
});

const fee = fc.bigInt(0n, 10n ** 12n);
const markets = fc.record({ baseFeePerGas: fee, priorityFeePerGas: fee });
const feePolicies = fc.record({
  maxFeePerGasCap: fc.bigInt(1n, 10n ** 13n),
  minPriorityFeePerGas: fc.bigInt(0n, 10n ** 9n),
});
const valid = ({ maxFeePerGas, maxPriorityFeePerGas }: Fees, { maxFeePerGasCap }: FeePolicy) =>
  maxPriorityFeePerGas <= maxFeePerGas && maxFeePerGas <= maxFeePerGasCap;

describe("fees", () => {
  test("the first fees pay for the next block, under the cap, tip within the fee", () => {
    fc.assert(
      fc.property(markets, feePolicies, (now, rules) => {
        const fees = firstFees(now, rules);
        if (fees === null) return now.baseFeePerGas + rules.minPriorityFeePerGas > rules.maxFeePerGasCap;
        return valid(fees, rules) && fees.maxFeePerGas >= now.baseFeePerGas + rules.minPriorityFeePerGas;
      }),
    );
  });

  test("a replacement raises both fees by at least 10 %, under the cap, or there is none", () => {
    fc.assert(
      fc.property(fee, fee, markets, feePolicies, (a, b, now, rules) => {
        const last = { maxFeePerGas: a + b, maxPriorityFeePerGas: b };
        const next = replacementFees(last, now, rules);
        if (next === null) return bumped(last.maxFeePerGas) > rules.maxFeePerGasCap;
        const raised = (from: bigint, to: bigint) => to > from && to * 10n >= from * 11n;
        return (
          valid(next, rules) &&
          raised(last.maxFeePerGas, next.maxFeePerGas) &&
          raised(last.maxPriorityFeePerGas, next.maxPriorityFeePerGas)
        );
      }),
    );
  });
});

describe("a transaction without a nonce", () => {
  const chain = { head: 10, simulation: { ok: true, gas: 100_000n } as const, market, balance: 10n ** 18n };
  const refused = { ok: false, error: "UnknownSession", detail: "UnknownSession(0x01)" } as const;

  test("is signed when it would succeed", () => {
    expect(decideUnsent(fresh, chain, policy, [])).toEqual({
      do: "sign",
      gas: 185_000n,
      fees: { maxFeePerGas: 11n, maxPriorityFeePerGas: 1n },
    });
  });

  test("that would revert is never signed; the refusal must last to finality depth", () => {
    const first = decideUnsent(fresh, { ...chain, simulation: refused }, policy, ["UnknownSession"]);
    expect(first).toEqual({ do: "hold", state: "pending", refusedAtBlock: 10, error: "UnknownSession(0x01)" });
    const waiting = { ...fresh, refusedAtBlock: 10 };
    expect(decideUnsent(waiting, { ...chain, head: 15, simulation: refused }, policy, []).do).toBe("hold");
    const after = { ...chain, head: 16, simulation: refused };
    // Not given up: a chain whose clock is behind, a node with a bad hour, a contract in maintenance may all take it later.
    expect(decideUnsent(waiting, after, policy, [])).toEqual({
      do: "hold",
      state: "stuck",
      refusedAtBlock: 10,
      error: "UnknownSession(0x01)",
    });
    const stuck = { ...waiting, state: "stuck" } as const;
    expect(decideUnsent(stuck, { ...after, head: 1_000 }, policy, []).do).toBe("hold");
    expect(decideUnsent(waiting, after, policy, ["UnknownSession"])).toEqual({
      do: "end",
      error: "superseded: UnknownSession(0x01)",
    });
    // The reorg that took the other's settlement away.
    expect(decideUnsent(waiting, { ...chain, head: 16 }, policy, ["UnknownSession"]).do).toBe("sign");
  });

  test("waits without a nonce while too dear or without money", () => {
    const dear = decideUnsent(fresh, { ...chain, market: { ...market, baseFeePerGas: 1_000n } }, policy, []);
    expect(dear).toMatchObject({ do: "hold", state: "capped", refusedAtBlock: null });
    const poor = decideUnsent(fresh, { ...chain, balance: 185_000n * 11n - 1n }, policy, []);
    expect(poor).toMatchObject({ do: "hold", state: "unfunded" });
    expect(decideUnsent(fresh, { ...chain, balance: 185_000n * 11n }, policy, []).do).toBe("sign");
  });
});

describe("a transaction that was signed", () => {
  test("is mined, and final only at finality depth", () => {
    const at = (head: number) => decideSent(sent, { ...quiet, head, minedCount: 4, receipt: mined() }, policy).do;
    expect([11, 16, 17].map(at)).toEqual(["mined", "mined", "end"]);
  });

  test("is sent again when it was never sent, and from time to time", () => {
    const never = { ...sent, attempts: [attempt({ sentAtMs: null })] };
    expect(decideSent(never, quiet, policy)).toEqual({ do: "send", state: "broadcast", error: null });
    expect(decideSent(sent, quiet, policy).do).toBe("wait");
    expect(decideSent(sent, { ...quiet, nowMs: 5_000 }, policy).do).toBe("send");
  });

  test("is sent again at once when a reorg took it off the chain", () => {
    expect(decideSent({ ...sent, state: "mined", blockNumber: 11 }, quiet, policy)).toEqual({
      do: "send",
      state: "broadcast",
      error: null,
    });
  });

  test("is replaced only when next in line, after time and blocks", () => {
    const slow = { ...quiet, nowMs: 10_000, head: 12 };
    expect(decideSent(sent, slow, policy)).toEqual({
      do: "replace",
      fees: { maxFeePerGas: 23n, maxPriorityFeePerGas: 3n },
      state: "broadcast",
    });
    expect(decideSent(sent, { ...slow, minedCount: 2 }, policy).do).toBe("send");
    expect(decideSent(sent, { ...slow, head: 11 }, policy).do).toBe("send");
    expect(decideSent(sent, { ...slow, nowMs: 9_999 }, policy).do).toBe("send");
    expect(decideSent({ ...sent, attempts: [attempt({ underpriced: true })] }, quiet, policy).do).toBe("replace");
  });

  test("is stuck, capped, unfunded or another key's: alive, and sent as it is", () => {
    const slow = { ...quiet, nowMs: 60_000, head: 12, minedCount: 2 };
    expect(decideSent(sent, slow, policy)).toEqual({ do: "send", state: "stuck", error: "not mined for 60 s" });
    const next = { ...slow, minedCount: 3 };
    const dear = { ...sent, attempts: [attempt({ maxFeePerGas: 999n })] };
    expect(decideSent(dear, next, policy)).toMatchObject({ do: "send", state: "capped" });
    expect(decideSent(sent, { ...next, balance: 1n }, policy)).toMatchObject({ do: "send", state: "unfunded" });
    expect(decideSent(sent, { ...next, canSign: false }, policy)).toMatchObject({ do: "send", state: "stuck" });
  });

  test("whose nonce a stranger used begins again, when that is final", () => {
    const used = { ...quiet, minedCount: 4 };
    expect(decideSent(sent, used, policy)).toMatchObject({ do: "suspect", refusedAtBlock: 10 });
    const suspected = { ...sent, refusedAtBlock: 10 };
    expect(decideSent(suspected, { ...used, head: 15 }, policy).do).toBe("suspect");
    expect(decideSent(suspected, { ...used, head: 16 }, policy).do).toBe("renew");
  });

  test("that reverted for good begins again, a few times", () => {
    const reverted = { ...quiet, head: 17, minedCount: 4, receipt: mined({ success: false }) };
    expect(decideSent(sent, { ...reverted, head: 16 }, policy).do).toBe("mined");
    expect(decideSent(sent, reverted, policy)).toMatchObject({ do: "renew", reverts: 1 });
    expect(decideSent({ ...sent, reverts: 2 }, reverted, policy).do).toBe("fail");
  });
});

test("a nonce is past all that the chain, its pool and the table have used", () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.array(fc.nat(1_000)), (pending, own) => {
      const nonce = nextNonce(pending, own);
      return nonce >= pending && !own.includes(nonce) && (nonce === pending || own.includes(nonce - 1));
    }),
  );
});

test.each([
  ["already known", "known"],
  ["transaction already imported", "known"],
  ["AlreadyKnown", "known"],
  ["Known transaction", "known"],
  ["nonce too low: next nonce 5, tx nonce 4", "nonceTooLow"],
  ["nonce too low", "nonceTooLow"],
  ["OldNonce, Current nonce: 5, nonce of rejected tx: 4", "nonceTooLow"],
  ["replacement transaction underpriced", "underpriced"],
  ["ReplacementNotAllowed", "underpriced"],
  ["transaction underpriced: gas tip cap 0, minimum needed 1", "underpriced"],
  ["max fee per gas less than block base fee: address 0x0, maxFeePerGas: 1", "underpriced"],
  ["FeeTooLow, MaxFeePerGas too low", "underpriced"],
  ["insufficient funds for gas * price + value", "unfunded"],
  ["Insufficient funds for gas * price + value", "unfunded"],
  ["InsufficientFunds, Account balance: 0", "unfunded"],
  ["exceeds block gas limit", "refused"],
])("%s is %s", (message, answer) => {
  expect(classifyRefusal(message)).toBe(answer);
});

// ------------------------------------------------------------------------------------------------------------------------
// The decisions in a world that does its worst, as long as reorgs stay below finality depth: every block may take any form of
// the transaction or none, pools forget, prices jump, answers are lost, the worker dies between any two of its acts.

type Op =
  | { op: "mine"; take: boolean; pick: number }
  | { op: "reorg"; depth: number }
  | { op: "forget" }
  | { op: "price"; baseFee: bigint }
  | { op: "work"; seconds: number; dies: "never" | "beforeStoring" | "beforeSending" | "beforeNoting" };
const ops: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ op: fc.constant("mine" as const), take: fc.boolean(), pick: fc.nat(9) }),
  fc.record({ op: fc.constant("reorg" as const), depth: fc.integer({ min: 1, max: policy.finalityDepth }) }),
  fc.record({ op: fc.constant("forget" as const) }),
  fc.record({ op: fc.constant("price" as const), baseFee: fc.bigInt(1n, 600n) }),
  fc.record({
    op: fc.constant("work" as const),
    seconds: fc.integer({ min: 0, max: 30 }),
    dies: fc.constantFrom(
      "never" as const,
      "beforeStoring" as const,
      "beforeSending" as const,
      "beforeNoting" as const,
    ),
  }),
);

function createWorld() {
  let row: OutboxRow = fresh;
  /** Per block above 10 the attempt in it, if any. */
  let blocks: (Attempt | null)[] = [];
  let pool: Attempt[] = [];
  let nowMs = 0;
  let baseFee = 5n;
  const head = () => 10 + blocks.length;
  const known = new Map<Hex, Attempt>();

  function pushToPool(one: Attempt): void {
    if (!pool.some(({ hash }) => hash === one.hash) && !blocks.some((block) => block?.hash === one.hash))
      pool.push(one);
  }
  function mine(take: boolean, pick: number): void {
    const affordable = blocks.some((block) => block !== null) ? [] : pool.filter((one) => one.maxFeePerGas >= baseFee);
    const taken = take ? (affordable[pick % affordable.length] ?? null) : null;
    blocks.push(taken);
    if (taken !== null) pool = [];
  }
  function work(seconds: number, dies: string): void {
    nowMs += seconds * 1_000;
    if (row.state === "final" || row.state === "failed") return;
    const now = { baseFeePerGas: baseFee, priorityFeePerGas: 1n };
    const sign = (nonce: number, fees: Fees, gas: bigint): Attempt => {
      const one = attempt({ ...fees, nonce, gas, signedAtMs: nowMs, signedAtBlock: head(), sentAtMs: null });
      const made = { ...one, hash: hashOf(known.size + 1) };
      known.set(made.hash, made);
      return made;
    };
    const store = (one: Attempt) => {
      if (dies === "beforeStoring") return;
      row = { ...row, state: "broadcast", signer: SIGNER, nonce: one.nonce, attempts: [...row.attempts, one] };
      send(one);
    };
    const send = (one: Attempt) => {
      if (dies === "beforeSending") return;
      pushToPool(one);
      if (dies === "beforeNoting") return;
      row = { ...row, attempts: row.attempts.map((a) => (a.hash === one.hash ? { ...a, sentAtMs: nowMs } : a)) };
    };
    const minedAt = blocks.findIndex((block) => block !== null);
    const minedCount = 3 + (minedAt === -1 ? 0 : 1);
    if (row.nonce === null || row.signer === null) {
      const chain = { head: head(), simulation: { ok: true, gas: 50_000n } as const, market: now, balance: 10n ** 18n };
      const decision = decideUnsent(row, chain, policy, []);
      if (decision.do === "sign") store(sign(nextNonce(3 + pool.length, []), decision.fees, decision.gas));
      return;
    }
    const taken = blocks[minedAt];
    const receipt =
      taken == null ? null : mined({ hash: taken.hash, blockNumber: 11 + minedAt, blockHash: hashOf(1_000 + minedAt) });
    const chain = { nowMs, head: head(), minedCount, receipt, market: now, balance: 10n ** 18n, canSign: true };
    const decision = decideSent({ ...row, nonce: row.nonce, signer: row.signer }, chain, policy);
    const last = row.attempts.at(-1);
    if (last === undefined) throw new Error("a nonce without a signed form");
    if (decision.do === "end") row = { ...row, state: "final" };
    else if (decision.do === "mined") row = { ...row, state: "mined", blockNumber: decision.receipt.blockNumber };
    else if (decision.do === "replace") store(sign(row.nonce, decision.fees, last.gas));
    else if (decision.do === "send" || decision.do === "wait") {
      row = { ...row, state: decision.state };
      if (decision.do === "send") send(last);
    } else throw new Error(`nobody else used the nonce, yet: ${decision.do}`);
  }
  return {
    row: () => row,
    mined: () => blocks.filter((block) => block !== null),
    run(op: Op): void {
      if (op.op === "mine") mine(op.take, op.pick);
      if (op.op === "forget") pool = [];
      if (op.op === "price") baseFee = op.baseFee;
      if (op.op === "work") work(op.seconds, op.dies);
      // No reorg is deeper than finality: what is final stays on the chain.
      if (op.op === "reorg") {
        // What fell out of the chain is back in the pool, or not: `forget` may follow.
        const gone = blocks.slice(-op.depth);
        blocks = blocks.slice(0, -op.depth);
        for (const block of gone) if (block !== null) pushToPool(block);
      }
    },
  };
}

test("whatever happens short of finality, it is mined exactly once and then final, with one nonce", () => {
  fc.assert(
    fc.property(fc.array(ops, { maxLength: 60 }), (chaos) => {
      const world = createWorld();
      for (const op of chaos) world.run(op);
      world.run({ op: "price", baseFee: 5n });
      for (let turn = 0; turn < 40; turn += 1) {
        world.run({ op: "work", seconds: 6, dies: "never" });
        world.run({ op: "mine", take: true, pick: turn });
      }
      const row = world.row();
      expect(row.state).toBe("final");
      expect(world.mined()).toHaveLength(1);
      expect(new Set(row.attempts.map(({ nonce }) => nonce)).size).toBe(1);
      for (const [index, one] of row.attempts.entries()) {
        const before = row.attempts[index - 1];
        expect(one.maxFeePerGas <= policy.maxFeePerGasCap).toBe(true);
        if (before === undefined) continue;
        expect(one.maxFeePerGas * 10n >= before.maxFeePerGas * 11n).toBe(true);
        expect(one.maxPriorityFeePerGas * 10n >= before.maxPriorityFeePerGas * 11n).toBe(true);
      }
      // What was mined is always one of the stored forms: nothing is sent that is not on disk.
      expect(row.attempts.map(({ hash }) => hash)).toContain(world.mined()[0]?.hash);
    }),
    { numRuns: 2_000 },
  );
});
