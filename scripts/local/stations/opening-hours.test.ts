import { describe, expect, test } from "vitest";
import { parseOpeningHours } from "./opening-hours.ts";

const week = (begin: string, end: string, days: readonly number[]) => days.map((day) => [day, begin, end]);

describe("opening hours", () => {
  test.each([
    ["24/7", "24/7"],
    ["Mo-Su 00:00-23:59", "24/7"],
    [
      "Mo 00:00-23:59,Tu 00:00-23:59,We 00:00-23:59,Th 00:00-23:59,Fr 00:00-23:59,Sa 00:00-23:59,Su 00:00-23:59",
      "24/7",
    ],
    ["Mo-Fr 08:00-19:00", week("08:00", "19:00", [1, 2, 3, 4, 5])],
    [
      "Sa,We,Mo  07:45-20:15,Fr  07:45-20:45",
      [...week("07:45", "20:15", [1, 3]), [5, "07:45", "20:45"], [6, "07:45", "20:15"]],
    ],
    [
      "Mo 14:00-19:00, Mo 08:00-12:00",
      [
        [1, "08:00", "12:00"],
        [1, "14:00", "19:00"],
      ],
    ],
    ["Sa-Mo 10:00-12:00", week("10:00", "12:00", [1, 6, 7])],
    ["Mo-We,Tu 10:00-12:00", week("10:00", "12:00", [1, 2, 3])],
  ])("%s", (text, hours) => {
    expect(parseOpeningHours(text)).toEqual(hours);
  });

  test.each([
    "",
    "Mo",
    "08:00-19:00",
    "Mo-Su 08:00-08:00",
    "Mo 22:00-02:00",
    "Mo 08:00-25:00",
    "PH off",
    "Mo 08:00-12:00, Mo 11:00-14:00",
    'Mo-Fr 08:00-19:00 "on demand"',
  ])("not %j", (text) => {
    expect(parseOpeningHours(text)).toBeUndefined();
  });
});
