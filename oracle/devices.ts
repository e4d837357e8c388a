/**
 * The devices that may connect and the EVSEs they are, from the file that `DEVICES_FILE` names:
 * `[{ "deviceId": "CP1", "password": "...", "connectors": [{ "connectorId": 1, "evse": "0x…" }] }]`.
 */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { hashPassword, verifyPassword } from "./gateway/password.ts";
import type { Store } from "./store/store.ts";

const UINT256_MAX = 2n ** 256n - 1n;

/** An EVSE's key, decimal or 0x hex. */
const evseKey = z
  .string()
  .regex(/^(0x[0-9a-fA-F]{1,64}|\d{1,78})$/, { error: "expected an EVSE key, decimal or 0x hex" })
  .transform((text) => BigInt(text))
  .refine((key) => key <= UINT256_MAX, { error: "expected at most 256 bits" });

const deviceSchema = z
  .strictObject({
    deviceId: z.string().min(1).max(255),
    /** Plain, for local networks; stored as its hash. */
    password: z.string().min(1).optional(),
    passwordHash: z.string().startsWith("scrypt$").optional(),
    connectors: z
      .array(z.strictObject({ connectorId: z.number().int().positive(), evse: evseKey }))
      .min(1, { error: "expected at least one connector" }),
  })
  .refine((device) => (device.password === undefined) !== (device.passwordHash === undefined), {
    error: "expected either password or passwordHash",
  });

export type ConfiguredDevice = z.output<typeof deviceSchema>;

/** Everything wrong with the devices file. */
export class DevicesFileError extends Error {
  constructor(path: string, problems: readonly string[]) {
    super([`the devices file ${path} is wrong:`, ...problems.map((problem) => `  ${problem}`)].join("\n"));
    this.name = "DevicesFileError";
  }
}

/** @throws DevicesFileError */
export async function readDevicesFile(path: string): Promise<ConfiguredDevice[]> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new DevicesFileError(path, [error instanceof Error ? error.message : String(error)]);
  }
  const parsed = z.array(deviceSchema).safeParse(json);
  if (!parsed.success) {
    throw new DevicesFileError(
      path,
      parsed.error.issues.map(({ path: place, message }) => `${place.join(".") || "the file"}: ${message}`),
    );
  }
  const problems = duplicates(parsed.data);
  if (problems.length > 0) throw new DevicesFileError(path, problems);
  return parsed.data;
}

/**
 * Makes the database say what the configuration says. A device that is gone may not connect any more; running sessions keep the
 * device they were opened with.
 */
export async function syncDevices(store: Store, devices: readonly ConfiguredDevice[], nowMs: number): Promise<void> {
  const known = await store.db.selectFrom("devices").select(["device_id", "password_hash"]).execute();
  const hashes = new Map(known.map((row) => [row.device_id, row.password_hash]));
  const rows = await Promise.all(
    devices.map(async (device) => ({ device, hash: await hashOf(device, hashes.get(device.deviceId) ?? null) })),
  );

  await store.transaction(async (transaction) => {
    await transaction.updateTable("devices").set({ password_hash: null, updated_at_ms: nowMs }).execute();
    const statuses = await transaction.selectFrom("device_connectors").selectAll().execute();
    await transaction.deleteFrom("device_connectors").execute();
    for (const { device, hash } of rows) {
      const { deviceId, connectors } = device;
      await transaction
        .insertInto("devices")
        .values({ device_id: deviceId, password_hash: hash, created_at_ms: nowMs, updated_at_ms: nowMs })
        .onConflict((conflict) => conflict.column("device_id").doUpdateSet({ password_hash: hash }))
        .execute();
      for (const { connectorId, evse } of connectors) {
        const before = statuses.find((row) => row.device_id === deviceId && row.connector_id === connectorId);
        await transaction
          .insertInto("device_connectors")
          .values({
            device_id: deviceId,
            connector_id: connectorId,
            evse_key: evse.toString(),
            status: before?.status ?? null,
            error_code: before?.error_code ?? null,
            status_at_ms: before?.status_at_ms ?? null,
          })
          .execute();
      }
    }
  });
}

/** The stored hash of a device's password; null when it may not connect. */
export async function passwordHashOf(store: Store, deviceId: string): Promise<string | null> {
  const row = await store.db
    .selectFrom("devices")
    .select("password_hash")
    .where("device_id", "=", deviceId)
    .executeTakeFirst();
  return row?.password_hash ?? null;
}

/** A plain password is hashed anew only when it has changed, so that a restart leaves the table as it is. */
async function hashOf({ password, passwordHash }: ConfiguredDevice, stored: string | null): Promise<string> {
  if (passwordHash !== undefined) return passwordHash;
  if (password === undefined) throw new Error("unreachable: the schema asks for one of both");
  return stored !== null && (await verifyPassword(password, stored)) ? stored : hashPassword(password);
}

function duplicates(devices: readonly ConfiguredDevice[]): string[] {
  const problems: string[] = [];
  const ids = new Set<string>();
  const evses = new Map<bigint, string>();
  for (const { deviceId, connectors } of devices) {
    if (ids.has(deviceId)) problems.push(`${deviceId} is there twice`);
    ids.add(deviceId);
    const numbers = new Set<number>();
    for (const { connectorId, evse } of connectors) {
      if (numbers.has(connectorId)) problems.push(`${deviceId}: connector ${connectorId} is there twice`);
      numbers.add(connectorId);
      const other = evses.get(evse);
      if (other !== undefined) problems.push(`${deviceId}: EVSE ${evse} is also a connector of ${other}`);
      evses.set(evse, deviceId);
    }
  }
  return problems;
}
