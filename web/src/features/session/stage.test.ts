import { StopReason } from "@openjoule/sdk";
import { describe, expect, test } from "vitest";
import type { OraclePhase, OracleSession } from "./oracle-api.ts";
import { isOver, isRunning, neverBegan, type StageInput, stageOf } from "./stage.ts";

const oracle = (phase: OraclePhase, change: Partial<OracleSession> = {}): OracleSession => ({
  phase,
  energyWh: 1200,
  powerW: 50_000,
  socPercent: undefined,
  chargingSeconds: 60,
  idleSeconds: 0,
  cost: 1_000_000n,
  locked: 20_000_000n,
  stopReason: undefined,
  settlementTransaction: undefined,
  updatedAt: 1_700_000_000,
  ...change,
});
const open: StageInput = {
  chain: { status: "Open" },
  openedHere: true,
  link: "live",
  oracle: undefined,
  evse: { connected: true, status: "charging" },
};

describe("stageOf", () => {
  test.each<[string, Partial<StageInput>, string]>([
    ["nobody knows it", { chain: undefined, openedHere: false, link: "unknown" }, "notFound"],
    ["nobody has answered yet", { chain: undefined, openedHere: false, link: "connecting" }, "confirming"],
    ["just opened here", { chain: undefined, link: "unknown" }, "confirming"],
    ["the oracle was never heard", { link: "down" }, "unwatched"],
    ["starting", { oracle: oracle("starting", { energyWh: 0 }) }, "starting"],
    ["power flows", { oracle: oracle("charging") }, "charging"],
    ["power not known yet", { oracle: oracle("charging", { powerW: undefined }) }, "charging"],
    ["before the first kWh", { oracle: oracle("charging", { powerW: 0, energyWh: 0 }) }, "charging"],
    ["the meter stands still", { oracle: oracle("charging", { powerW: 0 }) }, "idle"],
    ["the car pauses", { oracle: oracle("charging"), evse: { connected: true, status: "suspendedEv" } }, "idle"],
    ["the oracle falls silent", { oracle: oracle("charging"), link: "down" }, "unwatched"],
    ["stopping", { oracle: oracle("stopping") }, "stopping"],
    ["signed, not filed", { oracle: oracle("final") }, "settling"],
    ["filed, not read by the subgraph", { oracle: oracle("settled") }, "settling"],
    ["filed, and the oracle gone since", { oracle: oracle("settling"), link: "down" }, "settling"],
    ["given up by the oracle", { oracle: oracle("halted") }, "halted"],
    ["given up, and settled by somebody", { chain: { status: "Settled" }, oracle: oracle("halted") }, "settled"],
    ["taken back by a reorg", { oracle: oracle("abandoned") }, "undone"],
    [
      "the chain's word counts most",
      { chain: { status: "Settled" }, oracle: oracle("charging"), link: "down" },
      "settled",
    ],
    ["closed", { chain: { status: "Closed" }, link: "down" }, "closed"],
  ])("%s", (_name, change, stage) => {
    expect(stageOf({ ...open, ...change })).toBe(stage);
  });
});

test("a session whose oracle is silent or has given it up still counts as running: it can be stopped", () => {
  expect(isRunning("unwatched") && isRunning("halted")).toBe(true);
  expect(isRunning("settling")).toBe(false);
  expect(isOver("settled") && isOver("closed") && !isOver("settling")).toBe(true);
});

test("a refusal and a no-show have delivered nothing", () => {
  expect(neverBegan(StopReason.Refused) && neverBegan(StopReason.NoShow)).toBe(true);
  expect(neverBegan(StopReason.Remote) || neverBegan(undefined)).toBe(false);
});
