import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTimestamp } from "./timestamp.ts";

const receivedAtMs = Date.UTC(2026, 10, 20, 12, 0, 0);

describe("parseTimestamp", () => {
  it.each([
    ["2026-11-20T11:59:58Z", -2, []],
    ["2026-11-20T11:59:58.123Z", -2, []],
    ["2026-11-20T13:59:58+02:00", -2, []],
    ["2026-11-20T06:29:58-0530", -2, []],
    ["2026-11-20 11:59:58", -2, ["timestamp-without-zone"]],
    ["2026-11-20T11:59:58", -2, ["timestamp-without-zone"]],
    ["2026-11-20T12:05:01Z", 301, ["clock-ahead"]],
    ["1970-01-01T00:00:10Z", 10 - receivedAtMs / 1000, ["clock-unset"]],
  ])("reads %s", (text, offsetSeconds, flags) => {
    expect(parseTimestamp(text, receivedAtMs)).toEqual({ seconds: receivedAtMs / 1000 + offsetSeconds, flags });
  });

  it.each(["yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-20", 1_700_000_000, {}])(
    "gives null for %s",
    (value) => {
      expect(parseTimestamp(value, receivedAtMs)).toEqual({ seconds: null, flags: ["timestamp-unreadable"] });
    },
  );

  it("tells a missing one from an unreadable one", () => {
    expect(parseTimestamp(undefined, receivedAtMs)).toEqual({ seconds: null, flags: ["timestamp-missing"] });
  });

  it("agrees with the engine on every valid date", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date("2199-12-31T23:59:59Z"), noInvalidDate: true }), (date) => {
        expect(parseTimestamp(date.toISOString(), receivedAtMs).seconds).toBe(Math.floor(date.getTime() / 1000));
      }),
    );
  });
});
