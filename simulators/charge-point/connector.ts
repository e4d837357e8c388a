import { meterValue, type Reading, readModel, type SampleContext, type Status, type StopReason } from "./messages.ts";
import { advanceModel, type ModelState, startModel } from "./model.ts";
import type { Misbehaviour } from "./options.ts";
import type { Reservations } from "./reservations.ts";
import type { ChargePointState } from "./state-file.ts";
import type { QueuedMessage } from "./transaction-queue.ts";
import type { Current, Visit } from "./vehicles.ts";

type Transaction = NonNullable<ChargePointState["connectors"][number]["transaction"]>;

export type ConnectorOptions = {
  connectorId: number;
  current: Current;
  /** Who comes for the connector's n-th session, counted from 1: the same after a restart. */
  visit: (session: number) => Visit;
  /** Of the n-th session's noise. */
  seed: (session: number) => number;
  saved: ChargePointState["connectors"][number];
  meterIntervalMs: () => number;
  targetEnergyWh: number | undefined;
  /** At its target the vehicle ends the transaction, or stays on the cable drawing nothing until its driver comes. */
  atTarget: "stop" | "suspend";
  /** Negative: never by itself. */
  plugDelayMs: number;
  unplugDelayMs: number;
  connectionTimeoutMs: number;
  reservations: Reservations;
  /** What charging profiles leave it at this moment, W. */
  limitW: () => number;
  misbehaves: (misbehaviour: Misbehaviour) => boolean;
  nowMs: () => number;
  /** The charge point's own clock, which may be wrong. */
  timestamp: () => string;
  onStatus: (status: Status) => void;
  onMessage: (message: QueuedMessage) => void;
  emit: (event: string, fields: object) => void;
};

export type Connector = {
  readonly connectorId: number;
  readonly status: Status;
  readonly transaction: Transaction | null;
  readonly faulted: boolean;
  snapshot(): ChargePointState["connectors"][number];
  /** Takes up what was saved. */
  resume(): void;
  /** Its state, reservations left out of account. */
  readonly physicalStatus: Status;
  /** Tells its state if it is another one than before. */
  report(): void;
  /**
   * Somebody has been authorized: charging begins as soon as the cable is in. False when the connector is taken, or reserved for
   * somebody else.
   */
  authorize(idTag: string, parentIdTag?: string): boolean;
  plug(): void;
  unplug(): void;
  stop(reason: StopReason): boolean;
  fault(): void;
  clear(): void;
  setOperative(operative: boolean): void;
  /** Meter values stop coming while energy flows on. */
  muteMeter(): void;
  sendReading(context: SampleContext): void;
  /** Ends all timers. */
  dispose(): void;
};

const tickMs = 100;

/** One connector: cable, authorization, energy, meter. Its transaction messages go out through `onMessage`. */
export function createConnector(options: ConnectorOptions): Connector {
  const { connectorId, nowMs, timestamp, emit, saved, misbehaves } = options;
  let { registerWh, plugged, operative, sessions, transaction } = saved;
  let authorizedTag: string | undefined;
  let faulted = false;
  let finishing = false;
  let muted = false;
  let advancedAtMs = nowMs();
  let nextReadingAtMs = 0;
  let lastStatus: Status = "Available";
  let suspended = false;
  const timers = new Set<NodeJS.Timeout>();
  let ticker: NodeJS.Timeout | undefined;

  function after(delayMs: number, action: () => void): void {
    if (delayMs < 0) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, delayMs);
    timers.add(timer);
  }

  function status(): Status {
    const physical = physicalStatus();
    const isFree = physical === "Available" || (physical === "Preparing" && authorizedTag === undefined);
    return isFree && options.reservations.has(connectorId) ? "Reserved" : physical;
  }

  function physicalStatus(): Status {
    if (faulted) return "Faulted";
    if (transaction !== null) {
      if (suspended || transaction.model.socPercent >= 100) return "SuspendedEV";
      return options.limitW() <= 0 ? "SuspendedEVSE" : "Charging";
    }
    if (finishing) return "Finishing";
    if (!operative) return "Unavailable";
    return plugged || authorizedTag !== undefined ? "Preparing" : "Available";
  }

  function report(): void {
    const next = status();
    if (next === lastStatus) return;
    lastStatus = next;
    options.onStatus(next);
  }

  function advance(): ModelState | null {
    const now = nowMs();
    if (transaction === null) return null;
    const { parameters, targetSocPercent } = options.visit(sessions);
    const endSocPercent = options.atTarget === "suspend" ? targetSocPercent : 100;
    // A profile lowers what the connector gives, not where the battery's own taper begins.
    const { maxPowerW, taperOfPowerW = maxPowerW } = parameters;
    const limited = { ...parameters, taperOfPowerW, maxPowerW: Math.min(maxPowerW, options.limitW()), endSocPercent };
    transaction.model = advanceModel(limited, transaction.model, now - advancedAtMs);
    advancedAtMs = now;
    return transaction.model;
  }

  function reading(): Reading {
    const model = advance() ?? startModel(options.visit(sessions).socPercent, 0);
    return readModel(registerWh, model, options.current === "dc");
  }

  function entry(context: SampleContext, shown: Reading): object {
    return meterValue(shown, timestamp(), context, misbehaves("meter-kwh"));
  }

  function sendReading(context: SampleContext): void {
    const shown = reading();
    if (transaction !== null) transaction.readings += 1;
    const backwards = misbehaves("meter-backwards") && (transaction?.readings ?? 0) % 3 === 0;
    if (backwards) shown.energyWh -= 100;
    const payload = { connectorId, meterValue: [entry(context, shown)] };
    emit("meterValues", { connector: connectorId, ...shown });
    options.onMessage({ action: "MeterValues", local: transaction?.local ?? "", payload });
  }

  function tick(): void {
    const model = advance();
    if (model === null) return;
    const { targetEnergyWh, atTarget } = options;
    const isFull = model.socPercent >= options.visit(sessions).targetSocPercent;
    if ((targetEnergyWh !== undefined && model.energyWh >= targetEnergyWh) || (isFull && atTarget === "stop")) {
      return void stop("Local");
    }
    if (isFull && !suspended) {
      suspended = true;
      after(options.unplugDelayMs, unplug);
    }
    if (!muted && nowMs() >= nextReadingAtMs) {
      // Fixed steps, so that late timers do not add up.
      nextReadingAtMs = Math.max(nextReadingAtMs + options.meterIntervalMs(), nowMs());
      sendReading("Sample.Periodic");
    }
    report();
  }

  function run(): void {
    advancedAtMs = nowMs();
    nextReadingAtMs = advancedAtMs + options.meterIntervalMs();
    ticker = setInterval(tick, tickMs);
  }

  function begin(): void {
    const idTag = authorizedTag;
    if (idTag === undefined || !plugged || !operative || faulted || transaction !== null) return;
    stopTimers();
    authorizedTag = undefined;
    muted = false;
    suspended = false;
    sessions += 1;
    const local = `${connectorId}-${sessions}-${nowMs()}`;
    const model = startModel(options.visit(sessions).socPercent, options.seed(sessions));
    const meterStart = Math.floor(registerWh);
    // Whoever looks at the model from now on, e.g. to save it, finds that no time has passed.
    advancedAtMs = nowMs();
    const reservationId = options.reservations.use(connectorId);
    transaction = { local, idTag, startedAtMs: advancedAtMs, model, readings: 0, begin: null };
    transaction.begin = entry("Transaction.Begin", readModel(registerWh, model, options.current === "dc"));
    report();
    const reserved = reservationId === undefined ? {} : { reservationId };
    const payload = { connectorId, idTag, meterStart, timestamp: timestamp(), ...reserved };
    options.onMessage({ action: "StartTransaction", local, payload });
    run();
  }

  /** Ends the energy and the transaction; the cable stays in. */
  function end(reason: StopReason): boolean {
    const model = advance();
    if (model === null || transaction === null) return false;
    clearInterval(ticker);
    const { local, idTag, begin: first } = transaction;
    const last = readModel(registerWh, model, options.current === "dc");
    const transactionData = [first, entry("Transaction.End", last)];
    const payload = { meterStop: last.energyWh, timestamp: timestamp(), reason, idTag, transactionData };
    registerWh += model.energyWh;
    transaction = null;
    finishing = true;
    options.onMessage({ action: "StopTransaction", local, payload });
    report();
    return true;
  }

  function stop(reason: StopReason): boolean {
    const ended = end(reason);
    if (ended) after(options.unplugDelayMs, unplug);
    return ended;
  }

  function plug(): void {
    plugged = true;
    report();
    begin();
  }

  function unplug(): void {
    end("EVDisconnected");
    stopTimers();
    plugged = false;
    finishing = false;
    authorizedTag = undefined;
    report();
  }

  function stopTimers(): void {
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
  }

  return {
    connectorId,
    get status() {
      return status();
    },
    get transaction() {
      return transaction;
    },
    get faulted() {
      return faulted;
    },
    snapshot() {
      advance();
      return { registerWh, plugged, operative, sessions, transaction };
    },
    resume() {
      if (transaction !== null) run();
      lastStatus = status();
    },
    get physicalStatus() {
      return physicalStatus();
    },
    report,
    authorize(idTag, parentIdTag) {
      if (transaction !== null || authorizedTag !== undefined || faulted || !operative || finishing) return false;
      if (!options.reservations.admits(connectorId, idTag, parentIdTag)) return false;
      authorizedTag = idTag;
      report();
      if (plugged) begin();
      else {
        after(options.plugDelayMs, plug);
        after(options.connectionTimeoutMs, () => {
          if (transaction !== null || authorizedTag === undefined) return;
          authorizedTag = undefined;
          emit("connectionTimeout", { connector: connectorId });
          report();
        });
      }
      return true;
    },
    plug,
    unplug,
    stop,
    fault() {
      faulted = true;
      authorizedTag = undefined;
      stop("Other");
      report();
    },
    clear() {
      faulted = false;
      report();
    },
    setOperative(next) {
      operative = next;
      report();
    },
    muteMeter() {
      muted = true;
    },
    sendReading,
    dispose() {
      clearInterval(ticker);
      stopTimers();
    },
  };
}
