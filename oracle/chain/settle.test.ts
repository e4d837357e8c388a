import { type CompactSignature, chargingSessionsAbi } from "@openjoule/sdk";
import fc from "fast-check";
import { type Address, decodeFunctionData, numberToHex, zeroHash } from "viem";
import { describe, expect, test } from "vitest";
import { createStore } from "../store/store.ts";
import { encodeSettle, type Settlement, submitSettle, toFiling } from "./settle.ts";
import { contracts, idOf, offer, pricing, sessionOf } from "./testing/contracts.ts";

const session = sessionOf(1);
const operatorAt = (index: number): Address => numberToHex(index * 1_000 + 1, { size: 20 });
const signatureOf = (index: number): CompactSignature => ({
  r: numberToHex(index + 1, { size: 32 }),
  vs: numberToHex(index + 101, { size: 32 }),
});
function settlement(threshold: number, members: number, signers: readonly number[]): Settlement {
  return {
    sessionId: idOf(session),
    offer,
    session,
    statement: { sequence: 4, stopReason: 8, waived: 0n, evidence: zeroHash, periods: [1n, 2n] },
    committee: { threshold, feeBps: 500, members: Array.from({ length: members }, (_, index) => operatorAt(index)) },
    signatures: signers.map((index) => ({ operator: operatorAt(index), signature: signatureOf(index) })),
    pricing,
    termsHash: zeroHash,
  };
}

describe("settlement", () => {
  test("files exactly the threshold, by ascending operator, the lowest first, in whatever order they came", () => {
    const cases = fc
      .integer({ min: 1, max: 16 })
      .chain((members) =>
        fc.record({
          members: fc.constant(members),
          signers: fc.subarray(
            Array.from({ length: members }, (_, index) => index),
            { minLength: 1 },
          ),
        }),
      )
      .chain(({ members, signers }) =>
        fc.record({
          members: fc.constant(members),
          signers: fc.constant(signers),
          // In any order, some twice.
          given: fc
            .array(fc.constantFrom(...signers))
            .chain((more) => fc.shuffledSubarray([...signers, ...more], { minLength: signers.length + more.length })),
          threshold: fc.integer({ min: 1, max: signers.length }),
        }),
      );
    fc.assert(
      fc.property(cases, ({ members, signers, given, threshold }) => {
        const filing = toFiling(settlement(threshold, members, given));
        expect(filing.signatures).toEqual(signers.slice(0, threshold).map(signatureOf));
      }),
    );
  });

  test("too few operators, or a stranger: refused before it costs gas", () => {
    expect(() => toFiling(settlement(2, 3, [1, 1]))).toThrow(/signatures is of 1 operators, expected of at least 2/);
    expect(() => toFiling(settlement(1, 1, [0, 2]))).toThrow(/signed by 0x.*, expected members of the committee/);
  });

  test("calldata is settle's, with everything in it", () => {
    const given = settlement(1, 1, [0]);
    const { functionName, args } = decodeFunctionData({
      abi: chargingSessionsAbi,
      data: encodeSettle(toFiling(given)),
    });
    expect(functionName).toBe("settle");
    expect(args).toMatchObject([{ offer, session, statement: given.statement, pricing, signatures: [signatureOf(0)] }]);
  });

  test("one row a session, part of the caller's transaction", async () => {
    const store = await createStore({ path: ":memory:" });
    const submit = () =>
      store.transaction((transaction) =>
        submitSettle(transaction, contracts.chargingSessions, settlement(1, 1, [0]), 7),
      );
    const rows = () => store.db.selectFrom("transactions").select(["id", "state", "session_id"]).execute();
    const failing = store.transaction(async (transaction) => {
      await submitSettle(transaction, contracts.chargingSessions, settlement(1, 1, [0]), 7);
      throw new Error("the caller fails");
    });
    await expect(failing).rejects.toThrow("the caller fails");
    expect(await rows()).toEqual([]);
    expect(await submit()).toBe(true);
    expect(await submit()).toBe(false);
    expect(await rows()).toEqual([{ id: `settle:${idOf(session)}`, state: "pending", session_id: idOf(session) }]);
    await store.close();
  });
});
