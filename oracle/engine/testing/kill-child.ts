/**
 * A process to be killed: an engine on a database file, beside a device that keeps its own queue in another file as a charge point
 * does. `node kill-child.ts <folder>`. Writes "ready" when it serves and "done" when the session's settlement is in the outbox.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { idTokenOf } from "../../core/phase.ts";
import { OPENED_AT, sample } from "../../core/testing/fixture.ts";
import { DEVICE, eventually, ownOperators, sessionOpened, startHarness } from "./harness.ts";

const READINGS = 40;
const WH_A_READING = 40;

const folder = process.argv[2];
if (folder === undefined) throw new Error("usage: kill-child.ts <folder>");
const deviceFile = join(folder, "device.json");
const signedFile = join(folder, "signed.log");

type Device = { asked: boolean; sent: number; transactionId: string | null };
const device: Device = existsSync(deviceFile)
  ? JSON.parse(readFileSync(deviceFile, "utf8"))
  : { asked: false, sent: 0, transactionId: null };
function keep(): void {
  writeFileSync(`${deviceFile}.new`, JSON.stringify(device));
  renameSync(`${deviceFile}.new`, deviceFile);
}

const operators = ownOperators.slice(0, 1).map(({ signer, ...own }) => ({
  ...own,
  signer: {
    address: signer.address,
    async sign(digest: `0x${string}`) {
      const signature = await signer.sign(digest);
      // From here on the signature is out in the world.
      appendFileSync(signedFile, `${digest}\n`);
      return signature;
    },
  },
}));

const opened = sessionOpened();
const harness = await startHarness({
  path: join(folder, "oracle.sqlite"),
  markPath: join(folder, "apart.mark"),
  operators,
  nowMs: () => (OPENED_AT + 10 + device.sent) * 1_000,
  onCommand: async ({ type }) => {
    if (type !== "remoteStart") return "accepted";
    const again = device.asked;
    device.asked = true;
    keep();
    return again ? "rejected" : "accepted";
  },
});
if (harness.restored) throw new Error("a database killed in mid-session was taken for a restored backup");
process.stdout.write("ready\n");
await harness.publish({ type: "connected", protocol: "ocpp1.6", remoteAddress: "" });
await harness.chain(opened);

/** Message by message; each is repeated until it is acknowledged, under the key that its contents give it. */
const eventId = (index: number) => index.toString(16).padStart(64, "0");
while (device.sent < READINGS + 2) {
  if (!device.asked) {
    await sleep(1);
    continue;
  }
  const index = device.sent;
  const at = 10 + index;
  if (index === 0) {
    const reply = await harness.publish({
      type: "transactionStarted",
      eventId: eventId(index),
      deviceId: DEVICE,
      connectorId: 1,
      transactionId: null,
      idToken: idTokenOf(opened.sessionId),
      meterStartWh: 0,
      timestampSeconds: OPENED_AT + 10,
      reservationId: null,
    });
    if (reply.type === "transaction") device.transactionId = reply.transactionId;
  } else if (index <= READINGS) {
    await harness.publish({
      type: "meterValues",
      eventId: eventId(index),
      connectorId: 1,
      transactionId: device.transactionId,
      samples: [sample(at, Math.min(index * WH_A_READING, READINGS * WH_A_READING), null)],
      signedMeterValues: [],
    });
  } else {
    await harness.publish({
      type: "transactionStopped",
      eventId: eventId(index),
      transactionId: device.transactionId,
      meterStopWh: READINGS * WH_A_READING,
      timestampSeconds: OPENED_AT + at,
      reason: "local",
      idToken: null,
      samples: [],
      signedMeterValues: [],
    });
  }
  device.sent += 1;
  keep();
}
await eventually("a settlement", async () => {
  const rows = await harness.store.db.selectFrom("transactions").select("id").execute();
  return rows.length > 0;
});
process.stdout.write("done\n");
await harness.close();
