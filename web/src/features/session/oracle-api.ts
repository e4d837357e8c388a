import { type CompactSignature, decodeStatement, type SessionId, type Statement, toStopReason } from "@openjoule/sdk";
import type { Address, Hex } from "viem";

/** Where a session is, in the oracle's words (oracle/api/schemas.ts, status). */
export type OraclePhase =
  | "starting"
  | "charging"
  | "stopping"
  | "final"
  | "settling"
  | "settled"
  | "closed"
  | "abandoned"
  | "halted";

/** A session as its oracle sees it now. Money in base units, times UTC seconds. */
export interface OracleSession {
  readonly phase: OraclePhase;
  readonly energyWh: number;
  readonly powerW: number | undefined;
  readonly socPercent: number | undefined;
  readonly chargingSeconds: number;
  readonly idleSeconds: number;
  readonly cost: bigint;
  readonly locked: bigint;
  readonly stopReason: number | undefined;
  readonly settlementTransaction: Hex | undefined;
  readonly updatedAt: number;
}

/** A statement that a quorum has signed, as the oracle hands it out. */
export interface SignedStatement {
  readonly sessionId: SessionId;
  readonly statement: Statement;
  /** By ascending operator. */
  readonly signatures: readonly (CompactSignature & { readonly operator: Address })[];
  /** By the oracle's own reckoning, base units. */
  readonly cost: bigint;
  readonly signedAt: number;
}

/** The hardware of an EVSE, in the oracle's words. */
export interface OracleEvse {
  readonly connected: boolean;
  readonly status: string | undefined;
}

/** The oracle has answered, and the answer is no. */
export class OracleRefusal extends Error {
  override readonly name = "OracleRefusal";
  readonly status: number;
  constructor(status: number, text: string) {
    super(`HTTP ${status}: ${text.slice(0, 300)}`);
    this.status = status;
  }
}

/** How long an oracle may take to answer, milliseconds. */
const TIMEOUT_MS = 8_000;

/** What an oracle says, read with care: it is somebody else's server. */
export function createOracleApi(baseUrl: string) {
  const sessionPath = (id: SessionId) => `${baseUrl}/sessions/${id.toLowerCase()}`;

  async function get(url: string): Promise<unknown> {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { accept: "application/json" },
    });
    if (!response.ok) throw new OracleRefusal(response.status, await response.text());
    return response.json();
  }

  return {
    baseUrl,
    session: async (id: SessionId): Promise<OracleSession> => readSession(await get(sessionPath(id))),
    evse: async (key: bigint): Promise<OracleEvse> => readEvse(await get(`${baseUrl}/evses/${key}`)),
    /** Server-sent events: `state` and `statement`. */
    events: (id: SessionId, afterSequence: number) =>
      new EventSource(`${sessionPath(id)}/events?lastEventId=${afterSequence}`),
    /** Asks for the end with the driver's signature; throws `OracleRefusal` or a network error. */
    async stop(id: SessionId, request: { readonly deadline: number; readonly signature: Hex }): Promise<void> {
      const response = await fetch(`${sessionPath(id)}/stop`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw new OracleRefusal(response.status, await response.text());
    },
  };
}

export type OracleApi = ReturnType<typeof createOracleApi>;

/**
 * Oracles that may know a session, in the order to ask them: where its operators say that they answer, then this site's.
 * What is no http(s) URL is left out.
 */
export function oracleUrls(endpoints: readonly string[], ownUrl: string): readonly string[] {
  const usable = endpoints.filter((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ""));
  return [...new Set([...usable, ownUrl].map((url) => url.replace(/\/+$/, "")))];
}

const phases: readonly string[] = [
  "starting",
  "charging",
  "stopping",
  "final",
  "settling",
  "settled",
  "closed",
  "abandoned",
  "halted",
] satisfies OraclePhase[];

/** Throws when it is not what the oracle's OpenAPI document promises. */
export function readSession(json: unknown): OracleSession {
  const given = json as Record<string, unknown>;
  const phase = String(given.status);
  if (!phases.includes(phase)) throw new Error(`the oracle says status ${phase}`);
  return {
    phase: phase as OraclePhase,
    energyWh: Number(given.energyWh),
    powerW: optionalNumber(given.powerW),
    socPercent: optionalNumber(given.socPercent),
    chargingSeconds: Number(given.chargingSeconds),
    idleSeconds: Number(given.idleSeconds),
    cost: BigInt(given.cost as string),
    locked: BigInt(given.deposit as string),
    stopReason: optionalNumber(given.stopReason),
    settlementTransaction: (given.settlementTransactionHash ?? undefined) as Hex | undefined,
    updatedAt: Number(given.updatedAtSeconds),
  };
}

/** Throws like `readSession`. */
export function readStatementBody(json: unknown): SignedStatement {
  const given = json as Record<string, unknown>;
  const statement = decodeStatement({
    sequence: Number(given.sequence),
    stopReason: toStopReason(Number(given.stopReason)),
    waived: BigInt(given.waived as string),
    evidence: given.evidence as Hex,
    periods: (given.periods as string[]).map(BigInt),
  });
  return {
    sessionId: given.sessionId as Hex,
    statement,
    signatures: (given.signatures as { operator: Address; r: Hex; vs: Hex }[]).map(({ operator, r, vs }) => ({
      operator,
      r,
      vs,
    })),
    cost: BigInt(given.cost as string),
    signedAt: Number(given.signedAtSeconds),
  };
}

function readEvse(json: unknown): OracleEvse {
  const { connected, status } = json as { connected: unknown; status: unknown };
  return { connected: connected === true, status: typeof status === "string" ? status : undefined };
}

const optionalNumber = (value: unknown) => (typeof value === "number" ? value : undefined);
