import type { DeviceCommand } from "../../../bus/types.ts";
import { chargingProfileOf, purposes } from "./charging-profile.ts";
import { authorizations, dateTime, given } from "./words.ts";

export type Call = { action: string; payload: object };

const triggers = {
  status: "StatusNotification",
  meterValues: "MeterValues",
  boot: "BootNotification",
  heartbeat: "Heartbeat",
  diagnosticsStatus: "DiagnosticsStatusNotification",
  firmwareStatus: "FirmwareStatusNotification",
  logStatus: "LogStatusNotification",
  signCertificate: "SignChargePointCertificate",
} as const;
const certificateTypes = {
  centralSystemRoot: "CentralSystemRootCertificate",
  manufacturerRoot: "ManufacturerRootCertificate",
} as const;

const retrying = ({ retries, retryIntervalSeconds }: { retries: number | null; retryIntervalSeconds: number | null }) =>
  given({ retries, retryInterval: retryIntervalSeconds });

/** The call of OCPP 1.6 that a command becomes. What is null is left out: the charge point chooses. */
export function toCall(command: DeviceCommand): Call {
  switch (command.type) {
    case "remoteStart": {
      const { connectorId, idToken, profile } = command;
      const limited = profile === undefined ? {} : { chargingProfile: chargingProfileOf(profile) };
      return { action: "RemoteStartTransaction", payload: { ...given({ connectorId }), idTag: idToken, ...limited } };
    }
    case "remoteStop":
      return { action: "RemoteStopTransaction", payload: { transactionId: Number(command.transactionId) } };
    case "trigger":
    case "extendedTrigger": {
      const action = command.type === "trigger" ? "TriggerMessage" : "ExtendedTriggerMessage";
      const { message, connectorId } = command;
      return { action, payload: { requestedMessage: triggers[message], ...given({ connectorId }) } };
    }
    case "changeAvailability": {
      const type = command.operative ? "Operative" : "Inoperative";
      return { action: "ChangeAvailability", payload: { connectorId: command.connectorId, type } };
    }
    case "reset":
      return { action: "Reset", payload: { type: command.kind === "hard" ? "Hard" : "Soft" } };
    case "unlock":
      return { action: "UnlockConnector", payload: { connectorId: command.connectorId } };
    case "clearCache":
      return { action: "ClearCache", payload: {} };
    case "changeConfiguration":
      return { action: "ChangeConfiguration", payload: { key: command.key, value: command.value } };
    case "getConfiguration":
      return { action: "GetConfiguration", payload: command.keys.length === 0 ? {} : { key: command.keys } };
    case "dataTransfer": {
      const { vendorId, messageId, data } = command;
      return { action: "DataTransfer", payload: { vendorId, ...given({ messageId, data }) } };
    }
    case "reserve": {
      const { connectorId, expiresAtSeconds, idToken, parentIdToken, reservationId } = command;
      const parent = given({ parentIdTag: parentIdToken });
      const payload = { connectorId, expiryDate: dateTime(expiresAtSeconds), idTag: idToken, ...parent, reservationId };
      return { action: "ReserveNow", payload };
    }
    case "cancelReservation":
      return { action: "CancelReservation", payload: { reservationId: command.reservationId } };
    case "getLocalListVersion":
      return { action: "GetLocalListVersion", payload: {} };
    case "sendLocalList": {
      const localAuthorizationList = command.entries.map(({ idToken, authorization }) => {
        if (authorization === null) return { idTag: idToken };
        const { status, expiresAtSeconds, parentIdToken } = authorization;
        const more = given({ expiryDate: dateTime(expiresAtSeconds), parentIdTag: parentIdToken });
        return { idTag: idToken, idTagInfo: { status: authorizations[status], ...more } };
      });
      const updateType = command.update === "full" ? "Full" : "Differential";
      return { action: "SendLocalList", payload: { listVersion: command.version, updateType, localAuthorizationList } };
    }
    case "setChargingProfile": {
      const { connectorId, profile } = command;
      return {
        action: "SetChargingProfile",
        payload: { connectorId, csChargingProfiles: chargingProfileOf(profile) },
      };
    }
    case "clearChargingProfile": {
      const { profileId, connectorId, purpose, stackLevel } = command;
      const chargingProfilePurpose = purpose === null ? null : purposes[purpose];
      const payload = given({ id: profileId, connectorId, chargingProfilePurpose, stackLevel });
      return { action: "ClearChargingProfile", payload };
    }
    case "getCompositeSchedule": {
      const { connectorId, durationSeconds, unit } = command;
      const payload = { connectorId, duration: durationSeconds, ...given({ chargingRateUnit: unit }) };
      return { action: "GetCompositeSchedule", payload };
    }
    case "updateFirmware": {
      const { location, retrieveAtSeconds } = command;
      const payload = { location, retrieveDate: dateTime(retrieveAtSeconds), ...retrying(command) };
      return { action: "UpdateFirmware", payload };
    }
    case "signedUpdateFirmware": {
      const { requestId, location, retrieveAtSeconds, installAtSeconds, signingCertificate, signature } = command;
      const install = given({ installDateTime: dateTime(installAtSeconds) });
      const retrieveDateTime = dateTime(retrieveAtSeconds);
      const firmware = { location, retrieveDateTime, ...install, signingCertificate, signature };
      return { action: "SignedUpdateFirmware", payload: { requestId, firmware, ...retrying(command) } };
    }
    case "getDiagnostics": {
      const { location, fromSeconds, toSeconds } = command;
      const range = given({ startTime: dateTime(fromSeconds), stopTime: dateTime(toSeconds) });
      return { action: "GetDiagnostics", payload: { location, ...range, ...retrying(command) } };
    }
    case "getLog": {
      const { requestId, location, fromSeconds, toSeconds } = command;
      const range = given({ oldestTimestamp: dateTime(fromSeconds), latestTimestamp: dateTime(toSeconds) });
      const logType = command.log === "security" ? "SecurityLog" : "DiagnosticsLog";
      const log = { remoteLocation: location, ...range };
      return { action: "GetLog", payload: { logType, requestId, log, ...retrying(command) } };
    }
    case "certificateSigned":
      return { action: "CertificateSigned", payload: { certificateChain: command.certificateChain } };
    case "installCertificate": {
      const certificateType = certificateTypes[command.certificateType];
      return { action: "InstallCertificate", payload: { certificateType, certificate: command.certificate } };
    }
    case "deleteCertificate": {
      const { algorithm, ...names } = command.certificate;
      return { action: "DeleteCertificate", payload: { certificateHashData: { hashAlgorithm: algorithm, ...names } } };
    }
    case "getInstalledCertificates": {
      const certificateType = certificateTypes[command.certificateType];
      return { action: "GetInstalledCertificateIds", payload: { certificateType } };
    }
  }
}
