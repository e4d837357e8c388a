import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Registry } from "@prometheus-io/client";
import pino from "pino";
import { type Address, encodeErrorResult, type Hex, numberToHex, pad, parseAbi, parseEther } from "viem";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decodeJson } from "../store/json.ts";
import { createStore, type Store } from "../store/store.ts";
import { createChainMetrics } from "./metrics.ts";
import { createOutbox, type OutboxOptions } from "./outbox.ts";
import type { Attempt } from "./outbox-decide.ts";
import { submitTransaction } from "./outbox-store.ts";
import { createChainReader } from "./reader.ts";
import { createRpc } from "./rpc.ts";
import { createGasSigner, createRawKey } from "./signer.ts";
import { type Anvil, DEV_KEYS, startAnvil } from "./testing/anvil.ts";
import { COUNTER } from "./testing/contracts.ts";
import { type FaultyProxy, startFaultyProxy } from "./testing/proxy.ts";

const COUNTER_ADDRESS: Address = "0x2000000000000000000000000000000000000001";
const signer = createGasSigner(createRawKey("gas key", DEV_KEYS[1] as Hex));
const errors = parseAbi(["error UnknownSession(bytes32 sessionId)", "error NotFinal(uint32 sequence)"]);

let anvil: Anvil;
let proxy: FaultyProxy;
let folder: string;
let store: Store;

beforeEach(async () => {
  anvil = await startAnvil("--no-mining");
  proxy = await startFaultyProxy(anvil.url);
  folder = await mkdtemp(join(tmpdir(), "openjoule-outbox-"));
  store = await createStore({ path: join(folder, "oracle.db") });
  await anvil.send("anvil_setCode", COUNTER_ADDRESS, COUNTER);
});
afterEach(async () => {
  await store.close();
  await proxy.close();
  await anvil.close();
  await rm(folder, { recursive: true, force: true });
});

function outboxWith({ policy, ...options }: Partial<OutboxOptions> = {}) {
  return createOutbox({
    store,
    reader: createChainReader(createRpc({ urls: [proxy.url], timeoutMs: 2_000 })),
    signer,
    chainId: 31_337,
    supersededBy: { settle: ["UnknownSession"] },
    policy: { finalityDepth: 3, rebroadcastMs: 0, ...policy },
    retryMs: 0,
    logger: pino({ level: "silent" }),
    metrics: createChainMetrics(new Registry()),
    ...options,
  });
}

const submit = (id: string) =>
  store.transaction((transaction) =>
    submitTransaction(
      transaction,
      { id, kind: "settle", sessionId: null, to: COUNTER_ADDRESS, data: numberToHex(id.length, { size: 32 }) },
      Date.now(),
    ),
  );
async function row(id = "a") {
  const found = await store.db.selectFrom("transactions").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  return { ...found, attempts: decodeJson<Attempt[]>(found.attempts) };
}
/** How often the contract was executed. */
const executed = async () => Number(await anvil.send("eth_getStorageAt", COUNTER_ADDRESS, "0x1", "latest"));
/** From now on the contract reverts with this data, or works again. */
const revertWith = (data: Hex | null) =>
  anvil.send("anvil_setStorageAt", COUNTER_ADDRESS, pad("0x0"), data === null ? pad("0x0") : data.slice(0, 66));
const unknownSession = encodeErrorResult({ abi: errors, errorName: "UnknownSession", args: [pad("0x0")] });
const notFinal = encodeErrorResult({ abi: errors, errorName: "NotFinal", args: [0] });
const sentRaw = () => proxy.calls.filter(({ method }) => method === "eth_sendRawTransaction").length;
const drop = (kind: "dropCall" | "dropAnswer") =>
  proxy.setFault(({ method }) => (method === "eth_sendRawTransaction" ? { kind } : { kind: "pass" }));
const heal = () => proxy.setFault(() => ({ kind: "pass" }));

describe("outbox", () => {
  test("simulates, stores, sends, and is done at finality depth", async () => {
    const outbox = outboxWith();
    await submit("a");
    expect(await submit("a")).toBe(false);
    await outbox.step();
    expect(await row()).toMatchObject({ state: "broadcast", signer: signer.address.toLowerCase(), nonce: 0 });
    await anvil.mine();
    await outbox.step();
    const mined = await row();
    expect(mined).toMatchObject({ state: "mined", hash: mined.attempts[0]?.hash, block_number: 1 });
    await anvil.mine(2);
    await outbox.step();
    expect((await row()).state).toBe("mined");
    await anvil.mine();
    await outbox.step();
    expect((await row()).state).toBe("final");
    expect(await executed()).toBe(1);
    expect(outbox.status().balance).toBeGreaterThan(parseEther("9999"));
  });

  test("asks the node nothing while there is nothing to do", async () => {
    const outbox = outboxWith();
    await outbox.step();
    const before = proxy.calls.length;
    await outbox.step();
    expect(proxy.calls.length).toBe(before);
  });

  test("signed bytes are on disk before they are sent, and a new process sends the same", async () => {
    await submit("a");
    drop("dropCall");
    await expect(outboxWith().step()).rejects.toThrow(/transport: eth_sendRawTransaction/);
    const stored = await row();
    expect(stored).toMatchObject({ state: "broadcast", nonce: 0 });
    expect(stored.attempts).toMatchObject([{ sentAtMs: null }]);
    heal();
    await store.close();
    store = await createStore({ path: join(folder, "oracle.db") });
    await outboxWith().step();
    await anvil.mine();
    expect(await anvil.reader.receipt(stored.attempts[0]?.hash as Hex)).not.toBeNull();
    expect(await executed()).toBe(1);
  });

  test("an answer that was lost costs nothing: already known is success", async () => {
    const outbox = outboxWith();
    await submit("a");
    drop("dropAnswer");
    await expect(outbox.step()).rejects.toThrow(/transport/);
    heal();
    await outbox.step();
    expect(await row()).toMatchObject({ state: "broadcast", error: null });
    expect((await row()).attempts).toHaveLength(1);
    await anvil.mine();
    await outbox.step();
    expect((await row()).state).toBe("mined");
    expect(await executed()).toBe(1);
  });

  test("a backlog goes out in order of nonces, no more at once than allowed", async () => {
    const outbox = outboxWith({ maxInFlight: 4 });
    const ids = Array.from({ length: 10 }, (_, index) => `t${index}`);
    for (const id of ids) await submit(id);
    await outbox.step();
    expect(sentRaw()).toBe(4);
    for (let turn = 0; turn < 12; turn += 1) {
      await anvil.mine();
      await outbox.step();
    }
    const rows = await store.db.selectFrom("transactions").selectAll().orderBy("nonce").execute();
    expect(rows.map(({ nonce, state }) => [nonce, state])).toEqual(ids.map((_, index) => [index, "final"]));
    expect(await executed()).toBe(10);
  });
});

describe("fees", () => {
  const eager = { replaceAfterMs: 0, replaceAfterBlocks: 0, rebroadcastMs: 0 };

  test("a slow transaction is replaced at fees at least 10 % higher, under the same nonce", async () => {
    const outbox = outboxWith({ policy: eager });
    await submit("a");
    await outbox.step();
    await outbox.step();
    await outbox.step();
    const { attempts } = await row();
    expect(attempts.map(({ nonce }) => nonce)).toEqual([0, 0, 0]);
    for (const [index, { maxFeePerGas, maxPriorityFeePerGas }] of attempts.slice(1).entries()) {
      // anvil takes smaller steps than other nodes: the step itself is looked at.
      expect(maxFeePerGas * 10n).toBeGreaterThanOrEqual((attempts[index]?.maxFeePerGas ?? 0n) * 11n);
      expect(maxPriorityFeePerGas * 10n).toBeGreaterThanOrEqual((attempts[index]?.maxPriorityFeePerGas ?? 0n) * 11n);
    }
    await anvil.mine();
    await outbox.step();
    expect(await row()).toMatchObject({ state: "mined", hash: attempts[2]?.hash });
    expect(await executed()).toBe(1);
  });

  test("an older form that was mined after all counts: nonce too low looks at the receipts of all", async () => {
    const outbox = outboxWith({ policy: eager });
    await submit("a");
    await outbox.step();
    drop("dropCall");
    await expect(outbox.step()).rejects.toThrow(/transport/);
    await anvil.mine();
    // The count still says that nothing is mined: the node that counts lags behind the one that takes transactions.
    proxy.setFault(({ method, params }) =>
      method === "eth_getTransactionCount" && params[1] === "latest"
        ? { kind: "rewrite", result: () => "0x0" }
        : { kind: "pass" },
    );
    await outboxWith({ policy: { ...eager, replaceAfterMs: 1e9 } }).step();
    heal();
    await outbox.step();
    const { state, hash, attempts } = await row();
    expect(attempts).toHaveLength(2);
    expect({ state, hash }).toEqual({ state: "mined", hash: attempts[0]?.hash });
    expect(await executed()).toBe(1);
  });

  test("at the cap it stays as it is, says so, and is still sent", async () => {
    await submit("a");
    const { maxFeePerGas } = await (async () => {
      await outboxWith({ policy: eager }).step();
      return (await row()).attempts[0] as Attempt;
    })();
    await outboxWith({ policy: { ...eager, maxFeePerGasCap: maxFeePerGas } }).step();
    expect(await row()).toMatchObject({ state: "capped", error: expect.stringContaining("would pass the cap") });
    expect((await row()).attempts).toHaveLength(1);
    expect(sentRaw()).toBe(2);
    await anvil.mine();
    await outboxWith().step();
    expect((await row()).state).toBe("mined");
  });

  test("while the base fee is above the cap nothing is signed", async () => {
    await submit("a");
    const outbox = outboxWith({ policy: { maxFeePerGasCap: 10n } });
    await outbox.step();
    expect(await row()).toMatchObject({ state: "capped", nonce: null, attempts: [] });
    await outboxWith().step();
    expect(await row()).toMatchObject({ state: "broadcast", nonce: 0 });
  });

  test("without gas money it waits without a nonce, and goes when there is some", async () => {
    await anvil.send("anvil_setBalance", signer.address, numberToHex(1n));
    await submit("a");
    const outbox = outboxWith();
    await outbox.step();
    expect(await row()).toMatchObject({
      state: "unfunded",
      nonce: null,
      error: expect.stringContaining("holds 1 wei"),
    });
    await anvil.send("anvil_setBalance", signer.address, numberToHex(parseEther("1")));
    await outbox.step();
    expect((await row()).state).toBe("broadcast");
  });

  test("in flight and out of money: the same", async () => {
    await submit("a");
    drop("dropCall");
    await expect(outboxWith().step()).rejects.toThrow();
    heal();
    await anvil.send("anvil_setBalance", signer.address, numberToHex(1n));
    await outboxWith().step();
    expect(await row()).toMatchObject({ state: "unfunded", nonce: 0 });
    await anvil.send("anvil_setBalance", signer.address, numberToHex(parseEther("1")));
    await outboxWith().step();
    await anvil.mine();
    await outboxWith().step();
    expect((await row()).state).toBe("mined");
  });

  test("not mined for long it is stuck, and alive", async () => {
    const outbox = outboxWith({ policy: { stuckAfterMs: 0 } });
    await submit("a");
    await outbox.step();
    await outbox.step();
    expect(await row()).toMatchObject({ state: "stuck", error: expect.stringContaining("not mined for") });
    await anvil.mine();
    await outbox.step();
    expect(await row()).toMatchObject({ state: "mined", error: null });
  });
});

describe("reorgs and strangers", () => {
  test("what a reorg took off the chain is sent again, the same bytes", async () => {
    const outbox = outboxWith();
    await submit("a");
    const snapshot = await anvil.send("evm_snapshot");
    await outbox.step();
    await anvil.mine();
    await outbox.step();
    expect(await row()).toMatchObject({ state: "mined" });
    // The new chain does not have it, and no pool remembers it.
    await anvil.send("evm_revert", snapshot);
    await anvil.mine(2);
    expect(await executed()).toBe(0);
    await outbox.step();
    expect(await row()).toMatchObject({ state: "broadcast", hash: null, block_number: null });
    await anvil.mine(4);
    await outbox.step();
    expect(await row()).toMatchObject({ state: "final" });
    expect((await row()).attempts).toHaveLength(1);
    expect(await executed()).toBe(1);
  });

  test("a reorg that moves it into a later block starts the count of blocks anew", async () => {
    const outbox = outboxWith();
    await submit("a");
    const snapshot = await anvil.send("evm_snapshot");
    await outbox.step();
    const raw = (await row()).attempts[0]?.raw;
    await anvil.mine();
    await outbox.step();
    await anvil.send("evm_revert", snapshot);
    await anvil.mine(3);
    await anvil.send("eth_sendRawTransaction", raw);
    await anvil.mine();
    await outbox.step();
    expect(await row()).toMatchObject({ state: "mined", block_number: 4 });
  });

  test("a nonce that a stranger with the same key used: another one, when that is final", async () => {
    const outbox = outboxWith();
    await submit("a");
    drop("dropCall");
    await expect(outbox.step()).rejects.toThrow();
    heal();
    await anvil.send("eth_sendTransaction", { from: signer.address, to: signer.address, value: "0x0", gas: "0x5208" });
    await anvil.mine();
    await outbox.step();
    expect(await row()).toMatchObject({ state: "broadcast", nonce: 0, error: expect.stringContaining("none of ours") });
    await anvil.mine(3);
    await outbox.step();
    // Renewed, simulated and signed again in one turn or two.
    await outbox.step();
    await anvil.mine(4);
    await outbox.step();
    await outbox.step();
    expect(await row()).toMatchObject({ state: "final", nonce: 1 });
    expect(await executed()).toBe(1);
  });

  test("what the pool holds of this key is respected", async () => {
    await anvil.send("eth_sendTransaction", { from: signer.address, to: signer.address, value: "0x0", gas: "0x5208" });
    await submit("a");
    await outboxWith().step();
    expect(await row()).toMatchObject({ nonce: 1 });
  });
});

describe("reverts", () => {
  test("what would revert is not sent, and goes when it no longer would", async () => {
    const outbox = outboxWith();
    await revertWith(notFinal);
    await submit("a");
    await outbox.step();
    await anvil.mine(2);
    await outbox.step();
    expect(await row()).toMatchObject({ state: "pending", nonce: null, error: "NotFinal(0)" });
    expect(sentRaw()).toBe(0);
    await revertWith(null);
    await outbox.step();
    expect(await row()).toMatchObject({ state: "broadcast", error: null, refused_at_block: null });
  });

  test("refused for as long as finality takes, it is stuck, with the contract's own name, and still goes when it can", async () => {
    const outbox = outboxWith();
    await revertWith(notFinal);
    await submit("a");
    await outbox.step();
    await anvil.mine(3);
    await outbox.step();
    expect(await row()).toMatchObject({ state: "stuck", error: "NotFinal(0)", nonce: null });
    expect(sentRaw()).toBe(0);
    await revertWith(null);
    await outbox.step();
    expect(await row()).toMatchObject({ state: "broadcast", error: null, refused_at_block: null });
  });

  test("done by somebody else is done, when that is final", async () => {
    const outbox = outboxWith();
    await revertWith(unknownSession);
    await submit("a");
    await outbox.step();
    expect((await row()).state).toBe("pending");
    await anvil.mine(3);
    await outbox.step();
    expect(await row()).toMatchObject({
      state: "final",
      hash: null,
      error: expect.stringMatching(/^superseded: UnknownSession\(0x0{64}\)$/),
    });
    expect(sentRaw()).toBe(0);
  });

  test("mined as a revert it is simulated again and sent under another nonce", async () => {
    const outbox = outboxWith();
    await submit("a");
    await outbox.step();
    await revertWith(notFinal);
    await anvil.mine();
    await outbox.step();
    expect(await row()).toMatchObject({ state: "mined", error: "reverted" });
    await revertWith(null);
    await anvil.mine(3);
    await outbox.step();
    await outbox.step();
    expect(await row()).toMatchObject({ state: "broadcast", nonce: 1, reverts: 1 });
    await anvil.mine(4);
    await outbox.step();
    await outbox.step();
    expect(await row()).toMatchObject({ state: "final", nonce: 1 });
    expect((await row()).attempts.map(({ nonce }) => nonce)).toEqual([0, 1]);
    expect(await executed()).toBe(1);
  });
});

describe("worker", () => {
  test("one bad row does not hold up the others", async () => {
    const outbox = outboxWith();
    await store.db
      .insertInto("transactions")
      .values({
        id: "0",
        kind: "settle",
        to: "0xnot-an-address",
        data: "0x",
        value: "0",
        state: "pending",
        attempts: "[]",
        due_at_ms: 0,
        created_at_ms: 0,
        updated_at_ms: 0,
      })
      .execute();
    await submit("a");
    await outbox.step();
    expect((await row("a")).state).toBe("broadcast");
    expect((await row("0")).state).toBe("pending");
  });

  test("works by itself through an outage of the node", async () => {
    await anvil.send("anvil_setAutomine", true);
    proxy.setFault(() => ({ kind: "dropCall" }));
    const outbox = outboxWith({ pollMs: 10 });
    outbox.start();
    await submit("a");
    outbox.wake();
    await until(async () => outbox.status().error !== null);
    heal();
    await until(async () => (await row()).state === "mined");
    await anvil.mine(3);
    await until(async () => (await row()).state === "final");
    await outbox.close();
    expect(await executed()).toBe(1);
  });

  test("killed at any instant, over and over, it sends each transaction once", { timeout: 60_000 }, async () => {
    const submissions = 30;
    await anvil.send("evm_setIntervalMining", 1);
    const args = [join(folder, "oracle.db"), anvil.url, COUNTER_ADDRESS, String(submissions)];
    const start = () =>
      spawn(process.execPath, [fileURLToPath(new URL("testing/outbox-child.ts", import.meta.url)), ...args], {
        stdio: "inherit",
      });
    const kill = async (child: ChildProcess) => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    };
    const signed = async () =>
      (await store.db.selectFrom("transactions").select("id").where("nonce", "is not", null).execute()).length;
    for (let kills = 0; kills < 6; kills += 1) {
      const child = start();
      // Killed in the middle of work: some more are signed than before.
      const before = await signed();
      await until(async () => (await signed()) > before || before === submissions, 20_000);
      await sleep(kills * 7);
      await kill(child);
    }
    const last = start();
    const states = async () =>
      (await store.db.selectFrom("transactions").select("state").execute()).map(({ state }) => state);
    await until(async () => {
      const all = await states();
      return all.length === submissions && all.every((state) => state === "final");
    }, 30_000);
    await kill(last);
    expect(await executed()).toBe(submissions);
    expect(await anvil.reader.transactionCount(signer.address, "latest")).toBe(submissions);
  });
});

async function until(condition: () => Promise<boolean>, timeoutMs = 5_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`did not happen in ${timeoutMs} ms`);
    await sleep(5);
  }
}
