import { expect, test } from "vitest";
import { closableFrom, needsRecovery } from "./recovery.ts";

const session = { openedAt: 1_000, maxSeconds: 3_600 };
const terms = { settlementWindowSeconds: 600 };

test("a session can be closed a settlement window after its end, or after the end was asked for", () => {
  expect(closableFrom(session, terms, undefined)).toBe(5_200);
  expect(closableFrom(session, terms, 2_000)).toBe(2_600);
  // Asked for after it was over: that does not put it off.
  expect(closableFrom(session, terms, 9_000)).toBe(5_200);
});

test("the ways out are shown when the oracle is silent, late or has given up, or the time has come", () => {
  const given = { stage: "charging", updatedAt: 100, closableFrom: 1_000, now: 110 } as const;
  expect(needsRecovery(given)).toBe(false);
  expect(needsRecovery({ ...given, stage: "unwatched" })).toBe(true);
  expect(needsRecovery({ ...given, stage: "halted" })).toBe(true);
  expect(needsRecovery({ ...given, now: 1_000 })).toBe(true);
  expect(needsRecovery({ ...given, stage: "settling" })).toBe(false);
  expect(needsRecovery({ ...given, stage: "settling", now: 161 })).toBe(true);
  expect(needsRecovery({ ...given, stage: "stopping", now: 161 })).toBe(true);
  expect(needsRecovery({ ...given, stage: "settled", now: 2_000 })).toBe(false);
});
