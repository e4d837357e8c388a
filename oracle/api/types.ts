/**
 * What the HTTP interface needs from the rest of the oracle. It reads through these and decides nothing; the engine answers
 * them from the store.
 */
import type { Address, Hex } from "viem";
import type { CommandAnswer, CommandRefusal, StationCommand } from "../bus/station-commands.ts";
import type { DeviceCommandResult, ReportKind } from "../bus/types.ts";

/** Live state of one session. Money in base units, times UTC seconds. */
export type SessionView = {
  sessionId: Hex;
  evse: bigint;
  driver: Address;
  owner: Address;
  committeeId: Hex;
  currency: bigint;
  /** The engine's own word for where the session is ("starting", "charging", …, or "halted": nothing more is decided for it). */
  status: string;
  openedAt: number;
  /** The deposit with its top-ups. */
  deposit: bigint;
  energyWh: number;
  powerW: number | null;
  socPercent: number | null;
  chargingSeconds: number;
  idleSeconds: number;
  /** By the tariff, up to now. */
  cost: bigint;
  stopReason: number | null;
  /** Sequence of the last signed statement, or zero. */
  sequence: number;
  /** Set once a settlement was sent. */
  settlementTransactionHash: Hex | null;
  updatedAtSeconds: number;
};

/** One signed statement: with it a driver can settle alone. */
export type SignedStatementView = {
  sessionId: Hex;
  sequence: number;
  /** `StopReason` of contracts/types/Statement.sol; 0 is not final. */
  stopReason: number;
  waived: bigint;
  evidence: Hex;
  /** Packed periods, as on the chain. */
  periods: readonly bigint[];
  /** The EIP-712 digest that was signed. */
  digest: Hex;
  /** By ascending operator, compact form (EIP-2098). */
  signatures: readonly { operator: Address; key: Address; r: Hex; vs: Hex }[];
  cost: bigint;
  signedAtSeconds: number;
};

export type SessionUpdate =
  | { type: "state"; session: SessionView }
  /** `id` is the statement's sequence: `Last-Event-ID` resumes after it. */
  | { type: "statement"; statement: SignedStatementView };

/** Given to the API by the engine. All answers come from the store, so they are the same after a restart. */
export interface SessionSource {
  get(sessionId: Hex): Promise<SessionView | null>;
  /** Ascending sequences above `afterSequence`; at most `limit`. */
  statements(sessionId: Hex, options: { afterSequence: number; limit: number }): Promise<SignedStatementView[]>;
  /**
   * Calls back for each committed change of the session, statements in order, until the returned function is called. The
   * listener never throws and never blocks. A missed update costs nothing durable: the API reads the store on each one.
   */
  subscribe(sessionId: Hex, listener: (update: SessionUpdate) => void): () => void;
  /**
   * The session's driver asks for the end, proven by signature. Idempotent: "accepted" the first time and "already" for a
   * session that is stopping, ended or settled. Durable when it resolves.
   */
  requestStop(sessionId: Hex, request: { by: Address; deadlineSeconds: number }): Promise<"accepted" | "already">;
}

/** The hardware of one EVSE, as it last said. Times UTC seconds. */
export type EvseView = {
  /** The EVSE's key. */
  evse: bigint;
  /** Whether its device holds a socket now. Without one, everything else here is what was known last. */
  connected: boolean;
  /** The connector's own word, in those of the bus; null while it has never said one. */
  status: string | null;
  /** What is wrong, in the device's words. */
  errorCode: string | null;
  /** Since when it says this status. */
  sinceSeconds: number | null;
  /** The session that this oracle serves there now; the powers below are of it. */
  sessionId: Hex | null;
  /** What the driver was promised at most, W. */
  powerCapW: number | null;
  /** By its meter's last value, W. */
  powerW: number | null;
};

/** Given to the API by the engine. */
export interface EvseSource {
  /** Null when no device of this oracle is that EVSE. */
  get(evse: bigint): Promise<EvseView | null>;
  /** A page in the order of the keys' decimal text, behind the key `after`. */
  list(page: { after: bigint | null; limit: number }): Promise<EvseView[]>;
}

/** What a station's device reported of itself. */
export type ReportView = {
  kind: ReportKind;
  /** In the device's words. */
  status: string;
  requestId: number | null;
  detail: string | null;
  timestampSeconds: number | null;
  receivedAtMs: number;
};

export type CommandView = {
  commandId: string;
  deviceId: string;
  type: string;
  /** `waiting`: not sent yet, or the device is away; `expired`: it did not come in time. */
  state: "waiting" | DeviceCommandResult["outcome"] | "expired";
  detail: string | null;
  refusal: CommandRefusal | null;
  answer: CommandAnswer | null;
  createdAtMs: number;
  /** How the work that it asked for went on, the oldest first. */
  history: ReportView[];
};

/** Given to the API by the engine. */
export interface StationSource {
  /**
   * Takes a command for a device, to be sent once it is connected, until `expiresInSeconds` have passed. The same command id
   * twice is one command ("already"); "idTaken": it is another device's, or of another type. Durable when it resolves.
   * @throws ZodError
   */
  request(
    command: StationCommand,
    expiresInSeconds: number,
  ): Promise<"accepted" | "already" | "idTaken" | "unknownDevice">;
  /** What became of a command. */
  command(commandId: string): Promise<CommandView | undefined>;
  /** What a device has reported of itself, the newest first. */
  reports(deviceId: string, range: { kind?: ReportKind; limit: number }): Promise<ReportView[]>;
}

/** One part of the service as readiness sees it. */
export type ReadinessCheck = {
  /** "store", "chain", "signer", "gateway", "gas": the name in the answer. */
  name: string;
  /** Resolves with null when ready, else with the reason in words. A rejection or a slow answer counts as not ready. */
  check(): Promise<string | null>;
};
