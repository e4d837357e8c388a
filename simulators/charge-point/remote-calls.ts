import type { Connector } from "./connector.ts";
import type { Misbehaviour } from "./options.ts";
import { CallError, Silence } from "./rpc-client.ts";

export type RemoteCallsOptions = {
  connectors: readonly Connector[];
  misbehaves: (misbehaviour: Misbehaviour) => boolean;
  /** The transaction's local name for the id the central system gave it. */
  localOf: (transactionId: number) => string | undefined;
  settings: { heartbeatSeconds: number; meterIntervalSeconds: number };
  onSettingsChange: () => void;
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
  const { connectors, misbehaves, settings, emit } = options;
  const connectorOf = (id: unknown) => connectors.find(({ connectorId }) => connectorId === id);
  /** Done after the answer has left, as §5.17 asks for triggered messages. */
  const later = (action: () => void) => void setTimeout(action, 10);
  const eachLater = (targets: readonly Connector[], action: (connector: Connector) => void) =>
    later(() => {
      for (const connector of targets) action(connector);
    });

  function remoteStart(payload: Payload): object {
    const { connectorId, idTag } = payload;
    if (misbehaves("mute-remote-start")) throw new Silence();
    const free = connectors.find(({ status }) => status === "Available" || status === "Preparing");
    const connector = connectorId === undefined ? free : connectorOf(connectorId);
    const start = !misbehaves("refuse-remote-start") && (connector?.authorize(String(idTag)) ?? false);
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

  function trigger(payload: Payload): object {
    const { requestedMessage, connectorId } = payload;
    const targets =
      connectorId === undefined ? connectors : connectors.filter((one) => one.connectorId === connectorId);
    if (targets.length === 0) return rejected;
    if (requestedMessage === "BootNotification") later(options.boot);
    else if (requestedMessage === "Heartbeat") later(options.heartbeat);
    else if (requestedMessage === "StatusNotification")
      eachLater(targets, (one) => options.sendStatus(one.connectorId));
    else if (requestedMessage === "MeterValues") eachLater(targets, (one) => one.sendReading("Trigger"));
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

  const configuration = () => [
    { key: "HeartbeatInterval", readonly: false, value: String(settings.heartbeatSeconds) },
    { key: "MeterValueSampleInterval", readonly: false, value: String(settings.meterIntervalSeconds) },
    { key: "NumberOfConnectors", readonly: true, value: String(connectors.length) },
    { key: "MeterValuesSampledData", readonly: true, value: "Energy.Active.Import.Register,Power.Active.Import,SoC" },
    { key: "SupportedFeatureProfiles", readonly: true, value: "Core,RemoteTrigger" },
  ];

  function getConfiguration(payload: Payload): object {
    const wanted = Array.isArray(payload.key) ? payload.key.map(String) : undefined;
    const known = configuration();
    if (wanted === undefined) return { configurationKey: known };
    return {
      configurationKey: known.filter(({ key }) => wanted.includes(key)),
      unknownKey: wanted.filter((name) => !known.some(({ key }) => key === name)),
    };
  }

  function changeConfiguration(payload: Payload): object {
    const value = Number(payload.value);
    const known = configuration().find(({ key }) => key === payload.key);
    if (known === undefined) return { status: "NotSupported" };
    if (known.readonly || !(value > 0)) return rejected;
    if (known.key === "HeartbeatInterval") settings.heartbeatSeconds = value;
    else settings.meterIntervalSeconds = value;
    options.onSettingsChange();
    return accepted;
  }

  const handlers = new Map<string, (payload: Payload) => object>([
    ["RemoteStartTransaction", remoteStart],
    ["RemoteStopTransaction", remoteStop],
    ["TriggerMessage", trigger],
    ["ChangeAvailability", changeAvailability],
    ["UnlockConnector", unlock],
    ["GetConfiguration", getConfiguration],
    ["ChangeConfiguration", changeConfiguration],
    ["ClearCache", () => accepted],
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
