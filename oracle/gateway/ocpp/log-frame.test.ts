import { describe, expect, it } from "vitest";
import { maskFrame } from "./log-frame.ts";

describe("a frame in the log", () => {
  it.each([
    ["a text", '{"idTag":"PERSON-4711","x":1}', '{"idTag":"***","x":1}'],
    ["a text with quotes in it", '{"idTag":"PERSON\\"4711","x":1}', '{"idTag":"***","x":1}'],
    ["a number", '{"idTag":4711,"x":1}', '{"idTag":"***","x":1}'],
    ["a number at the end, with spaces", '{ "parentIdTag" : -4711.5e3 }', '{ "parentIdTag" : "***"}'],
    ["a list", '{"idTag":["4711"],"x":1}', '{"idTag":"***"],"x":1}'],
    ["an object", '{"idTag":{"idToken":"4711"},"x":1}', '{"idTag":"***"},"x":1}'],
    ["another spelling", '{"IDTAG":4711}', '{"IDTAG":"***"}'],
    ["a configured key", '{"key":"AuthorizationKey","value":4711}', '{"key":"AuthorizationKey","value":"***"}'],
    ["no secret", '{"connectorId":1,"status":"Available"}', '{"connectorId":1,"status":"Available"}'],
  ])("masks %s", (_what, frame, masked) => {
    expect(maskFrame(frame)).toBe(masked);
  });

  it("is cut, and a text that the cut has left without its end is masked", () => {
    expect(maskFrame("x".repeat(5_000))).toBe(`${"x".repeat(2_000)}...`);
    expect(maskFrame(`{"idTag":"${"4711".repeat(5_000)}"}`)).toBe('{"idTag":"***"');
  });
});
