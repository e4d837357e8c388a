import { type CommandAnswer, type CommandRefusal, certificateHashSchema } from "../../../bus/station-commands.ts";
import type { DeviceCommand, DeviceCommandResult } from "../../../bus/types.ts";
import { cutText } from "../../cut-text.ts";
import type { RpcOutcome } from "../../transport.ts";
import { readSchedule, scheduleTime } from "./charging-profile.ts";

/**
 * Scheduled: done when the transaction is over. Unlocked: UnlockConnector's word for accepted (OCPP 1.6 §7.45). RebootRequired:
 * taken, and in force after a reset (§7.20). AcceptedCanceled: accepted, and what ran before is cancelled (security whitepaper).
 */
const acceptances = new Set(["Accepted", "Scheduled", "Unlocked", "RebootRequired", "AcceptedCanceled"]);

const refusals: ReadonlyMap<string, CommandRefusal> = new Map([
  ["Rejected", "rejected"],
  ["Occupied", "occupied"],
  ["Faulted", "faulted"],
  ["Unavailable", "unavailable"],
  ["NotSupported", "notSupported"],
  ["NotImplemented", "notSupported"],
  ["UnlockFailed", "unlockFailed"],
  ["Failed", "failed"],
  ["VersionMismatch", "versionMismatch"],
  ["UnknownVendorId", "unknownVendor"],
  ["UnknownMessageId", "unknownMessage"],
  ["Unknown", "unknownProfile"],
  ["NotFound", "notFound"],
  ["InvalidCertificate", "invalidCertificate"],
  ["RevokedCertificate", "revokedCertificate"],
]);

/** Commands whose answer has no status: that it came is the yes. */
const withoutStatus = new Set<DeviceCommand["type"]>([
  "getConfiguration",
  "getLocalListVersion",
  "updateFirmware",
  "getDiagnostics",
]);

/** What a charge point's answer means, or that none came. */
export function toResult(command: DeviceCommand, outcome: RpcOutcome, receivedAtMs: number): DeviceCommandResult {
  const { commandId } = command;
  switch (outcome.kind) {
    case "result":
      return ofAnswer(command, outcome.payload, receivedAtMs);
    case "error": {
      const { code, description } = outcome;
      const refusal = code === "NotImplemented" || code === "NotSupported" ? "notSupported" : "error";
      return { commandId, outcome: "rejected", detail: cutText(`${code}: ${description}`), refusal };
    }
    case "timeout":
      return { commandId, outcome: "timeout", detail: "no answer in time" };
    case "lost":
      return { commandId, outcome: "timeout", detail: "connection lost before the answer" };
    case "unsent":
      return { commandId, outcome: "offline", detail: "not connected" };
  }
}

function ofAnswer(command: DeviceCommand, payload: unknown, receivedAtMs: number): DeviceCommandResult {
  const { commandId, type } = command;
  const members = isRecord(payload) ? payload : {};
  const unreadable = (detail: string): DeviceCommandResult => {
    return { commandId, outcome: "rejected", detail, refusal: "unreadableAnswer" };
  };
  if (!isRecord(payload) && withoutStatus.has(type)) return unreadable("answer that is no object");
  let detail = "";
  if (!withoutStatus.has(type)) {
    const { status } = members;
    if (typeof status !== "string") return unreadable("answer without a status");
    detail = cutText(status);
    // What else a refusal says is of DataTransfer only (§4.3).
    if (!acceptances.has(status)) {
      const answer = type === "dataTransfer" ? answerOf(command, members, receivedAtMs) : null;
      const refusal = refusals.get(status) ?? "rejected";
      return { commandId, outcome: "rejected", detail, refusal, ...(answer === null ? {} : { answer }) };
    }
  }
  const answer = answerOf(command, members, receivedAtMs);
  if (answer === undefined) return unreadable("answer without what was asked for");
  return { commandId, outcome: "accepted", detail, ...(answer === null ? {} : { answer }) };
}

type Members = Record<string, unknown>;
const isRecord = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const records = (value: unknown): Members[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** Null: these commands ask for nothing. Undefined: the answer lacks what was asked for. */
function answerOf(command: DeviceCommand, members: Members, receivedAtMs: number): CommandAnswer | null | undefined {
  switch (command.type) {
    case "getConfiguration": {
      const known = records(members.configurationKey).flatMap(({ key, value, readonly }) =>
        typeof key === "string" ? [{ key, value: text(value), readonly: readonly === true }] : [],
      );
      const unknown = Array.isArray(members.unknownKey)
        ? members.unknownKey.filter((key) => typeof key === "string")
        : [];
      return { type: "configuration", known, unknown };
    }
    case "dataTransfer":
      return { type: "dataTransfer", data: text(members.data) };
    case "getLocalListVersion": {
      const version = members.listVersion;
      return Number.isSafeInteger(version) ? { type: "localListVersion", version: Number(version) } : undefined;
    }
    case "getCompositeSchedule": {
      const { connectorId, scheduleStart, chargingSchedule } = members;
      return {
        type: "compositeSchedule",
        connectorId: Number.isSafeInteger(connectorId) && Number(connectorId) >= 0 ? Number(connectorId) : null,
        startAtSeconds: scheduleTime(scheduleStart, receivedAtMs),
        schedule: readSchedule(chargingSchedule, receivedAtMs),
      };
    }
    case "getDiagnostics":
      return { type: "file", name: text(members.fileName) };
    case "getLog":
      return { type: "file", name: text(members.filename) };
    case "getInstalledCertificates": {
      const certificates = records(members.certificateHashData).flatMap(({ hashAlgorithm, ...hash }) => {
        const read = certificateHashSchema.safeParse({ algorithm: hashAlgorithm, ...hash });
        return read.success ? [read.data] : [];
      });
      return { type: "certificates", certificates };
    }
    default:
      return null;
  }
}
