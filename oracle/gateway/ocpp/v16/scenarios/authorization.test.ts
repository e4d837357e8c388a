import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RawClient } from "../../testing/raw-client.ts";
import { startWire, type Wire } from "../../testing/wire.ts";
import { accepted, at, exchange, iso, refused } from "./support.ts";

let wire: Wire;
let client: RawClient;
beforeEach(async () => {
  wire = await startWire();
  client = await wire.join();
});
afterEach(() => wire.close());

const none = { expiresAtSeconds: null };
const start = (idTag: string) => ({ connectorId: 1, idTag, meterStart: 0, timestamp: iso(at) });

describe("authorization (OCPP 1.6 §3.5, §4.1)", () => {
  it("central authorization of a known tag", async () => {
    expect(await client.call("Authorize", { idTag: "KNOWN" })).toEqual({ idTagInfo: { status: "Accepted" } });
    expect(wire.core.of("authorize")).toMatchObject([{ idToken: "KNOWN", flags: [] }]);
  });

  it("central authorization of an unknown tag", async () => {
    wire.core.authorizations.set("UNKNOWN", { status: "invalid", ...none });
    expect(await client.call("Authorize", { idTag: "UNKNOWN" })).toEqual({ idTagInfo: { status: "Invalid" } });
  });

  it("central authorization of a blocked tag", async () => {
    wire.core.authorizations.set("BLOCKED", { status: "blocked", ...none });
    expect(await client.call("Authorize", { idTag: "BLOCKED" })).toEqual({ idTagInfo: { status: "Blocked" } });
  });

  it("central authorization of an expired tag", async () => {
    wire.core.authorizations.set("OLD", { status: "expired", expiresAtSeconds: at });
    const idTagInfo = { status: "Expired", expiryDate: iso(at) };
    expect(await client.call("Authorize", { idTag: "OLD" })).toEqual({ idTagInfo });
  });

  it("central authorization of a tag with a parent", async () => {
    wire.core.authorizations.set("CHILD", { status: "accepted", expiresAtSeconds: at, parentIdToken: "FLEET" });
    const idTagInfo = { status: "Accepted", expiryDate: iso(at), parentIdTag: "FLEET" };
    expect(await client.call("Authorize", { idTag: "CHILD" })).toEqual({ idTagInfo });
  });

  it("central authorization of a tag that charges elsewhere", async () => {
    wire.core.authorizations.set("BUSY", { status: "concurrentTx", ...none });
    expect(await client.call("StartTransaction", start("BUSY"))).toMatchObject({
      idTagInfo: { status: "ConcurrentTx" },
    });
  });

  it("cached authorization: a start without asking, and the answer refreshes the cache", async () => {
    wire.core.authorizations.set("CACHED", { status: "accepted", expiresAtSeconds: at, parentIdToken: "FLEET" });
    expect(await client.call("StartTransaction", start("CACHED"))).toEqual({
      transactionId: 1,
      idTagInfo: { status: "Accepted", expiryDate: iso(at), parentIdTag: "FLEET" },
    });
    expect(wire.core.of("authorize")).toEqual([]);
  });

  it("cached authorization of a tag blocked since: the transaction has an id, the tag is refused", async () => {
    wire.core.authorizations.set("BLOCKED", { status: "blocked", ...none });
    expect(await client.call("StartTransaction", start("BLOCKED"))).toEqual({
      transactionId: 1,
      idTagInfo: { status: "Blocked" },
    });
    const stop = { transactionId: 1, meterStop: 0, timestamp: iso(at + 1), reason: "DeAuthorized" };
    expect(await client.call("StopTransaction", stop)).toEqual({});
    expect(wire.core.of("transactionStopped")).toMatchObject([{ transactionId: "1", reason: "deAuthorized" }]);
  });

  it("cache cleared, and clearing refused", async () => {
    const first = await exchange(wire, client, { type: "clearCache" }, { status: "Accepted" });
    expect(first).toEqual({ call: { action: "ClearCache", payload: {} }, result: accepted });
    const second = await exchange(wire, client, { type: "clearCache" }, { status: "Rejected" });
    expect(second.result).toEqual(refused("rejected", "Rejected"));
  });

  it("local authorization: a tag of the local list begins a transaction offline", async () => {
    const entries = [{ idToken: "LOCAL", authorization: { status: "accepted" } }] as const;
    const { result } = await exchange(
      wire,
      client,
      { type: "sendLocalList", version: 1, update: "full", entries: [...entries] },
      { status: "Accepted" },
    );
    expect(result).toEqual(accepted);
    client.socket.terminate();
    await wire.core.wait("disconnected");
    const again = await wire.join();
    expect(await again.call("StartTransaction", start("LOCAL"))).toMatchObject({ idTagInfo: { status: "Accepted" } });
    expect(wire.core.of("authorize")).toEqual([]);
    expect(wire.core.of("transactionStarted")).toMatchObject([{ idToken: "LOCAL", timestampSeconds: at }]);
  });
});
