import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatDeployment } from "@openjoule/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("./main.ts", import.meta.url));

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openjoule-main-"));
});
afterEach(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** A whole environment, with a node that does not answer. */
function environment(): Record<string, string> {
  const contract = (byte: string) => ({ address: `0x${byte.repeat(20)}` as const, constructorArguments: [] });
  const contracts = {
    StationRegistry: contract("11"),
    OracleRegistry: contract("22"),
    ChargingSessions: contract("33"),
  };
  writeFileSync(join(folder, "31337.json"), formatDeployment({ chainId: 31_337, startBlock: 1, contracts }));
  writeFileSync(
    join(folder, "devices.json"),
    JSON.stringify([{ deviceId: "CP1", password: "secret", connectors: [{ connectorId: 1, evse: "1" }] }]),
  );
  return {
    PATH: process.env.PATH ?? "",
    // The discard port: nobody answers there.
    RPC_URL: "http://127.0.0.1:9",
    CHAIN_ID: "31337",
    DEPLOYMENTS_DIR: folder,
    DATABASE_PATH: join(folder, "oracle.sqlite"),
    DEVICES_FILE: join(folder, "devices.json"),
    HTTP_PORT: "0",
    OCPP_PORT: "0",
    // anvil's well-known development keys.
    STATEMENT_KEYS: "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    GAS_KEY: "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
  };
}

function start(env: Record<string, string>) {
  const started = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "pipe"] });
  child = started;
  const output = { out: "", err: "" };
  started.stdout?.on("data", (chunk: Buffer) => {
    output.out += chunk.toString();
  });
  started.stderr?.on("data", (chunk: Buffer) => {
    output.err += chunk.toString();
  });
  const line = async (text: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const found = output.out.split("\n").find((entry) => entry.includes(text));
      if (found !== undefined) return JSON.parse(found) as Record<string, unknown>;
      if (started.exitCode !== null) throw new Error(`ended before "${text}": ${output.out}${output.err}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { started, output, line, ended: once(started, "exit") as Promise<[number | null, string | null]> };
}

describe("the oracle's process", () => {
  test("a wrong configuration ends it at once, with every error in words", async () => {
    const { output, ended } = start({ PATH: process.env.PATH ?? "", RPC_URL: "nowhere", HTTP_PORT: "x" });
    expect((await ended)[0]).toBe(2);
    for (const name of ["RPC_URL", "CHAIN_ID", "HTTP_PORT", "STATEMENT_KEYS", "GAS_KEY"]) {
      expect(output.err).toContain(name);
    }
    expect(output.err).not.toContain("    at ");
  });

  test("without a node it is healthy, says what it waits for, and ends in order", async () => {
    const { started, line, ended } = start(environment());
    const { url } = await line("HTTP interface listens");
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain("waiting for the chain");
    await line("waiting for the chain to say");
    started.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  });

  test("with operators named and the chain's head known, a restart needs no node to serve devices", async () => {
    const env = environment();
    const operator = "0x1000000000000000000000000000000000000001";
    env.STATEMENT_KEYS = `${operator}:${env.STATEMENT_KEYS}`;
    const { createStore } = await import("./store/store.ts");
    const { keepMeta } = await import("./store/meta.ts");
    const store = await createStore({ path: env.DATABASE_PATH ?? "" });
    await keepMeta(store.db, "firstHead", "7");
    await store.close();

    const { started, line, ended } = start(env);
    expect(await line("oracle started")).toMatchObject({ operators: [operator], devices: 1 });
    started.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
  });

  test("a port that is taken: the reason, and an exit code that is not zero", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { output, ended } = start({ ...environment(), HTTP_PORT: String(port) });
    expect((await ended)[0]).toBe(1);
    expect(output.out).toContain("EADDRINUSE");
    server.close();
  });
});
