/**
 * An outbox as a process of its own, to be killed: opens the store, submits what it is told (again, after each kill) and works
 * until it is killed. Arguments: database path, node URL, contract address, number of submissions.
 */
import { Registry } from "@prometheus-io/client";
import pino from "pino";
import { type Address, numberToHex } from "viem";
import { createStore } from "../../store/store.ts";
import { createChainMetrics } from "../metrics.ts";
import { createOutbox } from "../outbox.ts";
import { submitTransaction } from "../outbox-store.ts";
import { createChainReader } from "../reader.ts";
import { createRpc } from "../rpc.ts";
import { createGasSigner, createRawKey } from "../signer.ts";
import { DEV_KEYS } from "./anvil.ts";

const [path = "", url = "", contract = "", submissions = "0"] = process.argv.slice(2);
const store = await createStore({ path });
const outbox = createOutbox({
  store,
  reader: createChainReader(createRpc({ urls: [url] })),
  signer: createGasSigner(createRawKey("gas key", DEV_KEYS[1] ?? "0x")),
  chainId: 31_337,
  supersededBy: {},
  policy: { finalityDepth: 3, rebroadcastMs: 200 },
  pollMs: 5,
  logger: pino({ level: "silent" }),
  metrics: createChainMetrics(new Registry()),
});
outbox.start();
for (let index = 0; index < Number(submissions); index += 1) {
  const submission = {
    id: `count:${index}`,
    kind: "count",
    sessionId: null,
    to: contract as Address,
    data: numberToHex(index, { size: 32 }),
  };
  await store.transaction((transaction) => submitTransaction(transaction, submission, Date.now()));
  outbox.wake();
}
