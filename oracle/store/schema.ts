/**
 * The tables, as Kysely sees them. Conventions, the same in SQLite and PostgreSQL:
 * - money, uint256 and everything else beyond 53 bits is TEXT in decimal (`bigint` in the code);
 * - hashes, addresses and signatures are TEXT, lower-case 0x hex;
 * - `*_at_ms` are milliseconds since the epoch by this machine's clock, `*_seconds` UTC seconds;
 * - `json` columns are written and read with `json.ts`, which keeps bigints.
 * The migrations that make them are in `migrations.ts`.
 */
import type { Generated, Insertable, Selectable } from "kysely";

export type SessionChainEventType =
  | "sessionOpened"
  | "stopRequested"
  | "toppedUp"
  | "checkpointRecorded"
  | "settled"
  | "closed";

/** Text of a JSON document written by `encodeJson`. */
export type JsonText = string;

/** Every device and chain event that was taken, once; the answer is kept so that a repeated event gets the same one. */
export interface InboxTable {
  event_id: string;
  source: "device" | "chain";
  /** Null for chain events. */
  device_id: string | null;
  received_at_ms: number;
  /** The event without its raw frame, which is in `evidence`. */
  payload: JsonText;
  reply: JsonText;
}

/** A charge point that may connect. */
export interface DevicesTable {
  device_id: string;
  /** `scrypt:<salt hex>:<hash hex>`; null while the device is refused. */
  password_hash: string | null;
  created_at_ms: number;
  updated_at_ms: number;
}

/** Which EVSE a device's connector is, and what the connector last said of itself. */
export interface DeviceConnectorsTable {
  device_id: string;
  connector_id: number;
  /** uint256, decimal. */
  evse_key: string;
  status: string | null;
  error_code: string | null;
  /** Since when it says this status. */
  status_at_ms: number | null;
}

/** A charging transaction in the device's sense (OCPP 1.6 §4.8): who chose its id, and the session it delivers. */
export interface DeviceTransactionsTable {
  /** The id we hand out (OCPP 1.6: a positive 31-bit integer). */
  number: Generated<number>;
  device_id: string;
  /** As it appears in later messages: the decimal of `number`, or the device's own id (OCPP 2.x). */
  transaction_id: string;
  /** What makes a resent start the same start: connector, token, time and meter value. */
  start_key: string;
  connector_id: number | null;
  session_id: string | null;
  started_at_ms: number;
  stopped_at_ms: number | null;
}

/** One row a session; `state` is the core's, moved only by compare-and-set on `version`. */
export interface SessionsTable {
  session_id: string;
  evse_key: string;
  device_id: string | null;
  connector_id: number | null;
  phase: string;
  /** 1 while the device's messages may still move it: it is not at its end, or a transaction of it still runs. */
  active: number;
  state: JsonText;
  version: number;
  /** When the reconciler must look at it again; null when nothing is due by time. */
  due_at_ms: number | null;
  /** How often in a row the reconciler could not; it waits longer each time. */
  failures: Generated<number>;
  /** Why nothing more is decided for it; null while all is well. A person has to look. */
  halted: string | null;
  updated_at_ms: number;
  trace_id: string;
  /** 1 once what it left behind was deleted; see engine/retention.ts. */
  cleared: Generated<number>;
}

/**
 * The anti-equivocation table: a row is committed and synced before any signature over its statement leaves the process,
 * and what it says is never changed. See `equivocation.ts`.
 */
export interface StatementsTable {
  /** Its place in the order in which statements were taken down: 1, 2, 3 … over all sessions. */
  number: number;
  session_id: string;
  sequence: number;
  /** EIP-712 digest that the committee signs. */
  statement_hash: string;
  statement: JsonText;
  /** 1 for the final statement. */
  final: number;
  /** Cost by the one cost rule, base units, decimal. */
  cost: string;
  created_at_ms: number;
  /** Set when every key of ours has signed: nothing more to do for it. */
  signed_at_ms: number | null;
  /** Not to be signed before, after it could not be. */
  due_at_ms: Generated<number>;
  /** How often in a row it could not. */
  failures: Generated<number>;
}

/** Signatures over a statement: ours and, with peers, theirs. */
export interface StatementSignaturesTable {
  session_id: string;
  sequence: number;
  /** Address of the statement key. */
  key: string;
  operator: string;
  /** 64 bytes r ‖ vs (EIP-2098). */
  signature: string;
  created_at_ms: number;
}

export type CommandState = "pending" | "done" | "failed";

/** What a device must be told. Sent until it answers or `expires_at_ms`. */
export interface CommandsTable {
  /** Derived from its cause, so that the same decision never makes two commands. */
  command_id: string;
  device_id: string;
  session_id: string | null;
  /** "remoteStart", "remoteStop", ... */
  kind: string;
  /** A `DeviceCommand`; a secret in it is blotted out once it has been told. */
  payload: JsonText;
  state: CommandState;
  attempts: number;
  due_at_ms: number;
  expires_at_ms: number;
  /** The last `DeviceCommandResult`'s outcome and detail. */
  outcome: string | null;
  detail: string | null;
  /** Its refusal and answer, `CommandAnswered` of engine/stations.ts; null when it has neither. */
  answer: JsonText | null;
  created_at_ms: number;
  updated_at_ms: number;
}

/** What a device reported of itself: how a firmware update or an upload goes, security events, certificate requests. */
export interface DeviceReportsTable {
  /** In the order taken. */
  number: Generated<number>;
  device_id: string;
  /** A `ReportKind`. */
  kind: string;
  status: string;
  request_id: number | null;
  detail: string | null;
  timestamp_seconds: number | null;
  /** The command whose progress this is. */
  command_id: string | null;
  received_at_ms: number;
}

/**
 * `pending`: no nonce yet. `broadcast`: signed and sent at least once. `mined`: has a receipt, not final. `final`: at finality
 * depth. `failed`: reverted again and again. `stuck`, `capped`, `unfunded`: alive, alerting; also refused by simulation for long.
 */
export type TransactionState = "pending" | "broadcast" | "mined" | "final" | "failed" | "stuck" | "capped" | "unfunded";

/** The transaction outbox: written by the engine as `pending`, owned by chain/ from then on. */
export interface TransactionsTable {
  /** Derived from its cause (`settle:<sessionId>`), so that one cause never makes two. */
  id: string;
  kind: string;
  session_id: string | null;
  to: string;
  data: string;
  value: string;
  state: TransactionState;
  signer: string | null;
  nonce: number | null;
  /** Every signed form ever made, stored before it is sent: raw bytes, hash, fees. */
  attempts: JsonText;
  /** Of the attempt that was mined. */
  hash: string | null;
  block_number: number | null;
  block_hash: string | null;
  error: string | null;
  /** Block at which the chain first refused it (a reverting simulation, a nonce taken by another); null while it does not. */
  refused_at_block: number | null;
  /** How often it was mined as a revert and sent again under a new nonce. */
  reverts: Generated<number>;
  due_at_ms: number;
  created_at_ms: number;
  updated_at_ms: number;
}

/** Where reading the chain's logs has come to; one row a contract set. Owned by chain/. */
export interface LogCursorTable {
  id: string;
  block_number: number;
  block_hash: string;
  /** Reorgs undone so far: part of every event's id, so that a log that returns is a new event. */
  reorgs: Generated<number>;
  updated_at_ms: number;
}

/** Each chain event given to the engine and not taken back: what a reorg must remove. Owned by chain/. */
export interface ChainEventsTable {
  event_id: string;
  type: SessionChainEventType;
  session_id: string;
  block_number: number;
  block_hash: string;
  block_timestamp_seconds: number;
  transaction_hash: string;
  log_index: number;
}

/** Recent block headers, for parent-hash checks. Owned by chain/. */
export interface BlocksTable {
  number: number;
  hash: string;
  parent_hash: string;
  timestamp_seconds: number;
}

/** What is on the chain only as a hash, with its contents from the events. Owned by chain/. */
export interface ContentsTable {
  /** offerHash, tariffId or committeeId. */
  hash: string;
  kind: "offer" | "tariff" | "committee";
  content: JsonText;
  block_number: number;
}

/** Single facts that must outlive a restart; see `meta.ts`. */
export interface MetaTable {
  key: string;
  value: string;
}

/** Raw device messages kept as evidence of what was signed. */
export interface EvidenceTable {
  event_id: string;
  device_id: string;
  session_id: string | null;
  /** JSON array of reasons; empty for a clean message. */
  flags: JsonText;
  /** The socket frame, byte for byte. */
  raw: string;
  /** 1 when it fits no session and waits for a person. */
  quarantined: number;
  received_at_ms: number;
}

export interface Database {
  inbox: InboxTable;
  devices: DevicesTable;
  device_connectors: DeviceConnectorsTable;
  device_transactions: DeviceTransactionsTable;
  sessions: SessionsTable;
  statements: StatementsTable;
  statement_signatures: StatementSignaturesTable;
  commands: CommandsTable;
  device_reports: DeviceReportsTable;
  transactions: TransactionsTable;
  log_cursor: LogCursorTable;
  blocks: BlocksTable;
  chain_events: ChainEventsTable;
  contents: ContentsTable;
  evidence: EvidenceTable;
  meta: MetaTable;
}

export type SessionRow = Selectable<SessionsTable>;
export type StatementRow = Selectable<StatementsTable>;
export type StatementSignatureRow = Selectable<StatementSignaturesTable>;
export type CommandRow = Selectable<CommandsTable>;
export type TransactionRow = Selectable<TransactionsTable>;
export type NewTransactionRow = Insertable<TransactionsTable>;
