import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DevicesFileError, passwordHashOf, readDevicesFile, syncDevices } from "./devices.ts";
import { verifyPassword } from "./gateway/password.ts";
import { createStore, type Store } from "./store/store.ts";

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "openjoule-devices-"));
  store = await createStore({ path: ":memory:" });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function read(content: unknown) {
  const path = join(folder, "devices.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return readDevicesFile(path);
}

const device = (deviceId: string, evse: string, connectorId = 1) => ({
  deviceId,
  password: "secret",
  connectors: [{ connectorId, evse }],
});

describe("devices file", () => {
  test("EVSE keys in decimal and hex", async () => {
    const devices = await read([device("A", "65537"), device("B", "0x10002")]);
    expect(devices.map(({ connectors }) => connectors[0]?.evse)).toEqual([65_537n, 65_538n]);
  });

  test("everything wrong is named", async () => {
    await expect(read("[{")).rejects.toThrow(DevicesFileError);
    await expect(read([{ deviceId: "", connectors: [], other: 1 }])).rejects.toThrow(/0\.deviceId[\s\S]*at least one/);
    await expect(read([{ ...device("A", "1"), passwordHash: "scrypt$" }])).rejects.toThrow(/either password or/);
    await expect(read([device("A", "1"), device("A", "2")])).rejects.toThrow("A is there twice");
    await expect(read([device("A", "1"), device("B", "0x1")])).rejects.toThrow("B: EVSE 1 is also a connector of A");
    await expect(readDevicesFile(join(folder, "none.json"))).rejects.toThrow(/ENOENT/);
  });

  test("a device that is gone may not connect; statuses and unchanged hashes stay", async () => {
    await syncDevices(store, await read([device("A", "1"), device("B", "2")]), 1);
    const before = await passwordHashOf(store, "A");
    expect(before !== null && (await verifyPassword("secret", before))).toBe(true);
    await store.db.updateTable("device_connectors").set({ status: "charging" }).where("device_id", "=", "A").execute();

    await syncDevices(store, await read([device("A", "2")]), 2);
    expect(await passwordHashOf(store, "A")).toBe(before);
    expect(await passwordHashOf(store, "B")).toBeNull();
    expect(await passwordHashOf(store, "C")).toBeNull();
    expect(await store.db.selectFrom("device_connectors").selectAll().execute()).toMatchObject([
      { device_id: "A", evse_key: "2", status: "charging" },
    ]);
  });
});
