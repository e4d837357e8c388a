import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Hex } from "viem";
import { z } from "zod";
import { type ChainReader, createChainReader } from "../reader.ts";
import { createRpc, type Rpc } from "../rpc.ts";

/** Development keys of anvil, public and worth nothing: the first accounts of its default mnemonic. */
export const DEV_KEYS: readonly Hex[] = [
  "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
  "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
];

export type Anvil = {
  url: string;
  rpc: Rpc;
  reader: ChainReader;
  /** Any method whose result does not matter. */
  send(method: string, ...params: unknown[]): Promise<unknown>;
  mine(blocks?: number): Promise<void>;
  close(): Promise<void>;
};

/** A chain of its own on a free port. Blocks are mined for each transaction unless `--no-mining` is among the arguments. */
export async function startAnvil(...args: string[]): Promise<Anvil> {
  const child = spawn(anvilPath(), ["--host", "127.0.0.1", "--port", "0", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = `http://127.0.0.1:${await listeningPort(child)}`;
  const rpc = createRpc({ urls: [url] });
  const send = (method: string, ...params: unknown[]) => rpc.request(method, params, z.unknown());
  return {
    url,
    rpc,
    reader: createChainReader(rpc),
    send,
    async mine(blocks = 1) {
      await send("anvil_mine", `0x${blocks.toString(16)}`);
    },
    close: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGKILL");
      }),
  };
}

/** The platform's binary itself and not npm's wrapper, which outlives a kill. */
function anvilPath(): string {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const manifest = `@foundry-rs/anvil-${process.platform}-${arch}/package.json`;
  const folder = dirname(createRequire(import.meta.url).resolve(manifest));
  return join(folder, "bin", process.platform === "win32" ? "anvil.exe" : "anvil");
}

function listeningPort(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (port !== undefined) resolve(port);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`anvil ended with ${code} before it listened`)));
  });
}
