import { createCertificates } from "./certificates.ts";
import { createConfiguration, type Settings } from "./configuration.ts";
import { type Connector, createConnector } from "./connector.ts";
import type { Control } from "./control.ts";
import { createJobs } from "./jobs.ts";
import { type ChargePointOptions, type Misbehaviour, ofConnector } from "./options.ts";
import { nextRandom } from "./random.ts";
import { createRemoteCalls } from "./remote-calls.ts";
import { createReservations } from "./reservations.ts";
import { createRpcClient } from "./rpc-client.ts";
import { createSmartCharging } from "./smart-charging.ts";
import { loadState, saveState } from "./state-file.ts";
import { createTags, type TagInfo } from "./tags.ts";
import { createTransactionQueue } from "./transaction-queue.ts";
import { visitsOf } from "./visits.ts";

export type ChargePoint = {
  start(): void;
  /** Does what a command says; throws an Error in words when it cannot. "exit" is the caller's. */
  control(command: Control): void;
  stop(): Promise<void>;
};

export type ChargePointEnvironment = {
  nowMs: () => number;
  /** One line for whoever follows: the event's name and its fields. */
  emit: (event: string, fields: object) => void;
};

/** Lines. */
const longestLog = 1_000;

/** A charge point of OCPP 1.6J with its connectors, as real ones behave; see README.md for what it says and understands. */
export function createChargePoint(options: ChargePointOptions, environment: ChargePointEnvironment): ChargePoint {
  const { nowMs } = environment;
  /** What happened of late, for a log that is asked for. */
  const log: string[] = [];
  const emit = (event: string, fields: object) => {
    log.push(`${new Date(nowMs()).toISOString()} ${event} ${JSON.stringify(fields)}`);
    if (log.length > longestLog) log.shift();
    environment.emit(event, fields);
  };
  const stateFile = options["state-file"];
  const saved = stateFile === undefined ? null : loadState(stateFile);
  const misbehaviours = new Set<Misbehaviour>(options.misbehave);
  const misbehaves = (misbehaviour: Misbehaviour) => misbehaviours.has(misbehaviour);
  const settings: Settings = {
    heartbeatSeconds: 300,
    meterIntervalSeconds: options["meter-interval"],
    localPreAuthorize: false,
    localAuthorizeOffline: true,
  };
  const timestamp = () => new Date(nowMs() + options["time-skew"] * 1000).toISOString();
  let accepted = false;
  let stopped = false;
  let heartbeatTimer: NodeJS.Timeout | undefined;
  let bootTimer: NodeJS.Timeout | undefined;
  let firmwareUpdates = 0;
  let randomState = options.seed >>> 0;

  const rpc = createRpcClient({
    url: options.url.replace(/\/+$/, ""),
    id: options.id,
    password: options.password,
    callTimeoutMs: options["call-timeout"] * 1000,
    backoffMs: options.backoff * 1000,
    maxBackoffMs: options["max-backoff"] * 1000,
    random() {
      const next = nextRandom(randomState);
      randomState = next.state;
      return next.value;
    },
    onCall: (action, payload) => remoteCalls(action, payload),
    onOpen() {
      emit("connected", {});
      // After a lost connection no new boot is due (§4.2): first the states, then what has waited.
      if (accepted) goOnline();
      else void boot();
    },
    onClose(code, reason) {
      clearInterval(heartbeatTimer);
      emit("disconnected", { code, reason });
    },
    onRefused: (reason, nextAttemptMs) => emit("refused", { reason, nextAttemptMs }),
  });

  /** Messages that are not worth repeating: their failure is only told. */
  function say(action: string, payload: object): Promise<Record<string, unknown> | null> {
    return rpc.call(action, payload).catch((error: Error) => {
      if (!stopped) emit("callFailed", { action, reason: error.message });
      return null;
    });
  }

  async function boot(): Promise<void> {
    clearTimeout(bootTimer);
    const answer = await say("BootNotification", {
      chargePointVendor: "OpenJoule",
      chargePointModel: "Simulator",
      chargePointSerialNumber: options.id.slice(0, 25),
      firmwareVersion: `0.1.${firmwareUpdates}`,
    });
    if (stopped || answer === null) return;
    const interval = Number(answer.interval);
    accepted = answer.status === "Accepted";
    emit("booted", { status: answer.status ?? null, interval: Number.isFinite(interval) ? interval : null });
    if (accepted) {
      if (interval > 0) settings.heartbeatSeconds = interval;
      goOnline();
    } else if (rpc.connected) {
      bootTimer = setTimeout(() => void boot(), interval > 0 ? interval * 1000 : 10_000);
    }
  }

  function goOnline(): void {
    sendStatus(0);
    for (const { connectorId } of connectors) sendStatus(connectorId);
    setHeartbeat();
    queue.wake();
  }

  function heartbeat(): void {
    void say("Heartbeat", {});
  }

  function setHeartbeat(): void {
    clearInterval(heartbeatTimer);
    heartbeatTimer = setInterval(heartbeat, settings.heartbeatSeconds * 1000);
  }

  function sendStatus(connectorId: number): void {
    if (!rpc.connected || !accepted) return;
    const connector = connectors.find((one) => one.connectorId === connectorId);
    const errorCode = connector?.faulted === true ? "OtherError" : "NoError";
    void say("StatusNotification", {
      connectorId,
      errorCode,
      status: connector?.status ?? "Available",
      timestamp: timestamp(),
    });
  }

  const queue = createTransactionQueue({
    messages: saved?.messages ?? [],
    transactionIds: saved?.transactionIds ?? {},
    call: rpc.call,
    ready: () => rpc.connected && accepted && !stopped,
    retryIntervalMs: options["retry-interval"] * 1000,
    attempts: options["message-attempts"],
    async onAnswer({ action, local, payload }, answer, transactionId) {
      const { connectorId, meterStart, meterStop, reason } = payload;
      if (action === "StartTransaction") {
        const status = tags.remember(String(payload.idTag), answer.idTagInfo)?.status ?? null;
        emit("transactionStarted", { connector: connectorId, transactionId, status, meterStartWh: meterStart });
        if (misbehaves("duplicate-start")) {
          const again = await say("StartTransaction", payload);
          emit("duplicateAnswered", { action, connector: connectorId, transactionId: again?.transactionId ?? null });
        }
        // §4.8: the tag was refused only after energy had begun to flow.
        if (status !== "Accepted")
          connectors.find(({ transaction }) => transaction?.local === local)?.stop("DeAuthorized");
      }
      if (action === "StopTransaction") {
        const connector = Number(local.split("-")[0]);
        emit("transactionStopped", { connector, transactionId, meterStopWh: meterStop, reason });
      }
    },
    onDropped: ({ action, payload }, reason) => emit("dropped", { action, reason, payload }),
    onChange: save,
  });

  const tags = createTags({ saved: saved?.localList ?? { version: 0, entries: {} }, nowMs, onChange: () => save() });
  const reservations = createReservations({
    nowMs,
    statusOf: (connectorId) => connectors[connectorId - 1]?.physicalStatus,
    onChange: (connectorId) => connectors[connectorId - 1]?.report(),
  });
  const smartCharging = createSmartCharging({
    saved: saved?.profiles ?? [],
    nowMs,
    running: () =>
      new Map(
        connectors.map(({ connectorId, transaction }, index) => [
          connectorId,
          {
            transactionId: transaction === null ? null : (queue.transactionIds[transaction.local] ?? null),
            startedAtMs: transaction?.startedAtMs ?? null,
            maxPowerW: ofConnector(options.power, index),
          },
        ]),
      ),
    onChange: () => save(),
  });
  const certificates = createCertificates(options.id);

  const connectors: Connector[] = Array.from({ length: options.connectors }, (_, index) =>
    createConnector({
      connectorId: index + 1,
      ...visitsOf(options, index),
      saved: saved?.connectors[index] ?? {
        registerWh: options["meter-start"],
        plugged: false,
        operative: true,
        sessions: 0,
        transaction: null,
      },
      meterIntervalMs: () => settings.meterIntervalSeconds * 1000,
      targetEnergyWh: options["target-energy"],
      atTarget: options["at-target"],
      plugDelayMs: options["plug-delay"] * 1000,
      unplugDelayMs: options["unplug-delay"] * 1000,
      connectionTimeoutMs: options["connection-timeout"] * 1000,
      reservations,
      limitW: () => smartCharging.limitW(index + 1),
      misbehaves,
      nowMs,
      timestamp,
      onStatus(status) {
        emit("status", { connector: index + 1, status });
        sendStatus(index + 1);
        save();
      },
      onMessage: (message) => {
        const { action, payload } = message;
        if (action === "StartTransaction") smartCharging.transactionBegan(index + 1, String(payload.idTag));
        queue.push(message);
        if (!rpc.connected) emit("queued", { action: message.action, waiting: queue.messages.length });
        if (message.action === "StopTransaction") {
          if (misbehaves("duplicate-stop")) queue.push({ ...message });
          smartCharging.transactionEnded(index + 1);
        }
      },
      emit,
    }),
  );

  /** A boot of its own accord: the socket goes, and what is due is told to the next one. */
  function restart(): void {
    accepted = false;
    rpc.drop(200);
  }

  const jobs = createJobs({
    id: options.id,
    nowMs,
    stepMs: options["job-step"] * 1000,
    say,
    isCharging: () => connectors.some(({ transaction }) => transaction !== null),
    log: () => `${log.join("\n")}\n`,
    restart() {
      firmwareUpdates += 1;
      restart();
    },
    timestamp,
    emit,
  });

  const remoteCalls = createRemoteCalls({
    connectors,
    configuration: createConfiguration(settings, options.connectors, setHeartbeat),
    reservations,
    tags,
    smartCharging,
    jobs,
    certificates,
    signCertificate: () => void say("SignCertificate", { csr: certificates.request() }),
    misbehaves,
    localOf: (transactionId) => Object.entries(queue.transactionIds).find(([, id]) => id === transactionId)?.[0],
    boot: () => void boot(),
    heartbeat,
    sendStatus,
    reset(hard) {
      for (const connector of connectors) connector.stop(hard ? "HardReset" : "SoftReset");
      restart();
    },
    emit,
  });

  function save(): void {
    if (stateFile === undefined) return;
    const { messages, transactionIds } = queue;
    const snapshots = connectors.map((connector) => connector.snapshot());
    saveState(stateFile, {
      version: 1,
      connectors: snapshots,
      messages: [...messages],
      transactionIds: { ...transactionIds },
      profiles: [...smartCharging.stored],
      localList: tags.list,
    });
  }

  /** What the central system says of a tag; what is known here goes first, or stands in for it, where the settings say so (§3.5). */
  async function authorizationOf(idTag: string): Promise<TagInfo | null> {
    const known = tags.accepted(idTag) ?? null;
    if (known !== null && settings.localPreAuthorize) return known;
    if (!rpc.connected) return settings.localAuthorizeOffline ? known : null;
    const answer = await say("Authorize", { idTag });
    return answer === null ? null : tags.remember(idTag, answer.idTagInfo);
  }

  async function swipe(connectorId: number, idTag: string): Promise<void> {
    const connector = connectors[connectorId - 1];
    if (connector === undefined) return;
    if (connector.transaction?.idTag === idTag) return void connector.stop("Local");
    const info = await authorizationOf(idTag);
    const status = info?.status ?? null;
    const authorized = status === "Accepted" && connector.authorize(idTag, info?.parentIdTag);
    emit("authorized", { connector: connectorId, status, accepted: authorized });
  }

  return {
    start() {
      for (const connector of connectors) connector.resume();
      emit("ready", { id: options.id, connectors: options.connectors, restored: saved !== null });
      rpc.start();
    },
    control(command) {
      if (command.do === "offline") return rpc.drop(command.seconds * 1000);
      if (command.do === "misbehave") {
        for (const word of command.add) misbehaviours.add(word);
        for (const word of command.remove) misbehaviours.delete(word);
        return;
      }
      if (command.do === "refuse-remote-start") return void misbehaviours.add("refuse-remote-start");
      if (command.do === "exit") return;
      const connector = connectors[command.connector - 1];
      if (connector === undefined)
        throw new Error(`connector is ${command.connector}, expected 1 to ${connectors.length}`);
      if (command.do === "plug") connector.plug();
      else if (command.do === "unplug") connector.unplug();
      else if (command.do === "fault") connector.fault();
      else if (command.do === "clear") connector.clear();
      else if (command.do === "stop-meter") connector.muteMeter();
      else void swipe(command.connector, command.idTag);
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      save();
      clearInterval(heartbeatTimer);
      clearTimeout(bootTimer);
      for (const connector of connectors) connector.dispose();
      reservations.dispose();
      jobs.dispose();
      await rpc.stop();
    },
  };
}
