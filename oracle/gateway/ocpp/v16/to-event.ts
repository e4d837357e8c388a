import type { ConnectorStatus, DeviceEvent, StopReason } from "../../../bus/types.ts";
import { cutText, longestMessageId } from "../../cut-text.ts";
import { arrivalEventId, contentEventId } from "../../event-id.ts";
import { normalizeMeterValues, parseRegisterWh } from "../meter-values.ts";
import { parseTimestamp } from "../timestamp.ts";

export type CallContext = {
  deviceId: string;
  connectionId: string;
  /** The number of this message on its connection. */
  sequence: number;
  receivedAtMs: number;
  messageId: string;
  action: string;
  frame: string;
  /** Flags raised by validation. */
  flags: readonly string[];
};

/** OCPP 1.6 §7.7 ChargePointStatus. */
const statuses: ReadonlyMap<string, ConnectorStatus> = new Map([
  ["Available", "available"],
  ["Preparing", "preparing"],
  ["Charging", "charging"],
  ["SuspendedEVSE", "suspendedEvse"],
  ["SuspendedEV", "suspendedEv"],
  ["Finishing", "finishing"],
  ["Reserved", "reserved"],
  ["Unavailable", "unavailable"],
  ["Faulted", "faulted"],
]);

/** OCPP 1.6 §7.37 Reason. */
const reasons: ReadonlyMap<string, StopReason> = new Map([
  ["Local", "local"],
  ["Remote", "remote"],
  ["EVDisconnected", "evDisconnected"],
  ["DeAuthorized", "deAuthorized"],
  ["EmergencyStop", "emergencyStop"],
  ["PowerLoss", "powerLoss"],
  ["HardReset", "reboot"],
  ["SoftReset", "reboot"],
  ["Reboot", "reboot"],
  ["UnlockCommand", "unlockCommand"],
  ["Other", "other"],
]);

const reportKinds = {
  FirmwareStatusNotification: "firmware",
  SignedFirmwareStatusNotification: "firmware",
  DiagnosticsStatusNotification: "diagnostics",
  LogStatusNotification: "log",
} as const;
/** A certificate request's greatest length (security whitepaper, SignCertificate.req). */
const longestReport = 5_500;

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
/** A number that stands there as itself or as decimal text. */
const integer = (value: unknown): number | null => {
  const number = typeof value === "string" && /^\s*-?\d{1,15}\s*$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : null;
};
const connector = (value: unknown): number | null => {
  const number = integer(value);
  return number !== null && number >= 0 ? number : null;
};
const transactionId = (value: unknown): string | null => integer(value)?.toString() ?? null;

/**
 * A judged call of OCPP 1.6 as a device event. The payload may be anything for transaction-related actions; for the others
 * validation has passed. Throws for an action that is no event.
 */
export function toDeviceEvent(payload: unknown, context: CallContext): DeviceEvent {
  const fields = (typeof payload === "object" && payload !== null && !Array.isArray(payload) ? payload : {}) as Record<
    string,
    unknown
  >;
  const { deviceId, connectionId, receivedAtMs, messageId, action, frame } = context;
  const cut: string[] = [];
  /** A member's text, as long as is kept of it; null when it is none. */
  const kept = (name: string, longest?: number): string | null => {
    const value = text(fields[name]);
    if (value === null) return null;
    const short = cutText(value, longest);
    if (short !== value) cut.push(`${name}-cut`);
    return short;
  };
  const base = (flags: readonly string[] = []) => {
    const shortId = cutText(messageId, longestMessageId);
    if (shortId !== messageId) cut.push("messageId-cut");
    return {
      eventId: arrivalEventId(connectionId, context.sequence),
      deviceId,
      connectionId,
      receivedAtMs,
      raw: { protocol: "ocpp1.6", messageId: shortId, action, frame },
      flags: [...new Set([...context.flags, ...flags, ...cut])],
    };
  };

  switch (action) {
    case "BootNotification": {
      const device = {
        vendor: kept("chargePointVendor") ?? "",
        model: kept("chargePointModel") ?? "",
        serial: kept("chargePointSerialNumber") ?? kept("chargeBoxSerialNumber"),
        firmware: kept("firmwareVersion"),
      };
      return { ...base(), type: "booted", ...device };
    }
    case "Heartbeat":
      return { ...base(), type: "heartbeat" };
    case "StatusNotification": {
      const errorCode = kept("errorCode");
      // Optional here (§6.47): its absence is no quirk.
      const timestamp = parseTimestamp(fields.timestamp, receivedAtMs);
      return {
        ...base(timestamp.flags.filter((flag) => flag !== "timestamp-missing")),
        type: "status",
        connectorId: connector(fields.connectorId) ?? 0,
        status: statuses.get(text(fields.status) ?? "") ?? "unavailable",
        errorCode: errorCode === "NoError" ? null : errorCode,
        timestampSeconds: timestamp.seconds,
      };
    }
    case "Authorize": {
      const idToken = kept("idTag") ?? "";
      return { ...base(), type: "authorize", idToken };
    }
    case "StartTransaction": {
      const timestamp = parseTimestamp(fields.timestamp, receivedAtMs);
      const meterStart = parseRegisterWh(fields.meterStart, "meterStart");
      const idToken = kept("idTag");
      // What makes two starts the same (habit 1). Without a time only the message id tells a retry from a new session.
      const content = [fields.connectorId, fields.idTag, fields.timestamp, fields.meterStart];
      const identity = timestamp.seconds === null ? [...content, messageId] : content;
      return {
        ...base([...timestamp.flags, ...meterStart.flags]),
        eventId: contentEventId(deviceId, "transactionStarted", identity),
        type: "transactionStarted",
        connectorId: connector(fields.connectorId),
        transactionId: null,
        idToken,
        meterStartWh: meterStart.energyWh,
        timestampSeconds: timestamp.seconds,
        reservationId: integer(fields.reservationId),
      };
    }
    case "MeterValues": {
      const { samples, signedMeterValues, flags } = normalizeMeterValues(fields.meterValue, receivedAtMs);
      return {
        ...base(flags),
        eventId: contentEventId(deviceId, "meterValues", payload),
        type: "meterValues",
        connectorId: connector(fields.connectorId),
        transactionId: transactionId(fields.transactionId),
        samples,
        signedMeterValues,
      };
    }
    case "StopTransaction": {
      const timestamp = parseTimestamp(fields.timestamp, receivedAtMs);
      const meterStop = parseRegisterWh(fields.meterStop, "meterStop");
      const data =
        fields.transactionData === undefined
          ? { samples: [], signedMeterValues: [], flags: [] }
          : normalizeMeterValues(fields.transactionData, receivedAtMs);
      const reason = fields.reason;
      const idToken = kept("idTag");
      return {
        ...base([...timestamp.flags, ...meterStop.flags, ...data.flags]),
        eventId: contentEventId(deviceId, "transactionStopped", payload),
        type: "transactionStopped",
        transactionId: transactionId(fields.transactionId),
        meterStopWh: meterStop.energyWh,
        timestampSeconds: timestamp.seconds,
        // May be left out when it is Local (§6.49).
        reason: reason === undefined ? "local" : (reasons.get(text(reason) ?? "") ?? "other"),
        idToken,
        samples: data.samples,
        signedMeterValues: data.signedMeterValues,
      };
    }
    case "FirmwareStatusNotification":
    case "SignedFirmwareStatusNotification":
    case "DiagnosticsStatusNotification":
    case "LogStatusNotification": {
      const status = kept("status") ?? "";
      return {
        ...base(),
        type: "reported",
        kind: reportKinds[action],
        status,
        requestId: integer(fields.requestId),
        detail: null,
        timestampSeconds: null,
      };
    }
    case "SecurityEventNotification": {
      const timestamp = parseTimestamp(fields.timestamp, receivedAtMs);
      const report = { status: kept("type") ?? "", requestId: null, detail: kept("techInfo") };
      const timestampSeconds = timestamp.seconds;
      return { ...base(timestamp.flags), type: "reported", kind: "security", ...report, timestampSeconds };
    }
    case "SignCertificate": {
      const report = { status: "", requestId: null, detail: kept("csr", longestReport), timestampSeconds: null };
      return { ...base(), type: "reported", kind: "certificateRequest", ...report };
    }
    case "DataTransfer": {
      const said = [fields.messageId, fields.data].filter((part) => typeof part === "string").join(": ");
      const detail = cutText(said, longestReport);
      if (detail !== said) cut.push("data-cut");
      const report = { status: kept("vendorId") ?? "", requestId: null, detail, timestampSeconds: null };
      return { ...base(), type: "reported", kind: "dataTransfer", ...report };
    }
    default:
      throw new Error(`action "${action}" is no event`);
  }
}
