/**
 * What travels between the gateway (sockets) and the core (decisions), in words of no one protocol.
 *
 * Pure data: everything here survives JSON, so that the same events and commands go through memory or a broker. Energies are
 * whole Wh, powers W, times UTC seconds unless the name says `Ms`. `null` means: the device did not say it, or said something
 * unreadable (then a flag says so).
 */
import { z } from "zod";
import {
  authorizationStatusSchema,
  chargingProfileSchema,
  commandAnswerSchema,
  commandRefusalSchema,
  stationCommandSchemas,
} from "./station-commands.ts";

export type { AuthorizationStatus } from "./station-commands.ts";
export { authorizationStatusSchema } from "./station-commands.ts";

const seconds = z.number().int();
const connectorId = z.number().int().nonnegative();
const energyWh = z.number().int();
/** What a device says of itself, in its own words; a flag says where it was cut. */
const deviceText = z.string().max(255);

/** The message as it came from the device, kept as evidence. `frame` is the text of the socket frame, byte for byte. */
export const rawMessageSchema = z.object({
  protocol: z.string(),
  /** The protocol's own id of the message. A retry may carry the same or a new one: never a key. */
  messageId: z.string().max(64),
  action: deviceText,
  frame: z.string(),
});
export type RawMessage = z.infer<typeof rawMessageSchema>;

const eventBase = {
  /**
   * Key for the inbox, 64 hex digits. Transaction-related events (started, meterValues, stopped): hash of device and content,
   * so a retry with a new message id is the same event. All others: unique per message received, because "Available" twice
   * with a stopped clock is twice a fact. A redelivery by the bus always keeps the id.
   */
  eventId: z.string().regex(/^[0-9a-f]{64}$/),
  deviceId: z.string().min(1),
  /** One socket's life. A newer connection of the same device has another id. */
  connectionId: z.string().min(1),
  /** The gateway's clock on arrival. */
  receivedAtMs: z.number().int().nonnegative(),
  raw: rawMessageSchema.nullable(),
  /** Why this message was tolerated although it was not as the protocol wants it; empty for a clean one. */
  flags: z.array(z.string()),
};

export const sampleContextSchema = z.enum([
  "begin",
  "end",
  "periodic",
  "clock",
  "trigger",
  "interruptionBegin",
  "interruptionEnd",
  "other",
]);
export type SampleContext = z.infer<typeof sampleContextSchema>;

/** One reading at one time, the phases already summed. */
export const meterSampleSchema = z.object({
  timestampSeconds: seconds.nullable(),
  context: sampleContextSchema,
  /** The register Energy.Active.Import.Register in Wh: cumulative in some epoch, not always the connector's lifetime. */
  energyWh: energyWh.nullable(),
  /** Power.Active.Import in W. */
  powerW: z.number().int().nullable(),
  socPercent: z.number().nullable(),
});
export type MeterSample = z.infer<typeof meterSampleSchema>;

export const connectorStatusSchema = z.enum([
  "available",
  "preparing",
  "charging",
  "suspendedEvse",
  "suspendedEv",
  "finishing",
  "reserved",
  "unavailable",
  "faulted",
  /** OCPP 2.x says no more than this. */
  "occupied",
]);
export type ConnectorStatus = z.infer<typeof connectorStatusSchema>;

export const stopReasonSchema = z.enum([
  "local",
  "remote",
  "evDisconnected",
  "deAuthorized",
  "emergencyStop",
  "powerLoss",
  "reboot",
  "unlockCommand",
  "other",
]);
export type StopReason = z.infer<typeof stopReasonSchema>;

export const connectedEventSchema = z.object({
  ...eventBase,
  type: z.literal("connected"),
  protocol: z.string(),
  remoteAddress: z.string(),
});
/** The socket of the device is gone. Not sent for a socket that a newer one of the same device has replaced. */
export const disconnectedEventSchema = z.object({
  ...eventBase,
  type: z.literal("disconnected"),
  code: z.number().int(),
  reason: deviceText,
});
export const bootedEventSchema = z.object({
  ...eventBase,
  type: z.literal("booted"),
  vendor: deviceText,
  model: deviceText,
  serial: deviceText.nullable(),
  firmware: deviceText.nullable(),
});
export const heartbeatEventSchema = z.object({ ...eventBase, type: z.literal("heartbeat") });
export const statusEventSchema = z.object({
  ...eventBase,
  type: z.literal("status"),
  /** 0: the charge point as a whole. */
  connectorId,
  status: connectorStatusSchema,
  /** The device's own word, null when there is no error. */
  errorCode: deviceText.nullable(),
  timestampSeconds: seconds.nullable(),
});
export const authorizeEventSchema = z.object({ ...eventBase, type: z.literal("authorize"), idToken: deviceText });
export const transactionStartedEventSchema = z.object({
  ...eventBase,
  type: z.literal("transactionStarted"),
  connectorId: connectorId.nullable(),
  /** Set when the device chooses the id (OCPP 2.x); null when the network has to (OCPP 1.6). */
  transactionId: deviceText.nullable(),
  idToken: deviceText.nullable(),
  meterStartWh: energyWh.nullable(),
  timestampSeconds: seconds.nullable(),
  reservationId: z.number().int().nullable(),
});
export const meterValuesEventSchema = z.object({
  ...eventBase,
  type: z.literal("meterValues"),
  connectorId: connectorId.nullable(),
  transactionId: deviceText.nullable(),
  /** In the order of the message; it may be neither sorted nor unique by time. */
  samples: z.array(meterSampleSchema),
  /** Signed readings (OCMF or the maker's own), verbatim. */
  signedMeterValues: z.array(z.string()),
});
export const transactionStoppedEventSchema = z.object({
  ...eventBase,
  type: z.literal("transactionStopped"),
  /** As the device said it: may be unknown, "0", "-1", or null. Always answered. */
  transactionId: deviceText.nullable(),
  meterStopWh: energyWh.nullable(),
  timestampSeconds: seconds.nullable(),
  reason: stopReasonSchema,
  idToken: deviceText.nullable(),
  samples: z.array(meterSampleSchema),
  signedMeterValues: z.array(z.string()),
});

/** What a device reports of itself between sessions. */
export const reportKindSchema = z.enum([
  "firmware",
  "diagnostics",
  "log",
  /** A security event; `status` is its type. */
  "security",
  /** The device asks for a certificate; `detail` is the PKCS #10 request in PEM. */
  "certificateRequest",
  /** The maker's own; `status` is the vendor and `detail` what it says. */
  "dataTransfer",
]);
export type ReportKind = z.infer<typeof reportKindSchema>;
export const reportedEventSchema = z.object({
  ...eventBase,
  type: z.literal("reported"),
  kind: reportKindSchema,
  /** In the device's words. */
  status: deviceText,
  /** Of the command that it answers. */
  requestId: z.number().int().nullable(),
  detail: z.string().max(5_500).nullable(),
  timestampSeconds: seconds.nullable(),
});

/** Gateway → core. */
export const deviceEventSchema = z.discriminatedUnion("type", [
  connectedEventSchema,
  disconnectedEventSchema,
  bootedEventSchema,
  heartbeatEventSchema,
  statusEventSchema,
  authorizeEventSchema,
  transactionStartedEventSchema,
  meterValuesEventSchema,
  transactionStoppedEventSchema,
  reportedEventSchema,
]);
export type DeviceEvent = z.infer<typeof deviceEventSchema>;
export type DeviceEventType = DeviceEvent["type"];
export type DeviceEventOf<T extends DeviceEventType> = Extract<DeviceEvent, { type: T }>;

/** The core has the event durably and there is nothing to say. */
export const takenReplySchema = z.object({ type: z.literal("taken") });
export const bootReplySchema = z.object({
  type: z.literal("boot"),
  status: z.enum(["accepted", "pending", "rejected"]),
  /** Heartbeat interval when accepted, else how long to wait before the next boot notification (OCPP 1.6 §4.2). */
  intervalSeconds: z.number().int().positive(),
});
/** The token's group: another token of it may end what this one began (OCPP 1.6 §3.10). */
const parentIdToken = z.string().max(20).nullable().optional();
export const authorizationReplySchema = z.object({
  type: z.literal("authorization"),
  status: authorizationStatusSchema,
  expiresAtSeconds: seconds.nullable(),
  parentIdToken,
});
export const transactionReplySchema = z.object({
  type: z.literal("transaction"),
  /** For OCPP 1.6 the decimal form of a positive 32-bit integer. The same for every copy of the same start. */
  transactionId: z.string(),
  status: authorizationStatusSchema,
  expiresAtSeconds: seconds.nullable().optional(),
  parentIdToken,
});

/** Core → gateway: the answer to one event, given only after the event is durably taken. */
export const deviceEventReplySchema = z.discriminatedUnion("type", [
  takenReplySchema,
  bootReplySchema,
  authorizationReplySchema,
  transactionReplySchema,
]);
export type DeviceEventReply = z.infer<typeof deviceEventReplySchema>;

/** Which reply belongs to which event. */
export type DeviceEventReplies = {
  connected: z.infer<typeof takenReplySchema>;
  disconnected: z.infer<typeof takenReplySchema>;
  booted: z.infer<typeof bootReplySchema>;
  heartbeat: z.infer<typeof takenReplySchema>;
  status: z.infer<typeof takenReplySchema>;
  authorize: z.infer<typeof authorizationReplySchema>;
  transactionStarted: z.infer<typeof transactionReplySchema>;
  meterValues: z.infer<typeof takenReplySchema>;
  transactionStopped: z.infer<typeof takenReplySchema>;
  reported: z.infer<typeof takenReplySchema>;
};
export const replyTypeOf: { readonly [T in DeviceEventType]: DeviceEventReplies[T]["type"] } = {
  connected: "taken",
  disconnected: "taken",
  booted: "boot",
  heartbeat: "taken",
  status: "taken",
  authorize: "authorization",
  transactionStarted: "transaction",
  meterValues: "taken",
  transactionStopped: "taken",
  reported: "taken",
};

const commandBase = { commandId: z.string().min(1), deviceId: z.string().min(1) };

/** Core → gateway. Commands to one device are sent one at a time; those that stop or protect overtake the others. */
export const deviceCommandSchema = z.discriminatedUnion("type", [
  z.object({
    ...commandBase,
    type: z.literal("remoteStart"),
    connectorId: connectorId.nullable(),
    idToken: z.string(),
    /** For the transaction that it begins; it names none. */
    profile: chargingProfileSchema.optional(),
  }),
  z.object({ ...commandBase, type: z.literal("remoteStop"), transactionId: z.string() }),
  ...stationCommandSchemas,
]);
export type DeviceCommand = z.infer<typeof deviceCommandSchema>;
export type DeviceCommandType = DeviceCommand["type"];
export type DeviceCommandOf<T extends DeviceCommandType> = Extract<DeviceCommand, { type: T }>;

/**
 * What became of a command. `accepted` and `rejected` are the device's words; `timeout`: sent, no answer in time (it may still
 * act on it); `offline`: no connection, nothing was sent.
 */
export const deviceCommandResultSchema = z.object({
  commandId: z.string(),
  outcome: z.enum(["accepted", "rejected", "timeout", "offline"]),
  /** The device's own status word or error code, for the log. */
  detail: deviceText,
  /** Why, of a command that was rejected. */
  refusal: commandRefusalSchema.optional(),
  /** Of a command that asks for something. */
  answer: commandAnswerSchema.optional(),
});
export type DeviceCommandResult = z.infer<typeof deviceCommandResultSchema>;

/** The gateway's end of the bus. */
export interface GatewayBus {
  /**
   * Resolves with the core's reply once the core has the event durably; rejects if it has not (the device must then be left
   * to retry). Events of one device are delivered one at a time in the order of these calls.
   */
  publish<E extends DeviceEvent>(event: E): Promise<DeviceEventReplies[E["type"]]>;
  /**
   * A handler of commands: "offline" for a device it does not hold, so that several gateways can share a bus. It never throws
   * for a device's sake: failures are results. Returns a function that detaches it.
   */
  onCommand(handler: (command: DeviceCommand) => Promise<DeviceCommandResult>): () => void;
}

/** The core's end of the bus. */
export interface CoreBus {
  /**
   * One handler, called one event at a time per device. It must be idempotent by `eventId` (delivery is at least once) and
   * resolve only when the event is durable. `replyTypeOf` says which reply an event needs. Returns a function that detaches it.
   */
  onEvent(handler: (event: DeviceEvent) => Promise<DeviceEventReply>): () => void;
  /** Never rejects for a device's sake; see `DeviceCommandResult`. */
  send(command: DeviceCommand): Promise<DeviceCommandResult>;
}
