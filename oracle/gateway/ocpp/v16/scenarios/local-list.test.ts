import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RawClient } from "../../testing/raw-client.ts";
import { startWire, type Wire } from "../../testing/wire.ts";
import { accepted, at, type BareCommand, exchange, iso, refused } from "./support.ts";

let wire: Wire;
let client: RawClient;
beforeEach(async () => {
  wire = await startWire();
  client = await wire.join();
});
afterEach(() => wire.close());

const full: BareCommand = {
  type: "sendLocalList",
  version: 3,
  update: "full",
  entries: [
    {
      idToken: "A",
      authorization: { status: "accepted", expiresAtSeconds: at, parentIdToken: "FLEET" },
    },
    { idToken: "B", authorization: { status: "blocked" } },
  ],
};
const version = async (listVersion: number) =>
  (await exchange(wire, client, { type: "getLocalListVersion" }, { listVersion })).result.answer;
const refusedWith = async (status: string) => (await exchange(wire, client, full, { status })).result;

describe("local list (OCPP 1.6 §5.10, §5.15)", () => {
  it("local list version", async () => {
    const { call } = await exchange(wire, client, { type: "getLocalListVersion" }, { listVersion: 3 });
    expect(call).toEqual({ action: "GetLocalListVersion", payload: {} });
    expect(await version(3)).toEqual({ type: "localListVersion", version: 3 });
  });

  it("local list empty, and none at all", async () => {
    expect(await version(0)).toEqual({ type: "localListVersion", version: 0 });
    expect(await version(-1)).toEqual({ type: "localListVersion", version: -1 });
  });

  it("local list replaced as a whole", async () => {
    const { call, result } = await exchange(wire, client, full, { status: "Accepted" });
    expect(call).toEqual({
      action: "SendLocalList",
      payload: {
        listVersion: 3,
        updateType: "Full",
        localAuthorizationList: [
          { idTag: "A", idTagInfo: { status: "Accepted", expiryDate: iso(at), parentIdTag: "FLEET" } },
          { idTag: "B", idTagInfo: { status: "Blocked" } },
        ],
      },
    });
    expect(result).toEqual(accepted);
  });

  it("local list changed: one tag in, one out", async () => {
    const entries = [{ idToken: "C", authorization: { status: "expired" } as const }, { idToken: "A" }];
    const command: BareCommand = { type: "sendLocalList", version: 4, update: "differential", entries };
    const { call } = await exchange(wire, client, command, { status: "Accepted" });
    expect(call.payload).toEqual({
      listVersion: 4,
      updateType: "Differential",
      localAuthorizationList: [{ idTag: "C", idTagInfo: { status: "Expired" } }, { idTag: "A" }],
    });
  });

  it("local list refused: version mismatch", async () => {
    expect(await refusedWith("VersionMismatch")).toEqual(refused("versionMismatch", "VersionMismatch"));
  });

  it("local list refused: failed", async () => {
    expect(await refusedWith("Failed")).toEqual(refused("failed", "Failed"));
  });

  it("local list refused: not supported", async () => {
    expect(await refusedWith("NotSupported")).toEqual(refused("notSupported", "NotSupported"));
  });
});
