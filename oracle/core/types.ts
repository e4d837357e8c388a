/**
 * What the session logic speaks: one session's state, the events that move it and the effects it asks for. All of it survives
 * JSON (with bigints, see store/json.ts). Money is in base units, times are UTC seconds, energy Wh, power W.
 */
import type {
  Committee,
  Offer,
  Period,
  Session,
  SessionId,
  Statement,
  StopReason,
  TariffPricing,
  TariffTerms,
} from "@openjoule/sdk";
import type {
  AuthorizationStatus,
  ConnectorStatus,
  StopReason as DeviceStopReason,
  MeterSample,
} from "../bus/types.ts";

/** How long things may take. Fixed by configuration; a change applies to running sessions too. */
export type Policy = {
  /** How long a device has to start delivery when the tariff names no connection time. */
  startTimeoutSeconds: number;
  /** Wait after a refused start, and how many times to ask a device that has no reason to wait for a cable. */
  startRetrySeconds: number;
  startAttempts: number;
  /** A device that has not reported its meter for this long is asked to. */
  meterSilenceSeconds: number;
  /** Least time between two such questions. */
  triggerSpacingSeconds: number;
  /** From the decision to stop until energy stops flowing. */
  stopLatencySeconds: number;
  /** Wait until an unanswered stop is repeated. */
  stopRetrySeconds: number;
  /** How long a device that is there may leave a stop unexplained before the last reading stands. */
  stopGraceSeconds: number;
  /** How long a device that came back has to replay what it kept. */
  replayGraceSeconds: number;
  /** The last reading is settled this long before the session could be closed without it (at most a quarter of the window). */
  settleMarginSeconds: number;
  /** Less than this is not charging. */
  idleBelowW: number;
};

export const defaultPolicy: Policy = {
  startTimeoutSeconds: 300,
  startRetrySeconds: 5,
  startAttempts: 3,
  meterSilenceSeconds: 60,
  triggerSpacingSeconds: 20,
  stopLatencySeconds: 15,
  stopRetrySeconds: 30,
  stopGraceSeconds: 300,
  replayGraceSeconds: 120,
  settleMarginSeconds: 3_600,
  idleBelowW: 100,
};

/** Everything fixed at opening. */
export type Opening = {
  sessionId: SessionId;
  offer: Offer;
  session: Session;
  terms: TariffTerms;
  pricing: TariffPricing;
  termsHash: `0x${string}`;
  pricingHash: `0x${string}`;
  committee: Committee;
};

/** The hardware that is the session's EVSE. */
export type Binding = { deviceId: string; connectorId: number };

/** What the meter has shown so far, and the periods made of it. See meter.ts. */
export type Meter = {
  /** The register when delivery began; null when the device did not say. */
  startRegisterWh: number | null;
  /** The last register value taken, with `offsetWh` added. */
  registerWh: number | null;
  /** Added to what the device reports: registers that count from the session's start. */
  offsetWh: number;
  /** The register before it last fell; null once a later reading has confirmed the fall. */
  dipFromWh: number | null;
  /** A register value too high to be true, waiting for a second one. */
  suspectWh: number | null;
  /** Everything up to here is in the periods (or was not to be billed). */
  readAt: number;
  /** The device's clock at the last reading taken. */
  deviceTime: number | null;
  /** Added to the device's times while its clock is believed. */
  clockLagSeconds: number;
  /** The device's clock when the register last fell; null while it never has. */
  epochTime: number | null;
  /** The register has fallen at least once. */
  fell: boolean;
  /** False when the device's clock has contradicted the session; then the time of arrival counts. */
  trustClock: boolean;
  /** Readings taken since the start. */
  readings: number;
  powerW: number | null;
  socPercent: number | null;
  /** Mean power between the last two readings. */
  meanPowerW: number | null;
  /** ∫P·dt over the same time as the periods, to compare with the register. */
  integratedWh: number;
  /** When the register last grew. */
  grewAt: number;
  periods: Period[];
};

export type StoppedMessage = {
  transactionId: string | null;
  meterStopWh: number | null;
  timestampSeconds: number | null;
  reason: DeviceStopReason;
  samples: MeterSample[];
};

export type SessionState = {
  opening: Opening;
  /** The latest `now` of an event: within a session time does not go back. */
  clock: number;
  /** Null when no device of ours is this EVSE. */
  binding: Binding | null;
  topUps: { eventId: string; amount: bigint }[];
  /** A reorg took the opening off the chain. */
  orphaned: boolean;
  exit: { type: "settled" | "closed"; eventId: string } | null;
  connected: boolean;
  /** Since when it is connected, or not. */
  connectionSince: number;
  connectorStatus: ConnectorStatus | null;
  connectorStatusSince: number;
  start: {
    /** Remote starts asked for so far. */
    attempts: number;
    /** "waiting": asked, no answer. "unknown": no answer came in time, it may still start. */
    answer: "none" | "waiting" | "accepted" | "rejected" | "unknown";
    retryAt: number | null;
    /** By when delivery must have begun. */
    deadline: number;
  };
  /** The device's transaction; at most one delivers for a session. */
  transaction: { id: string; startedAt: number; stopped: boolean } | null;
  /** A stop that came before its start. */
  earlyStop: { message: StoppedMessage; at: number } | null;
  meter: Meter | null;
  /** When the device last reported its meter, and when it was last asked to. */
  heardAt: number;
  triggeredAt: number | null;
  triggerRefused: boolean;
  /** Somebody or something wants delivery to end. */
  stop: { reason: StopReason; at: number } | null;
  /** Remote stops asked for so far, and when to ask again. */
  stopAttempts: number;
  stopRetryAt: number | null;
  /** Of the last statement; 0 before the first. */
  sequence: number;
  /** What the last statement said, to see whether there is more to say. */
  stated: { periods: number; seconds: number; energyWh: number };
  final: { sequence: number; reason: StopReason; at: number } | null;
  /** The final statement has its quorum. */
  signed: boolean;
  /** Everything odd that happened, each word once. */
  flags: string[];
};

export type Phase =
  | "starting"
  | "charging"
  | "stopping"
  /** The final statement waits for its quorum. */
  | "final"
  | "settling"
  | "settled"
  | "closed"
  /** A reorg removed the opening. */
  | "abandoned";

/** `now` is the shell's clock when it took the event, UTC seconds. */
export type SessionEvent = { now: number } & (
  | {
      type: "opened";
      opening: Opening;
      binding: Binding | null;
      connected: boolean;
      connectorStatus: ConnectorStatus | null;
    }
  | { type: "toppedUp"; eventId: string; amount: bigint }
  | { type: "stopRequested" }
  | { type: "settled"; eventId: string }
  | { type: "closed"; eventId: string }
  | {
      type: "removed";
      removedEventId: string;
      removedType: "sessionOpened" | "toppedUp" | "settled" | "closed" | "other";
    }
  | { type: "connected" }
  | { type: "disconnected" }
  | { type: "status"; status: ConnectorStatus }
  | { type: "started"; transactionId: string; meterStartWh: number | null; timestampSeconds: number | null }
  | { type: "metered"; samples: MeterSample[] }
  | { type: "stopped"; message: StoppedMessage }
  | {
      type: "commandResult";
      command: "remoteStart" | "remoteStop" | "trigger";
      outcome: "accepted" | "rejected" | "timeout" | "expired";
    }
  /** The statement of this sequence has signatures enough. */
  | { type: "quorum"; sequence: number }
  | { type: "tick" }
);

export type SessionCommand =
  | { type: "remoteStart"; attempt: number; idToken: string }
  | { type: "remoteStop"; attempt: number; transactionId: string }
  | { type: "trigger" };

export type Effect =
  /** Commit the statement's hash, then sign it. */
  | { type: "sign"; statement: Statement; cost: bigint }
  | { type: "command"; command: SessionCommand; expiresAt: number }
  /** What of this kind has not been sent need not be. */
  | { type: "cancel"; command: SessionCommand["type"] }
  /** The answer to "started". */
  | { type: "authorize"; status: AuthorizationStatus }
  /** Put the final statement on the chain. */
  | { type: "settle" }
  /** Something odd, for the evidence and the log. */
  | { type: "flag"; reason: string };

export type Decision = { state: SessionState; effects: Effect[] };
