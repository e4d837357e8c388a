import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrivalEventId, contentEventId } from "./event-id.ts";

describe("event ids", () => {
  it("are the same for the same content, whitespace apart", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (content) => {
        const again = JSON.parse(JSON.stringify(content, undefined, 2));
        expect(contentEventId("CP1", "meterValues", again)).toBe(
          contentEventId("CP1", "meterValues", JSON.parse(JSON.stringify(content))),
        );
      }),
    );
  });

  it("differ by device, by type, by content, by connection and by sequence", () => {
    const ids = [
      contentEventId("CP1", "meterValues", [1]),
      contentEventId("CP2", "meterValues", [1]),
      contentEventId("CP1", "transactionStopped", [1]),
      contentEventId("CP1", "meterValues", [2]),
      contentEventId("CP1", "meterValues", ["1"]),
      arrivalEventId("c1", 1),
      arrivalEventId("c1", 2),
      arrivalEventId("c2", 1),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{64}$/);
  });

  it("survive nesting that would overflow the stack", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(contentEventId("CP1", "meterValues", deep)).toMatch(/^[0-9a-f]{64}$/);
  });
});
