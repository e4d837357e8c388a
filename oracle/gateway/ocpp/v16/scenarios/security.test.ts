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

const pem = (name: string) => `-----BEGIN ${name}-----\nMIIBszCCAVmgAwIBAgIUDq8=\n-----END ${name}-----\n`;
const certificate = pem("CERTIFICATE");
const hash = { issuerNameHash: "aa".repeat(32), issuerKeyHash: "bb".repeat(32), serialNumber: "0f" };

async function result(command: BareCommand, payload: object) {
  return (await exchange(wire, client, command, payload)).result;
}

describe("security events (security whitepaper, A04)", () => {
  it("security event kept", async () => {
    const seen = Math.floor(Date.now() / 1_000) - 60;
    const event = { type: "TamperDetectionActivated", timestamp: iso(seen), techInfo: "door" };
    expect(await client.call("SecurityEventNotification", event)).toEqual({});
    expect(wire.core.of("reported")).toMatchObject([
      { kind: "security", status: "TamperDetectionActivated", detail: "door", timestampSeconds: seen, flags: [] },
    ]);
  });

  it("security event of the maker's own, without a readable time: kept and flagged", async () => {
    expect(await client.call("SecurityEventNotification", { type: "DoorAjar", timestamp: "noon" })).toEqual({});
    expect(wire.core.of("reported")).toMatchObject([
      { status: "DoorAjar", timestampSeconds: null, flags: ["schema-format:/timestamp", "timestamp-unreadable"] },
    ]);
  });
});

describe("certificates (security whitepaper, A02, A03, M03 to M05)", () => {
  const install: BareCommand = { type: "installCertificate", certificateType: "centralSystemRoot", certificate };
  const list: BareCommand = { type: "getInstalledCertificates", certificateType: "manufacturerRoot" };
  const remove: BareCommand = { type: "deleteCertificate", certificate: { algorithm: "SHA256", ...hash } };

  it("certificate asked for by the charge point, and signed", async () => {
    const csr = pem("CERTIFICATE REQUEST");
    expect(await client.call("SignCertificate", { csr })).toEqual({ status: "Accepted" });
    expect(wire.core.of("reported")).toMatchObject([{ kind: "certificateRequest", detail: csr, flags: [] }]);
    const signed: BareCommand = { type: "certificateSigned", certificateChain: certificate };
    expect(await exchange(wire, client, signed, { status: "Accepted" })).toEqual({
      call: { action: "CertificateSigned", payload: { certificateChain: certificate } },
      result: accepted,
    });
  });

  it("certificate request that is none", async () => {
    expect(await client.call("SignCertificate", { csr: "please" })).toEqual({ status: "Rejected" });
    expect(await client.call("SignCertificate", { csr: certificate })).toEqual({ status: "Rejected" });
  });

  it("signed certificate refused by the charge point", async () => {
    const signed: BareCommand = { type: "certificateSigned", certificateChain: certificate };
    expect(await result(signed, { status: "Rejected" })).toEqual(refused("rejected", "Rejected"));
  });

  it("root certificate installed", async () => {
    expect(await exchange(wire, client, install, { status: "Accepted" })).toEqual({
      call: {
        action: "InstallCertificate",
        payload: { certificateType: "CentralSystemRootCertificate", certificate },
      },
      result: accepted,
    });
  });

  it("root certificate not installed: failed, rejected", async () => {
    expect(await result(install, { status: "Failed" })).toEqual(refused("failed", "Failed"));
    expect(await result(install, { status: "Rejected" })).toEqual(refused("rejected", "Rejected"));
  });

  it("certificates listed", async () => {
    const certificateHashData = [{ hashAlgorithm: "SHA256", ...hash }];
    const answered = await exchange(wire, client, list, { status: "Accepted", certificateHashData });
    expect(answered).toEqual({
      call: {
        action: "GetInstalledCertificateIds",
        payload: { certificateType: "ManufacturerRootCertificate" },
      },
      result: {
        ...accepted,
        answer: { type: "certificates", certificates: [{ algorithm: "SHA256", ...hash }] },
      },
    });
  });

  it("certificates listed: none", async () => {
    expect(await result(list, { status: "NotFound" })).toEqual(refused("notFound", "NotFound"));
  });

  it("certificate deleted", async () => {
    expect(await exchange(wire, client, remove, { status: "Accepted" })).toEqual({
      call: { action: "DeleteCertificate", payload: { certificateHashData: { hashAlgorithm: "SHA256", ...hash } } },
      result: accepted,
    });
  });

  it("certificate not deleted: failed, not found", async () => {
    expect(await result(remove, { status: "Failed" })).toEqual(refused("failed", "Failed"));
    expect(await result(remove, { status: "NotFound" })).toEqual(refused("notFound", "NotFound"));
  });
});

describe("signed firmware (security whitepaper, L01, L02)", () => {
  const update: BareCommand = {
    type: "signedUpdateFirmware",
    requestId: 4,
    location: "https://updates.example/2.bin",
    retrieveAtSeconds: at,
    installAtSeconds: at + 3_600,
    signingCertificate: certificate,
    signature: "c2lnbmF0dXJl",
    retries: 2,
  };

  async function told(statuses: readonly string[]) {
    for (const status of statuses) {
      expect(await client.call("SignedFirmwareStatusNotification", { status, requestId: 4 })).toEqual({});
    }
    return wire.core.of("reported");
  }

  it("signed firmware updated", async () => {
    expect(await exchange(wire, client, update, { status: "Accepted" })).toEqual({
      call: {
        action: "SignedUpdateFirmware",
        payload: {
          requestId: 4,
          firmware: {
            location: "https://updates.example/2.bin",
            retrieveDateTime: iso(at),
            installDateTime: iso(at + 3_600),
            signingCertificate: certificate,
            signature: "c2lnbmF0dXJl",
          },
          retries: 2,
        },
      },
      result: accepted,
    });
    const statuses = ["Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting", "Installed"];
    expect(await told(statuses)).toMatchObject(
      statuses.map((status) => ({ kind: "firmware", status, requestId: 4, flags: [] })),
    );
  });

  it("signed firmware with a signature that is wrong", async () => {
    await exchange(wire, client, update, { status: "Accepted" });
    expect((await told(["Downloaded", "InvalidSignature"])).at(-1)).toMatchObject({ status: "InvalidSignature" });
  });

  it("signed firmware refused: rejected, invalid and revoked certificate", async () => {
    for (const [status, refusal] of [
      ["Rejected", "rejected"],
      ["InvalidCertificate", "invalidCertificate"],
      ["RevokedCertificate", "revokedCertificate"],
    ] as const) {
      expect(await result(update, { status })).toEqual(refused(refusal, status));
    }
  });

  it("signed firmware in place of an update under way", async () => {
    const answered = await result(update, { status: "AcceptedCanceled" });
    expect(answered).toEqual({ outcome: "accepted", detail: "AcceptedCanceled" });
  });
});

describe("log upload (security whitepaper, N01)", () => {
  const getLog: BareCommand = {
    type: "getLog",
    requestId: 5,
    log: "security",
    location: "https://logs.example/in",
    fromSeconds: at - 3_600,
    toSeconds: at,
  };

  async function told(status: string) {
    expect(await client.call("LogStatusNotification", { status, requestId: 5 })).toEqual({});
    return wire.core.of("reported").at(-1);
  }

  it("log uploaded", async () => {
    expect(await exchange(wire, client, getLog, { status: "Accepted", filename: "security.log" })).toEqual({
      call: {
        action: "GetLog",
        payload: {
          logType: "SecurityLog",
          requestId: 5,
          log: {
            remoteLocation: "https://logs.example/in",
            oldestTimestamp: iso(at - 3_600),
            latestTimestamp: iso(at),
          },
        },
      },
      result: { ...accepted, answer: { type: "file", name: "security.log" } },
    });
    for (const status of ["Uploading", "Uploaded"]) {
      expect(await told(status)).toMatchObject({ kind: "log", status, requestId: 5, flags: [] });
    }
  });

  it("log not uploaded, for each reason of the standard", async () => {
    await exchange(wire, client, getLog, { status: "Accepted" });
    for (const status of ["BadMessage", "NotSupportedOperation", "PermissionDenied", "UploadFailure"]) {
      expect(await told(status)).toMatchObject({ kind: "log", status, requestId: 5, flags: [] });
    }
  });

  it("log refused, and in place of an upload under way", async () => {
    expect(await result(getLog, { status: "Rejected" })).toEqual(refused("rejected", "Rejected"));
    const diagnostics = { ...getLog, log: "diagnostics" } as const;
    const { call, result: answered } = await exchange(wire, client, diagnostics, {
      status: "AcceptedCanceled",
      filename: "all.log",
    });
    expect(call.payload).toMatchObject({ logType: "DiagnosticsLog" });
    expect(answered).toEqual({
      outcome: "accepted",
      detail: "AcceptedCanceled",
      answer: { type: "file", name: "all.log" },
    });
  });
});

describe("extended triggers (security whitepaper, ExtendedTriggerMessage)", () => {
  it("each message triggered by the extension", async () => {
    for (const [message, requestedMessage] of [
      ["boot", "BootNotification"],
      ["logStatus", "LogStatusNotification"],
      ["firmwareStatus", "FirmwareStatusNotification"],
      ["heartbeat", "Heartbeat"],
      ["meterValues", "MeterValues"],
      ["signCertificate", "SignChargePointCertificate"],
      ["status", "StatusNotification"],
    ] as const) {
      const answered = await exchange(wire, client, { type: "extendedTrigger", message }, { status: "Accepted" });
      expect(answered).toEqual({
        call: { action: "ExtendedTriggerMessage", payload: { requestedMessage } },
        result: accepted,
      });
    }
  });

  it("extended trigger refused: rejected, not implemented", async () => {
    const trigger: BareCommand = { type: "extendedTrigger", message: "status", connectorId: 2 };
    const { call, result: answered } = await exchange(wire, client, trigger, { status: "Rejected" });
    expect(call.payload).toEqual({ requestedMessage: "StatusNotification", connectorId: 2 });
    expect(answered).toEqual(refused("rejected", "Rejected"));
    expect(await result(trigger, { status: "NotImplemented" })).toEqual(refused("notSupported", "NotImplemented"));
  });
});
