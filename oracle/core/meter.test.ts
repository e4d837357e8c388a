import { PeriodKind } from "@openjoule/sdk";
import { describe, expect, test } from "vitest";
import { drive, metered, OPENED_AT, sample, started, stopped } from "./testing/fixture.ts";

/** Each test is one habit of the field: what the device says, what is billed, what is remarked. */
describe("registers", () => {
  test("late, repeated and unsorted readings change nothing", () => {
    const session = drive();
    session.send(5, started(5, 1_000));
    session.send(65, metered(sample(65, 2_000)));
    session.send(185, metered(sample(185, 4_000)));
    session.send(186, metered(sample(125, 3_000)));
    session.send(187, metered(sample(185, 4_000)));
    session.send(246, metered(sample(245, 5_000), sample(200, 4_250)));
    expect(session.signedWh()).toBe(4_000);
    expect(session.statements()).toHaveLength(3);
  });

  test("a register that falls starts anew: what it grew by before and after counts, the gap does not", () => {
    const session = drive();
    session.send(5, started(5, 1_000));
    session.send(65, metered(sample(65, 2_000)));
    session.send(125, metered(sample(125, 50)));
    session.send(185, metered(sample(185, 550)));
    session.send(186, metered(sample(65, 2_000)));
    session.send(190, stopped(190, 600));
    expect(session.signedWh()).toBe(1_000 + 500 + 50);
    expect(session.flags()).toEqual(["registerFell", "lateReading", "meterStopBelowStart"]);
  });

  test("one reading too low between two good ones is no new start", () => {
    const session = drive();
    session.send(5, started(5, 1_000));
    session.send(65, metered(sample(65, 2_000)));
    session.send(125, metered(sample(125, 0)));
    session.send(185, metered(sample(185, 2_500)));
    expect(session.signedWh()).toBe(1_500);
  });

  test("one reading no cable could deliver waits for a second, and is dropped when it does not come", () => {
    const session = drive({ powerCapW: 11_000 });
    session.send(5, started(5, 1_000));
    session.send(65, metered(sample(65, 1_150)));
    session.send(125, metered(sample(125, 1_150_000)));
    expect(session.signedWh()).toBe(150);
    session.send(185, metered(sample(185, 1_450)));
    expect(session.signedWh()).toBe(450);
    expect(session.flags()).toEqual(["implausibleReading"]);
  });

  test("a jump that a second reading confirms counts up to what the cable could deliver", () => {
    const session = drive({ powerCapW: 36_000 });
    session.send(3_600, started(3_600, 0));
    session.send(3_660, metered(sample(3_660, 30_000)));
    session.send(3_720, metered(sample(3_720, 30_100)));
    // 36 kW × 120 s × 1.05 + 10 Wh
    expect(session.signedWh()).toBe(1_270);
    expect(session.flags()).toContain("abovePowerCap");
  });

  test("a clock some seconds slow takes no time off the session, nor energy with it", () => {
    const session = drive({ powerCapW: 150_000 });
    session.send(2, started(-28, 0));
    session.send(12, metered(sample(-18, 416, 150_000)));
    session.send(22, metered(sample(-8, 833, 150_000)));
    session.send(32, stopped(2, 1_250));
    expect(session.signedWh()).toBe(1_250);
    expect(session.statements().at(-1)?.periods).toEqual([
      { kind: PeriodKind.Charging, start: OPENED_AT, seconds: 30, energyWh: 1_250 },
    ]);
    expect(session.flags()).toEqual([]);
  });

  test("a jump beyond what the cable could deliver since the opening is another register: no energy, and it goes on from there", () => {
    const session = drive({ powerCapW: 22_000 });
    session.send(5, started(5, 1_000));
    session.send(3_605, metered(sample(3_605, 4_000, 3_000)));
    session.send(3_665, metered(sample(3_665, 9_000_000, 3_000)));
    session.send(3_725, metered(sample(3_725, 9_000_050, 3_000)));
    expect(session.signedWh()).toBe(3_000);
    session.send(3_785, metered(sample(3_785, 9_000_100, 3_000)));
    expect(session.signedWh()).toBe(3_050);
    expect(session.flags()).toEqual(["implausibleReading", "registerJumped"]);
  });

  test("a lifetime register at start, readings that count from the session's start, a stop on either scale", () => {
    for (const meterStop of [1_003_000, 3_000]) {
      const session = drive();
      session.send(5, started(5, 1_000_000));
      session.send(6, metered(sample(5, 0, 0, "begin")));
      session.send(65, metered(sample(65, 1_000)));
      session.send(125, metered(sample(125, 2_000)));
      session.send(185, stopped(185, meterStop));
      expect(session.signedWh()).toBe(3_000);
      expect(session.flags()).toContain("sessionRelativeRegister");
    }
  });

  test("samples in kWh under the name of Wh: the registers of start and stop tell the truth", () => {
    const session = drive();
    session.send(5, started(5, 90_000_000));
    session.send(1_205, metered(sample(1_205, 90_010, 30_000)));
    session.send(2_405, metered(sample(2_405, 90_020, 30_000)));
    session.send(3_605, stopped(3_605, 90_030_000));
    expect(session.signedWh()).toBe(30_000);
    expect(session.flags()).toEqual(["registerFell", "implausibleReading", "registersDisagree"]);
  });

  test("such samples are not taken for a count from the session's start when the power says otherwise", () => {
    const session = drive();
    session.send(5, started(5, 9_000_000));
    session.send(1_205, metered(sample(1_205, 9_001, 3_000)));
    session.send(2_405, stopped(2_405, 9_002_000));
    expect(session.signedWh()).toBe(2_000);
  });

  test("a stop register beyond what the cable could deliver since the last reading is cut", () => {
    const session = drive({ powerCapW: 11_000 });
    session.send(5, started(5, 0));
    session.send(3_605, metered(sample(3_605, 5_000, 5_000)));
    session.send(3_615, stopped(3_615, 10_000));
    // 11 kW for 10 + 2 s × 1.05 + 10 Wh
    expect(session.signedWh()).toBe(5_000 + 48);
    expect(session.flags()).toContain("implausibleReading");
  });

  test("a stop register beyond what the cable could deliver since the opening is none", () => {
    const session = drive({ powerCapW: 11_000 });
    session.send(5, started(5, 1_000));
    session.send(3_605, stopped(3_605, 4_294_967_295));
    expect(session.signedWh()).toBe(0);
    expect(session.flags()).toEqual(["implausibleReading", "registerJumped"]);
  });

  test("meterStop below meterStart, with nothing between: nothing is billed, and it is remarked on", () => {
    const session = drive();
    session.send(5, started(5, 50_000));
    session.send(600, stopped(600, 3_000_000_000 - 2_999_999_500));
    expect(session.signedWh()).toBe(500);
    const fallen = drive({ powerCapW: 1_000 });
    fallen.send(5, started(5, 50_000));
    fallen.send(600, stopped(600, 40_000));
    expect(fallen.signedWh()).toBe(0);
    expect(fallen.flags()).toEqual(["registerFell", "meterStopBelowStart"]);
  });

  test("no register at all at the start: counting begins with the first reading", () => {
    const session = drive();
    session.send(5, started(5, null));
    session.send(65, metered(sample(65, 7_000)));
    session.send(125, metered(sample(125, 8_000)));
    session.send(126, stopped(126, null));
    expect(session.signedWh()).toBe(1_000);
    expect(session.flags()).toEqual(["meterStartMissing"]);
  });

  test("a register and a power that disagree are remarked on", () => {
    const session = drive();
    session.send(5, started(5, 0));
    session.send(3_605, metered(sample(3_605, 1_000, 10_000)));
    session.send(3_606, stopped(3_606, 1_000));
    expect(session.flags()).toContain("powerDisagrees");
  });
});

describe("clocks", () => {
  test("a clock an hour behind, or stuck in 1970: the time of arrival counts", () => {
    for (const offset of [-3_600, -OPENED_AT]) {
      const session = drive();
      session.send(5, started(5 + offset, 0));
      session.send(65, metered(sample(65 + offset, 1_000)));
      session.send(125, metered(sample(125 + offset, 2_000)));
      session.send(130, stopped(130 + offset, 2_050));
      expect(session.finals()).toMatchObject([{ periods: [{ start: OPENED_AT + 5, seconds: 125, energyWh: 2_050 }] }]);
      expect(session.flags()).toContain("clockWrong");
    }
  });

  test("a clock that jumps ahead, or back, in mid-session: readings still count at their arrival", () => {
    const session = drive();
    session.send(5, started(5, 0));
    session.send(65, metered(sample(90_000, 1_000)));
    session.send(125, metered(sample(100, 2_000)));
    session.send(185, metered(sample(185, 3_000)));
    expect(session.signedWh()).toBe(3_000);
    const last = session.statements().at(-1)?.periods.at(-1);
    expect(last).toMatchObject({ start: OPENED_AT + 5, seconds: 180 });
    expect(session.flags()).toEqual(["clockAhead", "clockWentBack"]);
  });

  test("no timestamps at all: order of arrival", () => {
    const session = drive();
    session.send(5, started(null, 0));
    session.send(65, metered(sample(null, 1_000)));
    session.send(125, stopped(null, 2_000));
    expect(session.finals()).toMatchObject([{ periods: [{ seconds: 120, energyWh: 2_000 }] }]);
  });

  test("a backlog flushed in one second keeps the device's own times", () => {
    const session = drive();
    session.send(2, { type: "commandResult", command: "remoteStart", outcome: "accepted" });
    session.send(3, { type: "disconnected" });
    session.send(7_200, { type: "connected" });
    session.send(7_200, started(10, 0));
    for (let at = 70; at <= 3_610; at += 60) session.send(7_201, metered(sample(at, (at - 10) * 10, 36_000)));
    session.send(7_201, stopped(3_610, 36_000));
    expect(session.finals()).toMatchObject([
      { periods: [{ start: OPENED_AT + 10, seconds: 3_600, energyWh: 36_000 }] },
    ]);
  });

  test("energy in the very second of the start is a period of one second", () => {
    const session = drive();
    session.send(5, started(5, 0));
    session.send(5, stopped(5, 12));
    expect(session.finals()).toMatchObject([{ periods: [{ start: OPENED_AT + 5, seconds: 1, energyWh: 12 }] }]);
  });
});

describe("charging and idle", () => {
  test("no power is idle, and charging again is a period of its own", () => {
    const session = drive();
    session.send(0, started(0, 0));
    session.send(60, metered(sample(60, 1_000, 60_000)));
    session.send(120, metered(sample(120, 1_100, 0)));
    session.send(180, metered(sample(180, 1_100, 0)));
    session.send(240, metered(sample(240, 2_000, 54_000)));
    session.send(300, stopped(300, 3_000));
    expect(session.finals()[0]?.periods).toEqual([
      { kind: PeriodKind.Charging, start: OPENED_AT, seconds: 120, energyWh: 1_100 },
      { kind: PeriodKind.Idle, start: OPENED_AT + 120, seconds: 60, energyWh: 0 },
      { kind: PeriodKind.Charging, start: OPENED_AT + 180, seconds: 120, energyWh: 1_900 },
    ]);
  });

  test("without power readings the vehicle's pause makes it idle, the EVSE's own pause is billed to nobody", () => {
    const session = drive();
    session.send(0, started(0, 0));
    session.send(60, metered(sample(60, 1_000)));
    session.send(61, { type: "status", status: "suspendedEv" });
    session.send(120, metered(sample(120, 1_000)));
    session.send(121, { type: "status", status: "suspendedEvse" });
    session.send(180, metered(sample(180, 1_000)));
    session.send(181, { type: "status", status: "charging" });
    session.send(240, stopped(240, 2_000));
    expect(session.finals()[0]?.periods).toEqual([
      { kind: PeriodKind.Charging, start: OPENED_AT, seconds: 60, energyWh: 1_000 },
      { kind: PeriodKind.Idle, start: OPENED_AT + 60, seconds: 60, energyWh: 0 },
      { kind: PeriodKind.Charging, start: OPENED_AT + 180, seconds: 60, energyWh: 1_000 },
    ]);
  });

  test("256 periods at most; energy goes on counting", () => {
    const session = drive();
    session.send(0, started(0, 0));
    for (let round = 1; round <= 600; round += 1) {
      const charging = round % 2 === 1;
      const energyWh = Math.ceil(round / 2) * 100;
      session.send(round * 60, metered(sample(round * 60, energyWh, charging ? 6_000 : 0)));
    }
    const last = session.statements().at(-1);
    expect(last?.periods).toHaveLength(256);
    expect(session.signedWh()).toBe(30_000);
    expect(last?.periods.at(-1)?.kind).toBe(PeriodKind.Charging);
  });
});
