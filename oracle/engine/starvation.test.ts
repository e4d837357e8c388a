/** What cannot be done now makes room for what can, however much of it there is. */
import type { Hex } from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually, type Harness, ownOperators, sessionOpened, startHarness } from "./testing/harness.ts";

let harness: Harness;
/** Digests that the key service does not sign. */
const refused = new Set<Hex>();
let refuses: boolean;

beforeEach(async () => {
  refuses = false;
  refused.clear();
  const operators = ownOperators.slice(0, 1).map(({ signer, ...own }) => ({
    ...own,
    signer: {
      address: signer.address,
      sign(digest: Hex) {
        if (refuses) refused.add(digest);
        return refused.has(digest) ? Promise.reject(new Error("the key service is away")) : signer.sign(digest);
      },
    },
  }));
  harness = await startHarness({ operators });
});
afterEach(() => harness.close());

/** No hardware here is its EVSE: it ends at once, with a final statement of zero. */
const ending = (counter: number) => sessionOpened({ counter, evse: (9n << 16n) | BigInt(counter) });
const unsigned = () =>
  harness.store.db.selectFrom("statements").select("failures").where("signed_at_ms", "is", null).execute();
const statusOf = async (sessionId: Hex) => (await harness.engine.sessions.get(sessionId))?.status;

test("statements that cannot be signed do not keep newer ones waiting, and are signed when they can be", async () => {
  refuses = true;
  const blocked = 60;
  for (let counter = 1; counter <= blocked; counter += 1) await harness.chain(ending(counter));
  await eventually("all refused", async () => refused.size === blocked, 20_000);
  refuses = false;
  const newer = ending(100);
  await harness.chain(newer);
  await eventually("the newer one signed", async () => (await statusOf(newer.sessionId)) === "settling", 20_000);
  expect(await unsigned()).toHaveLength(blocked);

  refused.clear();
  await eventually(
    "the others signed",
    async () => {
      harness.clock.advance(1);
      return (await unsigned()).length === 0;
    },
    20_000,
  );
});

test("a statement that is refused again and again is tried ever more rarely, at least once a minute", async () => {
  refuses = true;
  await harness.chain(ending(1));
  const dueIn = async (failures: number) => {
    const row = harness.store.db.selectFrom("statements").select(["due_at_ms", "failures"]);
    const { due_at_ms } = await eventually(`failure ${failures}`, async () => {
      const found = await row.executeTakeFirstOrThrow();
      return found.failures === failures && found;
    });
    return (due_at_ms - harness.clock.now()) / 1_000;
  };
  const delays: number[] = [];
  for (let failures = 1; failures <= 8; failures += 1) {
    const seconds = await dueIn(failures);
    delays.push(seconds);
    harness.clock.advance(seconds);
    await harness.chain(ending(1 + failures));
  }
  expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
});

test("sessions that cannot be looked at do not keep others waiting", async () => {
  const broken = {
    device_id: null,
    connector_id: null,
    evse_key: "1",
    phase: "starting",
    active: 0,
    state: "{",
    version: 1,
    due_at_ms: 0,
    updated_at_ms: 0,
    trace_id: "",
  };
  const rows = Array.from({ length: 120 }, (_, index) => ({ ...broken, session_id: `0x${index}` }));
  await harness.store.db.insertInto("sessions").values(rows).execute();
  await harness.publish({ type: "connected", protocol: "ocpp1.6", remoteAddress: "" });
  const opened = sessionOpened();
  await harness.chain(opened);
  await eventually("a remote start", async () => harness.commands.length > 0);
  // The device says yes and does nothing: only time ends this.
  harness.clock.advance(600);
  await eventually("its end", async () => (await statusOf(opened.sessionId)) === "settling", 20_000);
  const failures = harness.store.db.selectFrom("sessions").select("failures").where("evse_key", "=", "1");
  expect((await failures.execute()).every((row) => row.failures > 0)).toBe(true);
});
