/**
 * What may be asked of a charge point beside starting and stopping: configuration, reservations, local list, charging profiles,
 * firmware, logs, certificates. In words of no one protocol; what a protocol cannot say is refused as not sent. A member that may
 * be left out is null. Times UTC seconds, durations seconds, limits A or W.
 */
import { z } from "zod";

/** UTC seconds that ISO 8601 writes with four digits of a year. */
export const secondsSchema = z.number().int().min(0).max(253_402_300_799);
const seconds = secondsSchema;
const id = z.number().int();
const connectorId = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
const maybe = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);

const retrying = { retries: maybe(count), retryIntervalSeconds: maybe(count) };
/** Where a charge point fetches or puts a file: an URL with what it needs to log in. */
const location = z.url().max(512);

export const authorizationStatusSchema = z.enum(["accepted", "blocked", "expired", "invalid", "concurrentTx"]);
export type AuthorizationStatus = z.infer<typeof authorizationStatusSchema>;

/** OCPP 1.6 §7.8 and §7.13. */
export const chargingScheduleSchema = z.object({
  durationSeconds: maybe(count),
  startAtSeconds: maybe(seconds),
  unit: z.enum(["A", "W"]),
  /** Below this the vehicle charges badly; same unit, steps of 0.1. */
  minimum: maybe(z.number().nonnegative()),
  periods: z
    .array(
      z.object({
        /** After the schedule's start. */
        startSeconds: count,
        /** In the schedule's unit, steps of 0.1. */
        limit: z.number().nonnegative(),
        phases: maybe(z.number().int().min(1).max(3)),
      }),
    )
    .min(1),
});
export type ChargingSchedule = z.infer<typeof chargingScheduleSchema>;

export const chargingProfilePurposeSchema = z.enum(["chargePointMax", "txDefault", "tx"]);
export const chargingProfileSchema = z.object({
  profileId: id,
  /** The higher one wins (§3.13.2). */
  stackLevel: count,
  purpose: chargingProfilePurposeSchema,
  kind: z.enum(["absolute", "recurring", "relative"]),
  recurrency: maybe(z.enum(["daily", "weekly"])),
  validFromSeconds: maybe(seconds),
  validToSeconds: maybe(seconds),
  transactionId: maybe(z.string()),
  schedule: chargingScheduleSchema,
});
export type ChargingProfile = z.infer<typeof chargingProfileSchema>;

/** What names an installed certificate (OCPP security whitepaper, CertificateHashDataType). */
export const certificateHashSchema = z.object({
  algorithm: z.enum(["SHA256", "SHA384", "SHA512"]),
  issuerNameHash: z.string().max(128),
  issuerKeyHash: z.string().max(128),
  serialNumber: z.string().max(40),
});
export type CertificateHash = z.infer<typeof certificateHashSchema>;
export const certificateTypeSchema = z.enum(["centralSystemRoot", "manufacturerRoot"]);

export const localListEntrySchema = z.object({
  idToken: z.string().min(1).max(20),
  /** Null in a differential update: the token leaves the list (§5.15). */
  authorization: maybe(
    z.object({
      status: authorizationStatusSchema,
      expiresAtSeconds: maybe(seconds),
      parentIdToken: maybe(z.string().max(20)),
    }),
  ),
});

const commandBase = { commandId: z.string().min(1), deviceId: z.string().min(1) };
const command = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ ...commandBase, type: z.literal(type), ...shape });

export const stationCommandSchemas = [
  command("trigger", {
    message: z.enum(["status", "meterValues", "boot", "heartbeat", "diagnosticsStatus", "firmwareStatus"]),
    connectorId: maybe(connectorId),
  }),
  /** Connector 0: the charge point as a whole. */
  command("changeAvailability", { connectorId, operative: z.boolean() }),
  command("reset", { kind: z.enum(["soft", "hard"]) }),
  command("unlock", { connectorId }),
  command("clearCache", {}),
  command("changeConfiguration", { key: z.string().min(1).max(50), value: z.string().max(500) }),
  /** No keys: all of them. */
  command("getConfiguration", { keys: z.array(z.string().min(1).max(50)).default([]) }),
  command("dataTransfer", {
    vendorId: z.string().max(255),
    messageId: maybe(z.string().max(50)),
    data: maybe(z.string()),
  }),
  command("reserve", {
    /** 0: any connector, where the charge point allows it. */
    connectorId,
    expiresAtSeconds: seconds,
    idToken: z.string().min(1).max(20),
    parentIdToken: maybe(z.string().max(20)),
    reservationId: id,
  }),
  command("cancelReservation", { reservationId: id }),
  command("getLocalListVersion", {}),
  command("sendLocalList", {
    version: z.number().int().positive(),
    update: z.enum(["full", "differential"]),
    entries: z.array(localListEntrySchema).default([]),
  }),
  /** Connector 0: the charge point as a whole. */
  command("setChargingProfile", { connectorId, profile: chargingProfileSchema }),
  /** What is null does not narrow. */
  command("clearChargingProfile", {
    profileId: maybe(id),
    connectorId: maybe(connectorId),
    purpose: maybe(chargingProfilePurposeSchema),
    stackLevel: maybe(count),
  }),
  command("getCompositeSchedule", { connectorId, durationSeconds: count, unit: maybe(z.enum(["A", "W"])) }),
  command("updateFirmware", { location, retrieveAtSeconds: seconds, ...retrying }),
  command("signedUpdateFirmware", {
    requestId: id,
    location,
    retrieveAtSeconds: seconds,
    installAtSeconds: maybe(seconds),
    /** PEM. */
    signingCertificate: z.string().max(5_500),
    /** Base64. */
    signature: z.string().max(800),
    ...retrying,
  }),
  command("getDiagnostics", { location, fromSeconds: maybe(seconds), toSeconds: maybe(seconds), ...retrying }),
  command("getLog", {
    requestId: id,
    log: z.enum(["diagnostics", "security"]),
    location,
    fromSeconds: maybe(seconds),
    toSeconds: maybe(seconds),
    ...retrying,
  }),
  /** PEM, leaf first; the answer to a certificate request of the charge point's. */
  command("certificateSigned", { certificateChain: z.string().min(1).max(10_000) }),
  command("installCertificate", { certificateType: certificateTypeSchema, certificate: z.string().min(1).max(5_500) }),
  command("deleteCertificate", { certificate: certificateHashSchema }),
  command("getInstalledCertificates", { certificateType: certificateTypeSchema }),
  /** The security extension's own trigger. */
  command("extendedTrigger", {
    message: z.enum(["boot", "logStatus", "firmwareStatus", "heartbeat", "meterValues", "signCertificate", "status"]),
    connectorId: maybe(connectorId),
  }),
] as const;
export const stationCommandSchema = z.discriminatedUnion("type", stationCommandSchemas);
export type StationCommand = z.infer<typeof stationCommandSchema>;

/** Omit that keeps a union a union. */
type WithoutIds<C> = C extends unknown ? Omit<C, "commandId" | "deviceId"> : never;
/** What to do, without for whom. */
export type StationOrder = WithoutIds<StationCommand>;
/** As JSON says it: what may be left out is left out. */
export type StationOrderInput = WithoutIds<z.input<typeof stationCommandSchema>>;
const orders = stationCommandSchemas.map(({ shape: { commandId: _, deviceId: __, ...shape } }) =>
  z.object(shape as z.ZodRawShape & { type: z.ZodLiteral<string> }),
);
export const stationOrderSchema = z.discriminatedUnion(
  "type",
  orders as [(typeof orders)[number], ...typeof orders],
) as unknown as z.ZodType<StationOrder, StationOrderInput>;

/** Why a command was not carried out, in words of no one protocol. */
export const commandRefusalSchema = z.enum([
  /** Nothing more was said. */
  "rejected",
  "occupied",
  "faulted",
  "unavailable",
  /** The device has no such function, key or message. */
  "notSupported",
  "unlockFailed",
  "failed",
  "versionMismatch",
  "unknownVendor",
  "unknownMessage",
  "unknownProfile",
  "notFound",
  "invalidCertificate",
  "revokedCertificate",
  /** The device answered with an error; `detail` has its code. */
  "error",
  /** The device answered with something else than an answer. */
  "unreadableAnswer",
  /** The protocol cannot say it, or too many wait: nothing was sent. */
  "notSent",
]);
export type CommandRefusal = z.infer<typeof commandRefusalSchema>;

/** What a device told in its answer, beside yes or no. */
export const commandAnswerSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("configuration"),
    known: z.array(z.object({ key: z.string(), value: z.string().nullable(), readonly: z.boolean() })),
    unknown: z.array(z.string()),
  }),
  z.object({ type: z.literal("dataTransfer"), data: z.string().nullable() }),
  /** −1: the device has no local list; 0: it is empty (§5.10). */
  z.object({ type: z.literal("localListVersion"), version: z.number().int() }),
  z.object({
    type: z.literal("compositeSchedule"),
    connectorId: connectorId.nullable(),
    startAtSeconds: seconds.nullable(),
    schedule: chargingScheduleSchema.nullable(),
  }),
  /** Null: the device has nothing to send. */
  z.object({ type: z.literal("file"), name: z.string().nullable() }),
  z.object({ type: z.literal("certificates"), certificates: z.array(certificateHashSchema) }),
]);
export type CommandAnswer = z.infer<typeof commandAnswerSchema>;
