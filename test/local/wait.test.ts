import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { assertPortFree, choosePort, findFreePort } from "../../scripts/local/ports.ts";
import { waitFor } from "../../scripts/local/wait.ts";

describe("waitFor", () => {
  it("returns what the probe finds, after misses and errors", async () => {
    let attempts = 0;
    const probe = () => {
      attempts++;
      if (attempts === 1) throw new Error("connection refused");
      return attempts < 4 ? undefined : { attempts };
    };
    expect(await waitFor("it", probe, { timeoutSeconds: 10, intervalMilliseconds: 1 })).toEqual({ attempts: 4 });
  });

  it("takes 0 and the empty string for found, and false for not", async () => {
    const options = { timeoutSeconds: 0.2, intervalMilliseconds: 1 };
    expect(await waitFor("zero", () => 0, options)).toBe(0);
    expect(await waitFor("empty", () => "", options)).toBe("");
    await expect(waitFor("false", () => false as const, options)).rejects.toMatchObject({ name: "TimedOutError" });
  });

  it("ends at the deadline although the probe hangs, and tells it so", async () => {
    let aborted = false;
    const hangs = (signal: AbortSignal) =>
      new Promise<undefined>(() => {
        signal.addEventListener("abort", () => {
          aborted = true;
        });
      });
    await expect(waitFor("the answer", hangs, { timeoutSeconds: 0.1 })).rejects.toThrow("the answer: not after 0.1 s");
    expect(aborted).toBe(true);
  });

  it("gives the last probe's error with its cause", async () => {
    const probe = () => Promise.reject(new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") }));
    const waiting = waitFor("the node", probe, { timeoutSeconds: 0.1, intervalMilliseconds: 5 });
    await expect(waiting).rejects.toThrow(
      "the node: not after 0.1 s\nlast attempt: fetch failed: connect ECONNREFUSED",
    );
  });

  it("reports progress each second", async () => {
    const seen: { label: string; lastError: string | undefined }[] = [];
    let ready = false;
    await waitFor(
      "slow",
      () => {
        if (ready) return true;
        throw new Error("not yet");
      },
      {
        timeoutSeconds: 20,
        onProgress: ({ label, lastError }) => {
          seen.push({ label, lastError });
          ready = true;
        },
      },
    );
    expect(seen).toEqual([{ label: "slow", lastError: "not yet" }]);
  });
});

describe("ports", () => {
  async function listening(host: string, test: (port: number) => Promise<void>): Promise<void> {
    const port = await findFreePort();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    try {
      await test(port);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }

  it.each(["127.0.0.1", "0.0.0.0"])("a port that another program has on %s is refused in words", (host) =>
    listening(host, async (port) => {
      const words = `port ${port} (chain) is in use; set CHAIN_PORT or stop the other program`;
      await expect(assertPortFree(port, "chain", "CHAIN_PORT")).rejects.toMatchObject({
        name: "PortInUseError",
        message: words,
        port,
      });
      await expect(choosePort(port, "chain", "CHAIN_PORT")).rejects.toThrow(words);
    }),
  );

  it("free ports are free, and each is given out once", async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => findFreePort()));
    expect(new Set(ports).size).toBe(20);
    for (const port of ports) await assertPortFree(port, "test");
  });

  it.each([0, -1, 65_536, 1.5, Number.NaN])("%s is no port", async (port) => {
    await expect(assertPortFree(port, "chain", "CHAIN_PORT")).rejects.toMatchObject({
      name: "InvalidPortError",
      message: expect.stringContaining("CHAIN_PORT (chain) is"),
    });
  });
});
