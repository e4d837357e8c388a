/** What the charge point does when the central system asks for more than charging. */
import { createHash, generateKeyPairSync, sign, verify, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bitString, der, elements, objectId, sequence } from "./der.ts";
import { type CentralSystem, createCentralSystem, killChargePoints, runChargePoint } from "./testing/central-system.ts";

let central: CentralSystem;
let files: Server;
let filesUrl: string;
/** What was put on the file server, by path. */
let uploads: Map<string, string>;
/** Paths asked for. */
let fetched: string[];
const firmware = "firmware 1.2";

beforeEach(async () => {
  central = await createCentralSystem();
  uploads = new Map();
  fetched = [];
  files = createServer(async (request, response) => {
    const path = request.url ?? "";
    fetched.push(path);
    let body = "";
    for await (const chunk of request) body += chunk;
    if (request.method === "PUT" && path.startsWith("/logs")) uploads.set(path, body);
    const content: Record<string, string> = { "/firmware": firmware, "/empty": "" };
    const known = request.method === "PUT" ? path.startsWith("/logs") : path in content;
    response.writeHead(known ? 200 : 404).end(known ? content[path] : "");
  });
  files.listen(0, "127.0.0.1");
  await once(files, "listening");
  filesUrl = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
});
afterEach(async () => {
  killChargePoints();
  await central.close();
  files.close();
  files.closeAllConnections();
});

const run = async (...args: string[]) => {
  const point = runChargePoint(central, "--job-step", "0.02", ...args);
  await central.wait("StatusNotification", ({ connectorId }) => connectorId === 1);
  return point;
};
const accepted = { status: "Accepted" };
const soon = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
const remoteStart = (idTag = "TAG") => central.ask("RemoteStartTransaction", { connectorId: 1, idTag });
const status = (wanted: string) =>
  central.wait("StatusNotification", (payload) => payload.connectorId === 1 && payload.status === wanted);
const told = (action: string) => central.of(action).map(({ payload }) => payload.status);

describe("reservations", () => {
  const reserve = (more: object = {}) =>
    central.ask("ReserveNow", { connectorId: 1, expiryDate: soon(60), idTag: "TAG", reservationId: 1, ...more });

  it("keep a connector for their tag, which uses them up", async () => {
    const point = await run();
    expect(await reserve({ parentIdTag: "FLEET" })).toEqual(accepted);
    await status("Reserved");
    expect(await remoteStart("OTHER")).toEqual({ status: "Rejected" });
    expect(await remoteStart()).toEqual(accepted);
    const start = await central.wait("StartTransaction");
    expect(start.payload).toMatchObject({ idTag: "TAG", reservationId: 1 });
    expect(await central.ask("CancelReservation", { reservationId: 1 })).toEqual({ status: "Rejected" });
    await point.end();
  });

  it("are refused for what is occupied, faulted or unavailable, unknown or past", async () => {
    const point = await run("--connectors", "2");
    expect(await reserve()).toEqual(accepted);
    expect(await reserve({ reservationId: 2 })).toEqual({ status: "Occupied" });
    expect(await reserve({ connectorId: 2 })).toEqual(accepted);
    expect(await reserve({ reservationId: 2 })).toEqual(accepted);
    expect(await central.ask("CancelReservation", { reservationId: 2 })).toEqual(accepted);
    point.do({ do: "fault", connector: 1 });
    await status("Faulted");
    expect(await reserve({ reservationId: 3 })).toEqual({ status: "Faulted" });
    point.do({ do: "clear", connector: 1 });
    await central.ask("ChangeAvailability", { connectorId: 1, type: "Inoperative" });
    await status("Unavailable");
    expect(await reserve({ reservationId: 3 })).toEqual({ status: "Unavailable" });
    expect(await reserve({ connectorId: 0, reservationId: 3 })).toEqual({ status: "Rejected" });
    expect(await reserve({ expiryDate: soon(-1), reservationId: 3 })).toEqual({ status: "Rejected" });
    await point.end();
  });

  it("end at their time", async () => {
    const point = await run();
    expect(await reserve({ expiryDate: soon(0.1) })).toEqual(accepted);
    const reserved = central.calls.items.indexOf(await status("Reserved"));
    await central.calls.find(({ payload }) => payload.status === "Available", reserved);
    expect(await remoteStart("OTHER")).toEqual(accepted);
    await point.end();
  });
});

describe("charging profiles", () => {
  const profile = (limit: number, more: object = {}) => ({
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: "TxDefaultProfile",
    chargingProfileKind: "Relative",
    chargingSchedule: { chargingRateUnit: "W", chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
    ...more,
  });
  const set = (csChargingProfiles: object, connectorId = 1) =>
    central.ask("SetChargingProfile", { connectorId, csChargingProfiles });

  it("limit the power, stop the energy at none, and let it flow again when cleared", async () => {
    const point = await run("--ramp", "0", "--power", "50000");
    expect(await set(profile(7_000))).toEqual(accepted);
    await remoteStart();
    const limited = await point.wait("meterValues", ({ powerW }) => Number(powerW) > 0);
    expect(Number(limited.powerW)).toBeGreaterThan(6_500);
    expect(Number(limited.powerW)).toBeLessThanOrEqual(7_000);
    const own = { chargingProfileId: 2, chargingProfilePurpose: "TxProfile", transactionId: 1 };
    expect(await set(profile(0, own))).toEqual(accepted);
    await status("SuspendedEVSE");
    expect(await central.ask("ClearChargingProfile", {})).toEqual(accepted);
    await point.wait("meterValues", ({ powerW }) => Number(powerW) > 40_000);
    expect(await central.ask("ClearChargingProfile", {})).toEqual({ status: "Unknown" });
    await point.end();
  });

  it("come with a remote start for its transaction, and end with it", async () => {
    const point = await run("--ramp", "0", "--power", "50000");
    const start = (chargingProfile: object) =>
      central.ask("RemoteStartTransaction", { connectorId: 1, idTag: "TAG", chargingProfile });
    expect(await start(profile(9_000))).toEqual({ status: "Rejected" });
    expect(await start(profile(9_000, { chargingProfilePurpose: "TxProfile" }))).toEqual(accepted);
    const limited = await point.wait("meterValues", ({ powerW }) => Number(powerW) > 0);
    expect(Number(limited.powerW)).toBeLessThanOrEqual(9_000);
    await central.ask("RemoteStopTransaction", { transactionId: 1 });
    await point.wait("transactionStopped");
    expect(await central.ask("ClearChargingProfile", {})).toEqual({ status: "Unknown" });
    await point.end();
  });

  it("are refused where they mean nothing, and told together as one schedule", async () => {
    const point = await run("--power", "22000", "--connectors", "2");
    expect(await set(profile(1, { chargingProfilePurpose: "TxProfile" }))).toEqual({ status: "Rejected" });
    expect(await set(profile(1), 9)).toEqual({ status: "Rejected" });
    expect(await set({ nothing: true })).toEqual({ status: "Rejected" });
    const max = {
      chargingProfileId: 2,
      chargingProfilePurpose: "ChargePointMaxProfile",
      chargingProfileKind: "Absolute",
    };
    expect(await set(profile(11_000, max), 0)).toEqual(accepted);
    const composite = await central.ask("GetCompositeSchedule", { connectorId: 0, duration: 60 });
    expect(composite).toMatchObject({
      status: "Accepted",
      chargingSchedule: {
        duration: 60,
        chargingRateUnit: "W",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 11_000 }],
      },
    });
    expect(await central.ask("GetCompositeSchedule", { connectorId: 9, duration: 60 })).toEqual({ status: "Rejected" });
    await point.end();
  });

  it("and the local list outlive a restart", async () => {
    const directory = mkdtempSync(join(tmpdir(), "openjoule-charge-point-"));
    const stateFile = join(directory, "state.json");
    const first = await run("--state-file", stateFile, "--power", "22000");
    expect(await set(profile(7_000))).toEqual(accepted);
    const localAuthorizationList = [{ idTag: "LOCAL", idTagInfo: accepted }];
    await central.ask("SendLocalList", { listVersion: 4, updateType: "Full", localAuthorizationList });
    first.child.kill("SIGKILL");
    await first.exited;
    const second = runChargePoint(central, "--state-file", stateFile, "--power", "22000");
    await second.wait("booted");
    expect(await central.ask("GetLocalListVersion", {})).toEqual({ listVersion: 4 });
    expect(await central.ask("GetCompositeSchedule", { connectorId: 1, duration: 60 })).toMatchObject({
      chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 7_000 }] },
    });
    await second.end();
    rmSync(directory, { recursive: true });
  });
});

describe("tags known to the charge point", () => {
  const send = (listVersion: number, updateType: string, localAuthorizationList: object[] = []) =>
    central.ask("SendLocalList", { listVersion, updateType, localAuthorizationList });

  it("keep a list by versions", async () => {
    const point = await run();
    expect(await central.ask("GetLocalListVersion", {})).toEqual({ listVersion: 0 });
    expect(await send(3, "Full", [{ idTag: "A", idTagInfo: accepted }])).toEqual(accepted);
    expect(await send(3, "Differential", [])).toEqual({ status: "VersionMismatch" });
    expect(await send(4, "Differential", [{ idTag: "A" }, { idTag: "B", idTagInfo: accepted }])).toEqual(accepted);
    expect(await central.ask("GetLocalListVersion", {})).toEqual({ listVersion: 4 });
    const many = Array.from({ length: 101 }, (_, index) => ({ idTag: `T${index}`, idTagInfo: accepted }));
    expect(await send(5, "Full", many)).toEqual({ status: "Failed" });
    await point.end();
  });

  it("let a tag charge while the central system is away, and without asking when told so", async () => {
    const point = await run();
    await send(1, "Full", [{ idTag: "LOCAL", idTagInfo: accepted }]);
    point.do({ do: "plug", connector: 1 });
    await status("Preparing");
    point.do({ do: "offline", seconds: 0.3 });
    await point.wait("disconnected");
    point.do({ do: "swipe", connector: 1, idTag: "STRANGER" });
    expect(await point.wait("authorized", ({ accepted: yes }) => yes === false)).toMatchObject({ status: null });
    point.do({ do: "swipe", connector: 1, idTag: "LOCAL" });
    await point.wait("authorized", ({ accepted: yes }) => yes === true);
    expect((await central.wait("StartTransaction")).payload.idTag).toBe("LOCAL");
    const before = point.events.items.length;
    point.do({ do: "swipe", connector: 1, idTag: "LOCAL" });
    await point.events.find(({ event, status: said }) => event === "status" && said === "Available", before);
    expect(central.of("Authorize")).toEqual([]);

    expect(await central.ask("ChangeConfiguration", { key: "LocalPreAuthorize", value: "true" })).toEqual(accepted);
    const starts = central.of("StartTransaction").length;
    point.do({ do: "plug", connector: 1 });
    point.do({ do: "swipe", connector: 1, idTag: "LOCAL" });
    await central.calls.find(() => central.of("StartTransaction").length > starts);
    expect(central.of("Authorize")).toEqual([]);
    await point.end();
  });

  it("names what it can do, and refuses what it cannot change", async () => {
    const point = await run();
    const change = (key: string, value: string) => central.ask("ChangeConfiguration", { key, value });
    expect(await central.ask("GetConfiguration", { key: ["SupportedFeatureProfiles"] })).toMatchObject({
      configurationKey: [
        {
          readonly: true,
          value: "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger",
        },
      ],
    });
    expect(await change("NumberOfConnectors", "9")).toEqual({ status: "Rejected" });
    expect(await change("LocalPreAuthorize", "perhaps")).toEqual({ status: "Rejected" });
    expect(await change("Colour", "red")).toEqual({ status: "NotSupported" });
    expect(await change("LocalAuthorizeOffline", "false")).toEqual(accepted);
    expect(await central.ask("DataTransfer", { vendorId: "com.maker" })).toEqual({ status: "UnknownVendorId" });
    await point.end();
  });
});

/** A root certificate of a fresh key, signed by itself. */
function createRoot() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(der(0x31, sequence(objectId("550403"), der(0x0c, Buffer.from("Maker")))));
  const algorithm = sequence(objectId("2a8648ce3d040302"));
  const times = ["260101000000Z", "360101000000Z"].map((text) => der(0x17, Buffer.from(text)));
  const spki = publicKey.export({ type: "spki", format: "der" });
  const version = der(0xa0, der(0x02, Buffer.from([2])));
  const body = sequence(version, der(0x02, Buffer.from([0x5a])), algorithm, name, sequence(...times), name, spki);
  const raw = sequence(body, algorithm, bitString(sign("sha256", body, privateKey)));
  return { privateKey, publicKey, name, pem: new X509Certificate(raw).toString() };
}

describe("firmware and logs", () => {
  it("fetches and installs firmware once nobody charges, and boots with it", async () => {
    const point = await run();
    await remoteStart();
    await point.wait("transactionStarted");
    expect(await central.ask("UpdateFirmware", { location: `${filesUrl}/firmware`, retrieveDate: soon(0) })).toEqual(
      {},
    );
    await central.wait("FirmwareStatusNotification", (payload) => payload.status === "Downloaded");
    await central.ask("RemoteStopTransaction", { transactionId: 1 });
    await central.wait("BootNotification", ({ firmwareVersion }) => firmwareVersion === "0.1.1");
    expect(told("FirmwareStatusNotification")).toEqual(["Downloading", "Downloaded", "Installing", "Installed"]);
    const actions = central.calls.items.map(({ action, payload }) => `${action} ${payload.status ?? ""}`);
    expect(actions.indexOf("StopTransaction ")).toBeLessThan(actions.indexOf("FirmwareStatusNotification Installing"));
    await point.end();
  });

  it("says when firmware cannot be fetched, also again, or is nothing", async () => {
    const point = await run();
    const update = (path: string) =>
      central.ask("UpdateFirmware", { location: `${filesUrl}/${path}`, retrieveDate: soon(0), retries: 1 });
    await update("nowhere");
    await central.wait("FirmwareStatusNotification", (payload) => payload.status === "DownloadFailed");
    expect(fetched).toEqual(["/nowhere", "/nowhere"]);
    await update("empty");
    await central.wait("FirmwareStatusNotification", (payload) => payload.status === "InstallationFailed");
    expect(await central.ask("TriggerMessage", { requestedMessage: "FirmwareStatusNotification" })).toEqual(accepted);
    await central.wait("FirmwareStatusNotification", (payload) => payload.status === "Idle");
    await point.end();
  });

  it("installs signed firmware, refuses what another key signed, and an unreadable certificate at once", async () => {
    const point = await run();
    const maker = createRoot();
    const other = createRoot();
    const update = (requestId: number, key: typeof maker, signingCertificate = maker.pem) =>
      central.ask("SignedUpdateFirmware", {
        requestId,
        firmware: {
          location: `${filesUrl}/firmware`,
          retrieveDateTime: soon(0),
          signingCertificate,
          signature: sign("sha256", Buffer.from(firmware), key.privateKey).toString("base64"),
        },
      });
    expect(await update(1, maker, "no certificate")).toEqual({ status: "InvalidCertificate" });
    expect(await update(2, other)).toEqual(accepted);
    const event = await central.wait("SecurityEventNotification");
    expect(event.payload.type).toBe("InvalidFirmwareSignature");
    expect(await update(3, maker)).toEqual(accepted);
    await central.wait("BootNotification", ({ firmwareVersion }) => firmwareVersion === "0.1.1");
    const states = central
      .of("SignedFirmwareStatusNotification")
      .map(({ payload }) => [payload.requestId, payload.status]);
    expect(states).toEqual([
      [2, "Downloading"],
      [2, "Downloaded"],
      [2, "InvalidSignature"],
      [3, "Downloading"],
      [3, "Downloaded"],
      [3, "SignatureVerified"],
      [3, "Installing"],
      [3, "Installed"],
    ]);
    await point.end();
  });

  it("sends diagnostics and logs, a newer one in the place of an older one, and says when it cannot", async () => {
    const point = await run();
    const location = `${filesUrl}/logs/diagnostics`;
    expect(await central.ask("GetDiagnostics", { location })).toEqual({
      fileName: expect.stringMatching(/^CP1-.*log$/),
    });
    await central.wait("DiagnosticsStatusNotification", (payload) => payload.status === "Uploaded");
    expect(uploads.get("/logs/diagnostics")).toContain("booted");
    await central.ask("GetDiagnostics", { location: `${filesUrl}/nowhere` });
    await central.wait("DiagnosticsStatusNotification", (payload) => payload.status === "UploadFailed");

    const getLog = (requestId: number, remoteLocation: string) =>
      central.ask("GetLog", { logType: "SecurityLog", requestId, log: { remoteLocation } });
    expect(await getLog(1, `${filesUrl}/logs/1`)).toMatchObject(accepted);
    expect(await getLog(2, `${filesUrl}/logs/2`)).toMatchObject({ status: "AcceptedCanceled" });
    await central.wait(
      "LogStatusNotification",
      ({ status: said, requestId }) => said === "Uploaded" && requestId === 2,
    );
    expect(uploads.has("/logs/1")).toBe(false);
    await getLog(3, `${filesUrl}/nowhere`);
    await central.wait("LogStatusNotification", (payload) => payload.status === "UploadFailure");
    await central.ask("ExtendedTriggerMessage", { requestedMessage: "LogStatusNotification" });
    await central.wait("LogStatusNotification", (payload) => payload.status === "Idle");
    await point.end();
  });
});

describe("certificates", () => {
  it("are installed, listed by their hashes and deleted", async () => {
    const point = await run();
    const root = createRoot();
    const certificateType = "CentralSystemRootCertificate";
    const list = () => central.ask("GetInstalledCertificateIds", { certificateType });
    expect(await list()).toEqual({ status: "NotFound" });
    const install = (certificate: string) => central.ask("InstallCertificate", { certificateType, certificate });
    expect(await install("none")).toEqual({ status: "Rejected" });
    expect(await install(root.pem)).toEqual(accepted);
    const certificateHashData = {
      hashAlgorithm: "SHA256",
      issuerNameHash: createHash("sha256").update(root.name).digest("hex"),
      // An uncompressed point of P-256 is the end of its SPKI.
      issuerKeyHash: createHash("sha256")
        .update(root.publicKey.export({ type: "spki", format: "der" }).subarray(-65))
        .digest("hex"),
      serialNumber: "5a",
    };
    expect(await list()).toEqual({ status: "Accepted", certificateHashData: [certificateHashData] });
    const remove = () => central.ask("DeleteCertificate", { certificateHashData });
    expect(await remove()).toEqual(accepted);
    expect(await remove()).toEqual({ status: "NotFound" });
    expect(await list()).toEqual({ status: "NotFound" });
    await point.end();
  });

  it("are asked for with a request that its own key has signed; another key's is refused", async () => {
    const point = await run();
    expect(await central.ask("ExtendedTriggerMessage", { requestedMessage: "SignChargePointCertificate" })).toEqual(
      accepted,
    );
    const { csr } = (await central.wait("SignCertificate")).payload;
    const base64 = String(csr).replaceAll(/-----[^-]+-----|\s/g, "");
    const [request] = elements(Buffer.from(base64, "base64"));
    const [info, , signature] = elements(request?.content ?? Buffer.alloc(0));
    const [, name, spki] = elements(info?.content ?? Buffer.alloc(0));
    expect(String(name?.content)).toContain("CP1");
    const key = { key: spki?.whole ?? Buffer.alloc(0), type: "spki", format: "der" } as const;
    const signed = signature?.content.subarray(1) ?? Buffer.alloc(0);
    expect(verify("sha256", info?.whole ?? Buffer.alloc(0), key, signed)).toBe(true);
    const certificateChain = createRoot().pem;
    expect(await central.ask("CertificateSigned", { certificateChain })).toEqual({ status: "Rejected" });
    await point.end();
  });
});
