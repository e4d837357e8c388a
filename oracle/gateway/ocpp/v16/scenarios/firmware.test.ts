import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RawClient } from "../../testing/raw-client.ts";
import { startWire, type Wire } from "../../testing/wire.ts";
import { at, type BareCommand, exchange, iso, refused, send } from "./support.ts";

let wire: Wire;
let client: RawClient;
beforeEach(async () => {
  wire = await startWire();
  client = await wire.join();
});
afterEach(() => wire.close());

const update: BareCommand = {
  type: "updateFirmware",
  location: "ftp://user:word@updates.example/1.2.bin",
  retrieveAtSeconds: at,
  retries: 3,
  retryIntervalSeconds: 60,
};
const diagnostics: BareCommand = {
  type: "getDiagnostics",
  location: "https://logs.example/in",
  fromSeconds: at - 3_600,
  toSeconds: at,
};

/** The charge point tells how far it is; what the core hears of it. */
async function told(action: string, statuses: readonly string[]) {
  for (const status of statuses) expect(await client.call(action, { status })).toEqual({});
  const events = wire.core.of("reported");
  expect(events.every(({ flags }) => flags.length === 0)).toBe(true);
  return events.map(({ kind, status }) => [kind, status]);
}

describe("firmware (OCPP 1.6 §4.5, §5.19)", () => {
  it("firmware updated", async () => {
    const { call, result } = await exchange(wire, client, update, {});
    expect(call).toEqual({
      action: "UpdateFirmware",
      payload: {
        location: "ftp://user:word@updates.example/1.2.bin",
        retrieveDate: iso(at),
        retries: 3,
        retryInterval: 60,
      },
    });
    expect(result).toEqual({ outcome: "accepted", detail: "" });
    const statuses = ["Downloading", "Downloaded", "Installing", "Installed"];
    expect(await told("FirmwareStatusNotification", statuses)).toEqual(statuses.map((status) => ["firmware", status]));
    expect(wire.logged()).not.toContain("user:word");
  });

  it("firmware not downloaded", async () => {
    await exchange(wire, client, update, {});
    expect(await told("FirmwareStatusNotification", ["Downloading", "DownloadFailed"])).toEqual([
      ["firmware", "Downloading"],
      ["firmware", "DownloadFailed"],
    ]);
  });

  it("firmware not installed", async () => {
    await exchange(wire, client, update, {});
    const statuses = ["Downloading", "Downloaded", "Installing", "InstallationFailed"];
    expect((await told("FirmwareStatusNotification", statuses)).at(-1)).toEqual(["firmware", "InstallationFailed"]);
  });

  it("firmware state of the maker's own: kept and flagged", async () => {
    expect(await client.call("FirmwareStatusNotification", { status: "Rebooting" })).toEqual({});
    expect(wire.core.of("reported")).toMatchObject([
      { kind: "firmware", status: "Rebooting", flags: ["schema-enum:/status"] },
    ]);
  });
});

describe("diagnostics (OCPP 1.6 §4.4, §5.9)", () => {
  it("diagnostics uploaded", async () => {
    const { call, result } = await exchange(wire, client, diagnostics, { fileName: "cp1.zip" });
    expect(call).toEqual({
      action: "GetDiagnostics",
      payload: { location: "https://logs.example/in", startTime: iso(at - 3_600), stopTime: iso(at) },
    });
    expect(result).toEqual({ outcome: "accepted", detail: "", answer: { type: "file", name: "cp1.zip" } });
    expect(await told("DiagnosticsStatusNotification", ["Uploading", "Uploaded"])).toEqual([
      ["diagnostics", "Uploading"],
      ["diagnostics", "Uploaded"],
    ]);
  });

  it("diagnostics not uploaded", async () => {
    await exchange(wire, client, diagnostics, { fileName: "cp1.zip" });
    expect((await told("DiagnosticsStatusNotification", ["Uploading", "UploadFailed"])).at(-1)).toEqual([
      "diagnostics",
      "UploadFailed",
    ]);
  });

  it("diagnostics that the charge point has none of", async () => {
    const { result } = await exchange(wire, client, diagnostics, {});
    expect(result).toEqual({ outcome: "accepted", detail: "", answer: { type: "file", name: null } });
  });

  it("diagnostics not supported", async () => {
    const sent = send(wire, diagnostics);
    client.send([4, (await client.nextCall()).id, "NotImplemented", "", {}]);
    expect(await sent).toMatchObject(refused("notSupported", "NotImplemented: "));
  });
});
