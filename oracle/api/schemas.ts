import { z } from "zod";
import { commandAnswerSchema, commandRefusalSchema, stationOrderSchema } from "../bus/station-commands.ts";
import { reportKindSchema } from "../bus/types.ts";

/**
 * What the API takes and gives, as zod: it validates requests and answers, and is the OpenAPI document. Money and packed
 * words are decimal strings, because JSON's numbers end at 2^53; hashes and addresses are hex.
 */

const hex = (bytes: number) =>
  z.string().regex(new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`), { error: `0x and ${bytes * 2} hex digits` });
const sessionId = hex(32).transform((text) => text.toLowerCase() as `0x${string}`);
const hash = hex(32);
const address = hex(20);
const decimal = z.string().regex(/^\d+$/);
const baseUnits = decimal.describe("Base units of the session's currency");
const uint256 = decimal.describe("uint256 in decimal");
const seconds = z.number().int().describe("UTC seconds");
const count = z.number().int().nonnegative();

export const sessionParams = z.object({ sessionId: sessionId.describe("The session's id on the chain") });

const integerText = (least: number, greatest: number) => {
  const error = `an integer from ${least} to ${greatest}`;
  return z
    .string()
    .regex(/^\d{1,10}$/, { error })
    .transform(Number)
    .refine((value) => value >= least && value <= greatest, { error });
};
export const statementsQuery = z.object({
  afterSequence: integerText(0, 4_294_967_295).optional().describe("Only statements with a higher sequence. Default 0"),
  limit: integerText(1, 500).optional().describe("At most so many. Default 100"),
});

export const eventsQuery = z.object({
  lastEventId: integerText(0, 4_294_967_295)
    .optional()
    .describe("Like the header Last-Event-ID, for clients that cannot set it; the header wins"),
});

export const sessionSchema = z
  .object({
    sessionId: hash,
    evse: uint256,
    driver: address,
    owner: address,
    committeeId: hash,
    currency: uint256,
    status: z
      .string()
      .describe(
        "Where the session is: starting, charging, stopping, final (waiting for signatures), settling, settled, closed, " +
          "abandoned (a reorg took the opening back), or halted (the oracle decides and signs nothing more for it; its device was " +
          "told to stop, and unless a person settles it, it ends by `close`)",
      ),
    openedAt: seconds,
    deposit: baseUnits.describe("The deposit with its top-ups, base units"),
    energyWh: count,
    powerW: z.number().int().nullable(),
    socPercent: z.number().nullable(),
    chargingSeconds: count,
    idleSeconds: count,
    cost: baseUnits.describe("By the tariff, up to now, base units"),
    stopReason: count.nullable().describe("StopReason of the contracts; null while it runs"),
    sequence: count.describe("Of the last signed statement, or zero"),
    settlementTransactionHash: hash.nullable(),
    updatedAtSeconds: seconds,
  })
  .describe("Live state of a session");
export type SessionBody = z.infer<typeof sessionSchema>;

export const statementSchema = z
  .object({
    sessionId: hash,
    sequence: count,
    stopReason: count.describe("StopReason of the contracts; 0 is not final"),
    waived: baseUnits,
    evidence: hash,
    periods: z
      .array(uint256)
      .describe("Packed as on the chain: kind (8 bits, lowest), energyWh (32), seconds (32), start (40)"),
    digest: hash.describe("The EIP-712 digest that was signed"),
    signatures: z
      .array(z.object({ operator: address, key: address, r: hash, vs: hash }))
      .describe("By ascending operator, compact form (EIP-2098)"),
    cost: baseUnits,
    signedAtSeconds: seconds,
  })
  .describe("A signed statement: with it a driver can settle alone");
export type StatementBody = z.infer<typeof statementSchema>;

export const statementsSchema = z.object({ statements: z.array(statementSchema) });

export const stopBody = z
  .object({
    deadline: z
      .number({ error: "a number of UTC seconds" })
      .int({ error: "whole UTC seconds" })
      .positive({ error: "UTC seconds" })
      .describe("UTC seconds until which the request counts; at most an hour ahead"),
    signature: z
      .string({ error: "0x and 130 hex digits" })
      .regex(/^0x[0-9a-fA-F]{130}$/, { error: "0x and 130 hex digits" })
      .transform((text) => text as `0x${string}`)
      .describe("The driver's EIP-712 signature over StopRequest(bytes32 sessionId,uint256 deadline)"),
  })
  .describe("The driver asks for the end of the session");

export const stopResultSchema = z.object({
  sessionId: hash,
  outcome: z.enum(["accepted", "already"]).describe("already: the session is stopping or has ended"),
});

const UINT256_MAX = 2n ** 256n - 1n;
const evseKey = z
  .string()
  .regex(/^(0x[0-9a-fA-F]{1,64}|\d{1,78})$/, { error: "an EVSE key, decimal or 0x hex" })
  .transform((text) => BigInt(text))
  .refine((key) => key <= UINT256_MAX, { error: "at most 256 bits" });

export const evseParams = z.object({ key: evseKey.describe("The EVSE's key on the chain, decimal or 0x hex") });

export const evsesQuery = z.object({
  after: evseKey.optional().describe("Only EVSEs behind this one: `next` of the page before"),
  limit: integerText(1, 1_000).optional().describe("At most so many. Default 1000"),
});

export const evseSchema = z
  .object({
    evse: uint256,
    connected: z.boolean().describe("Its hardware is connected now; if not, the rest is what was known last"),
    status: z
      .string()
      .nullable()
      .describe(
        "available, preparing, charging, suspendedEvse, suspendedEv, finishing, reserved, unavailable, faulted or occupied " +
          "(OCPP 1.6 §7.7, 2.0.1 ConnectorStatusEnumType); null while it has never said one",
      ),
    errorCode: z.string().nullable().describe("What is wrong, in the hardware's words"),
    sinceSeconds: seconds.nullable().describe("UTC seconds since when it says this status"),
    sessionId: hash.nullable().describe("The session that this oracle serves there now"),
    powerCapW: count.nullable().describe("Most power of that session, W"),
    powerW: z.number().int().nullable().describe("Power of that session by the meter's last value, W"),
  })
  .describe("The hardware of one EVSE");
export type EvseBody = z.infer<typeof evseSchema>;

export const evsesSchema = z.object({
  evses: z.array(evseSchema).describe("In the order of the keys' decimal text"),
  next: uint256.nullable().describe("`after` of the next page; null when this is the last"),
});

const deviceId = z.string().regex(/^[A-Za-z0-9*\-_=:+|@.]{1,48}$/, { error: "a device's id" });
const commandId = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/, { error: "1 to 64 letters, digits, or . _ : -" });

export const stationParams = z.object({ deviceId: deviceId.describe("The device's id, as it connects with") });
export const stationCommandParams = stationParams.extend({ commandId });

export const commandBody = z
  .object({
    commandId: commandId.describe("The caller's own: the same twice is one command"),
    expiresInSeconds: z
      .number()
      .int()
      .min(1)
      .max(2_592_000)
      .default(300)
      .describe("For how long it waits for a device that is away; then it is given up"),
    order: stationOrderSchema,
  })
  .describe("What a device is to do");

export const commandTakenSchema = z.object({
  commandId: z.string(),
  outcome: z.enum(["accepted", "already"]).describe("already: a command of this id was taken before"),
});

const reportSchema = z.object({
  kind: reportKindSchema,
  status: z.string().describe("In the device's words"),
  requestId: z.number().int().nullable(),
  detail: z.string().nullable(),
  timestampSeconds: seconds.nullable().describe("By the device's clock"),
  receivedAtMs: count,
});

export const commandViewSchema = z
  .object({
    commandId: z.string(),
    deviceId: z.string(),
    type: z.string(),
    state: z
      .enum(["waiting", "accepted", "rejected", "timeout", "offline", "expired"])
      .describe("waiting: not sent yet, or not answered; timeout: sent, and no answer came; expired: given up"),
    detail: z.string().nullable().describe("The device's own word, or why nothing was sent"),
    refusal: commandRefusalSchema.nullable(),
    answer: commandAnswerSchema.nullable(),
    createdAtMs: count,
    history: z.array(reportSchema).describe("How the work that it asked for went on, the oldest first"),
  })
  .describe("What became of a command");

export const reportsQuery = z.object({
  kind: reportKindSchema.optional(),
  limit: integerText(1, 500).optional().describe("At most so many. Default 100"),
});
export const reportsSchema = z.object({ reports: z.array(reportSchema).describe("The newest first") });

export const healthSchema = z.object({
  status: z.enum(["ok", "slow"]),
  eventLoopLagMs: z.number().describe("99th percentile since the last look"),
  uptimeSeconds: z.number(),
});

export const readinessSchema = z.object({
  status: z.enum(["ready", "notReady"]),
  checks: z.array(z.object({ name: z.string(), ready: z.boolean(), reason: z.string().nullable() })),
});
