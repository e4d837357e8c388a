import { expect, it } from "vitest";
import { OpenJouleError, throwProblem } from "./errors.ts";

it("says what is wrong in one line", () => {
  const error = new OpenJouleError({ name: "TooMany", field: "periods.length", value: 257, expected: "at most 256" });
  expect(error.message).toBe("TooMany: periods.length is 257, expected at most 256");
  expect(error).toMatchObject({ name: "TooMany", field: "periods.length", value: 257, expected: "at most 256" });
  expect(error).toBeInstanceOf(Error);
});

it("shows values of every kind, and only the beginning of long ones", () => {
  const shown = (value: unknown) =>
    new OpenJouleError({ name: "N", field: "f", value, expected: "e" }).message.slice(
      "N: f is ".length,
      -", expected e".length,
    );
  expect([undefined, null, 5n, true, "a\nb", { a: 1n }].map(shown)).toEqual([
    "missing",
    "null",
    "5",
    "true",
    '"a\\nb"',
    '{"a":"1"}',
  ]);
  expect(shown("x".repeat(10_000))).toHaveLength(121);
});

it("throws a problem, and nothing without one", () => {
  expect(() => throwProblem(undefined)).not.toThrow();
  expect(() => throwProblem({ name: "N", field: "f", value: 1, expected: "2" })).toThrow("N: f is 1, expected 2");
});
