import { describe, expect, it } from "vitest";
import { createAuthenticator } from "./authenticator.ts";
import { createDerivationLine } from "./derivation-line.ts";
import { createFailures } from "./failures.ts";
import { hashPassword } from "./password.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const good = bytes("one");
const stored = await hashPassword(good);

describe("authentication of devices", () => {
  it("names why a device is refused, and forgets what it remembered when the stored hash changes", async () => {
    const hashes = new Map([["CP1", stored]]);
    const authenticate = createAuthenticator({ passwordHashOf: async (id) => hashes.get(id) ?? null });
    const from = "192.0.2.1";
    expect(await authenticate("CP2", good, from)).toBe("unknownDevice");
    expect(await authenticate("CP1", null, from)).toBe("wrongPassword");
    expect(await authenticate("CP1", bytes("two"), from)).toBe("wrongPassword");
    expect(await authenticate("CP1", good, from)).toBe("accepted");
    expect(await authenticate("CP1", good, from)).toBe("accepted");
    hashes.set("CP1", await hashPassword("two"));
    expect(await authenticate("CP1", good, from)).toBe("wrongPassword");
    expect(await authenticate("CP1", bytes("two"), from)).toBe("accepted");
  });

  it("derives nothing for an address that fails again and again, whatever device it names, until it has waited", async () => {
    let nowMs = 0;
    const authenticate = createAuthenticator({ passwordHashOf: async () => stored, nowMs: () => nowMs });
    const guess = (index: number, from: string) => authenticate(`CP${index}`, bytes(`guess ${index}`), from);
    const results: string[] = [];
    for (let index = 0; index < 12; index += 1) results.push(await guess(index, `2001:db8::${index}`));
    expect(results).toEqual([...Array(10).fill("wrongPassword"), "tooManyFailures", "tooManyFailures"]);
    expect(await authenticate("CP1", good, "2001:db8::1")).toBe("tooManyFailures");
    expect(await authenticate("CP1", good, "2001:db8:0:1::1")).toBe("accepted");
    // Proven once, it is let in from there too.
    expect(await authenticate("CP1", good, "2001:db8::1")).toBe("accepted");
    nowMs += 5_000;
    expect(await guess(1, "2001:db8::1")).toBe("wrongPassword");
    expect(await guess(1, "2001:db8::1")).toBe("tooManyFailures");
  });

  it("stops deriving for an address whose others have failed meanwhile", async () => {
    const authenticate = createAuthenticator({ passwordHashOf: async () => stored });
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, index) => authenticate(`CP${index}`, bytes("guess"), "192.0.2.1")),
    );
    // Two are under way when the tenth fails.
    expect(results.filter((result) => result === "wrongPassword").length).toBeLessThanOrEqual(11);
    expect(results.filter((result) => result === "tooManyFailures").length).toBeGreaterThanOrEqual(19);
  });
});

describe("the line before derivations", () => {
  it("has two at work and one of each device, lets others wait in order, and turns away the rest", async () => {
    const line = createDerivationLine({ atOnce: 2, waiting: 2 });
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const enter = (deviceId: string) =>
      line.run(deviceId, async () => {
        begun.push(deviceId);
        await new Promise<void>((resolve) => ends.set(deviceId, resolve));
        return deviceId;
      });
    const results = [enter("a"), enter("b"), enter("c"), enter("d")];
    expect(await enter("a")).toBeNull();
    expect(await enter("e")).toBeNull();
    expect(begun).toEqual(["a", "b"]);
    ends.get("b")?.();
    expect(await results[1]).toBe("b");
    expect(begun).toEqual(["a", "b", "c"]);
    ends.get("a")?.();
    expect(await results[0]).toBe("a");
    for (const id of ["c", "d"]) ends.get(id)?.();
    expect(await Promise.all(results)).toEqual(["a", "b", "c", "d"]);
    const later = enter("a");
    ends.get("a")?.();
    expect(await later).toBe("a");
  });

  it("gives the place of one that failed to the next", async () => {
    const line = createDerivationLine({ atOnce: 1, waiting: 1 });
    const failing = line.run("a", () => Promise.reject(new Error("no memory")));
    const next = line.run("b", async () => "done");
    await expect(failing).rejects.toThrow("no memory");
    expect(await next).toBe("done");
    expect(await line.run("a", async () => "again")).toBe("again");
  });
});

describe("failures by source", () => {
  it("are forgotten with time, and beyond the limit the oldest first", () => {
    let nowMs = 0;
    const failures = createFailures({ burst: 2, refillMs: 1_000, limit: 3, nowMs: () => nowMs });
    for (const source of ["a", "b", "b"]) failures.add(source);
    expect(["a", "b", "c"].map(failures.isBlocked)).toEqual([false, true, false]);
    nowMs = 1_000;
    expect(failures.isBlocked("b")).toBe(false);
    for (const source of ["c", "d"]) failures.add(source);
    expect(failures.size).toBe(3);
    nowMs = 5_000;
    failures.add("e");
    expect(failures.size).toBe(1);
  });
});
