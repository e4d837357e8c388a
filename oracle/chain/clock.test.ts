import { expect, test } from "vitest";
import { createChainClock } from "./clock.ts";

const NOW = 1_767_225_600_000;

function clockWith() {
  const local = { nowMs: NOW, monotonicMs: 5 };
  const clock = createChainClock({ nowMs: () => local.nowMs, monotonicMs: () => local.monotonicMs });
  const pass = (ms: number) => {
    local.nowMs += ms;
    local.monotonicMs += ms;
  };
  const block = (hash: string, aheadMs: number) => clock.observe({ hash, timestamp: (local.nowMs + aheadMs) / 1_000 });
  return { clock, local, pass, block };
}

test("without a block, or with one of the past, it is this machine's clock", () => {
  const { clock, pass, block } = clockWith();
  expect(clock.nowMs()).toBe(NOW);
  block("a", -3_600_000);
  pass(10_000);
  expect(clock.nowMs()).toBe(NOW + 10_000);
  expect(clock.leadMs()).toBe(0);
});

test("where the chain is ahead, time passes from its newest block on, though no other comes", () => {
  const { clock, pass, block } = clockWith();
  block("a", 7_200_000);
  expect(clock.nowMs()).toBe(NOW + 7_200_000);
  pass(30_000);
  block("a", 7_200_000 - 30_000);
  expect(clock.nowMs()).toBe(NOW + 7_230_000);
  expect(clock.leadMs()).toBe(7_200_000);
});

test("a clock that is set right, or a block that was wrong, is not kept for ever", () => {
  const { clock, local, pass, block } = clockWith();
  block("a", 7_200_000);
  local.nowMs += 7_200_000;
  pass(1_000);
  expect(clock.nowMs()).toBe(local.nowMs);
  block("b", 86_400_000);
  block("c", 0);
  expect(clock.nowMs()).toBe(local.nowMs);
});
