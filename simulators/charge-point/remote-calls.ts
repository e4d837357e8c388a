import type { Certificates } from "./certificates.ts";
import type { Configuration } from "./configuration.ts";
import type { Connector } from "./connector.ts";
import type { Jobs } from "./jobs.ts";
import type { Misbehaviour } from "./options.ts";
import type { Reservations } from "./reservations.ts";
import { CallError, Silence } from "./rpc-client.ts";
import type { SmartCharging } from "./smart-charging.ts";
import type { Tags } from "./tags.ts";

export type RemoteCallsOptions = {
  connectors: readonly Connector[];
  misbehaves: (misbehaviour: Misbehaviour) => boolean;
  /** The transaction's local name for the id the central system gave it. */
  localOf: (transactionId: number) => string | undefined;
  configuration: Configuration;
  reservations: Reservations;
  tags: Tags;
  smartCharging: SmartCharging;
  jobs: Jobs;
  certificates: Certificates;
  signCertificate: () => void;
  boot: () => void;
  heartbeat: () => void;
  sendStatus: (connectorId: number) => void;
  reset: (hard: boolean) => void;
  emit: (event: string, fields: object) => void;
};

type Payload = Record<string, unknown>;
const accepted = { status: "Accepted" };
const rejected = { status: "Rejected" };

/** What this charge point answers to the central system's calls (OCPP 1.6 §5). */
export function createRemoteCalls(options: RemoteCallsOptions): (action: string, payload: Payload) => object {
  const { connectors, misbehaves, emit, configuration, reservations, tags, smartCharging, jobs, certificates } =
    options;
  const connectorOf = (id: unknown) => connectors.find(({ connectorId }) => connectorId === id);
  /** Done after the answer has left, as §5.17 asks for triggered messages. */
  const later = (action: () => void) => void setTimeout(action, 10);
  const eachLater = (targets: readonly Connector[], action: (connector: Connector) => void) =>
    later(() => {
      for (const connector of targets) action(connector);
    });

  function begin(connector: Connector, idTag: string, chargingProfile: unknown): boolean {
    if (connector.transaction !== null || !smartCharging.promise(connector.connectorId, idTag, chargingProfile))
      return false;
    return connector.authorize(idTag, tags.accepted(idTag)?.parentIdTag);
  }

  function remoteStart(payload: Payload): object {
    const { connectorId, chargingProfile } = payload;
    const idTag = String(payload.idTag);
    if (misbehaves("mute-remote-start")) throw new Silence();
    const free = connectors.find(({ status }) => status === "Available" || status === "Preparing");
    const connector = connectorId === undefined ? free : connectorOf(connectorId);
    const start =
      !misbehaves("refuse-remote-start") && connector !== undefined && begin(connector, idTag, chargingProfile);
    emit("remoteStart", { connector: connector?.connectorId ?? null, accepted: start });
    return start ? accepted : rejected;
  }

  function remoteStop(payload: Payload): object {
    const local = options.localOf(Number(payload.transactionId));
    const connector = connectors.find(({ transaction }) => transaction !== null && transaction.local === local);
    const stop = connector !== undefined && !misbehaves("refuse-remote-stop");
    emit("remoteStop", { connector: connector?.connectorId ?? null, accepted: stop });
    if (stop && !misbehaves("ignore-remote-stop")) later(() => connector.stop("Remote"));
    return stop ? accepted : rejected;
  }

  /** @param isExtended By the security extension's own message. */
  function trigger(payload: Payload, isExtended: boolean): object {
    const { requestedMessage, connectorId } = payload;
    const targets =
      connectorId === undefined ? connectors : connectors.filter((one) => one.connectorId === connectorId);
    if (targets.length === 0) return rejected;
    if (requestedMessage === "BootNotification") later(options.boot);
    else if (requestedMessage === "Heartbeat") later(options.heartbeat);
    else if (requestedMessage === "StatusNotification")
      eachLater(targets, (one) => options.sendStatus(one.connectorId));
    else if (requestedMessage === "MeterValues") eachLater(targets, (one) => one.sendReading("Trigger"));
    else if (requestedMessage === "FirmwareStatusNotification")
      later(() => jobs.sayState(isExtended ? "SignedFirmwareStatusNotification" : requestedMessage));
    else if (requestedMessage === "DiagnosticsStatusNotification") later(() => jobs.sayState(requestedMessage));
    else if (requestedMessage === "LogStatusNotification") later(() => jobs.sayState(requestedMessage));
    else if (requestedMessage === "SignChargePointCertificate") later(options.signCertificate);
    else return { status: "NotImplemented" };
    return accepted;
  }

  function changeAvailability(payload: Payload): object {
    const { connectorId, type } = payload;
    const targets = connectorId === 0 ? connectors : connectors.filter((one) => one.connectorId === connectorId);
    if (targets.length === 0) return rejected;
    const busy = targets.some(({ transaction }) => transaction !== null);
    eachLater(targets, (one) => one.setOperative(type === "Operative"));
    return { status: busy ? "Scheduled" : "Accepted" };
  }

  function unlock(payload: Payload): object {
    const connector = connectorOf(payload.connectorId);
    if (connector === undefined) return { status: "NotSupported" };
    later(() => connector.stop("UnlockCommand"));
    return { status: "Unlocked" };
  }

  const handlers = new Map<string, (payload: Payload) => object>([
    ["RemoteStartTransaction", remoteStart],
    ["RemoteStopTransaction", remoteStop],
    ["TriggerMessage", (payload) => trigger(payload, false)],
    ["ExtendedTriggerMessage", (payload) => trigger(payload, true)],
    ["ChangeAvailability", changeAvailability],
    ["UnlockConnector", unlock],
    ["GetConfiguration", configuration.get],
    ["ChangeConfiguration", configuration.change],
    ["ClearCache", tags.clearCache],
    ["GetLocalListVersion", tags.getLocalListVersion],
    ["SendLocalList", tags.sendLocalList],
    ["ReserveNow", reservations.reserveNow],
    ["CancelReservation", reservations.cancelReservation],
    ["SetChargingProfile", smartCharging.setChargingProfile],
    ["ClearChargingProfile", smartCharging.clearChargingProfile],
    ["GetCompositeSchedule", smartCharging.getCompositeSchedule],
    ["UpdateFirmware", jobs.updateFirmware],
    ["SignedUpdateFirmware", jobs.signedUpdateFirmware],
    ["GetDiagnostics", jobs.getDiagnostics],
    ["GetLog", jobs.getLog],
    ["CertificateSigned", certificates.certificateSigned],
    ["InstallCertificate", certificates.installCertificate],
    ["DeleteCertificate", certificates.deleteCertificate],
    ["GetInstalledCertificateIds", certificates.getInstalledCertificateIds],
    // No maker's own messages here (§4.3).
    ["DataTransfer", () => ({ status: "UnknownVendorId" })],
    [
      "Reset",
      ({ type }) => {
        later(() => options.reset(type === "Hard"));
        return accepted;
      },
    ],
  ]);

  return (action, payload) => {
    const handler = handlers.get(action);
    if (handler === undefined) throw new CallError("NotImplemented", `${action} is not known here`);
    return handler(payload);
  };
}
