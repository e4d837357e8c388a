import { describe, expect, it, vi } from "vitest";
import { tellWhileWaiting } from "./waiting.ts";

describe("a wait", () => {
  it("that is slow says so again and again, and nothing more once it is over", async () => {
    const said: string[] = [];
    const slow = Promise.withResolvers<string>();
    const wait = tellWhileWaiting("the compiler", slow.promise, (text) => said.push(text), 0.01);
    await vi.waitFor(() => expect(said.length).toBeGreaterThan(2), { timeout: 10_000 });
    slow.resolve("there");
    expect(await wait).toBe("there");
    for (const text of said) expect(text).toMatch(/^still waiting for the compiler, \d+ s$/);
    const count = said.length;
    await new Promise((next) => setTimeout(next, 50));
    expect(said).toHaveLength(count);
  });

  it("reports every five seconds, with the seconds that have passed", async () => {
    vi.useFakeTimers();
    try {
      const said: string[] = [];
      const slow = Promise.withResolvers<void>();
      const wait = tellWhileWaiting("the chain", slow.promise, (text) => said.push(text));
      await vi.advanceTimersByTimeAsync(12_000);
      slow.resolve();
      await wait;
      expect(said).toEqual(["still waiting for the chain, 5 s", "still waiting for the chain, 10 s"]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("that fails, fails with the same error and is silent from then on", async () => {
    const said: string[] = [];
    const failure = new Error("it died");
    const wait = tellWhileWaiting("the oracle", Promise.reject(failure), (text) => said.push(text), 0.01);
    await expect(wait).rejects.toBe(failure);
    await new Promise((next) => setTimeout(next, 50));
    expect(said).toEqual([]);
  });
});
