import { type GraphqlOptions, graphqlRequest, type ListedCurrency, type StopReasonName } from "@openjoule/sdk";
import type { Address, Hex } from "viem";

/** One of a driver's sessions, as a list shows it. Money in base units of `currency`, times UTC seconds. */
export interface SessionListing {
  readonly sessionId: Hex;
  readonly status: "Open" | "Settled" | "Closed";
  readonly evseId: string;
  readonly stationName: string | undefined;
  readonly city: string | undefined;
  readonly openedAt: number;
  readonly energyWh: number;
  /** What was paid; while it is open, what the chain has seen signed. */
  readonly cost: bigint;
  /** Deposit and top-ups while it is open. */
  readonly locked: bigint;
  /** Undefined while it is open. */
  readonly refund: bigint | undefined;
  readonly stopReason: StopReasonName | undefined;
  readonly currency: ListedCurrency;
}

const sessionsQuery = `query DriverSessions($driver: ID!, $first: Int!) {
  sessions(first: $first, orderBy: openedAt, orderDirection: desc, where: { driver: $driver }) {
    id status openedAt energyWh cost locked
    evse { evseId } station { name city } currency { token symbol decimals }
    receipt { cost energyWh refund stopReason }
  }
}`;

interface Row {
  readonly id: Hex;
  readonly status: SessionListing["status"];
  readonly openedAt: string;
  readonly energyWh: string;
  readonly cost: string;
  readonly locked: string;
  readonly evse: { readonly evseId: string };
  readonly station: { readonly name: string | null; readonly city: string | null };
  readonly currency: {
    readonly token: Address | null;
    readonly symbol: string | null;
    readonly decimals: number | null;
  };
  readonly receipt: {
    readonly cost: string;
    readonly energyWh: string;
    readonly refund: string;
    readonly stopReason: StopReasonName | null;
  } | null;
}

/** A driver's sessions, the newest first, at most `first`. Throws what `graphqlRequest` throws. */
export async function queryDriverSessions(
  url: string,
  driver: Address,
  first: number,
  options?: GraphqlOptions,
): Promise<readonly SessionListing[]> {
  const variables = { driver: driver.toLowerCase(), first };
  const { sessions } = await graphqlRequest<{ sessions: Row[] }>(url, sessionsQuery, variables, options);
  return sessions.map(toListing);
}

export function toListing({ id, status, evse, station, currency, receipt, ...row }: Row): SessionListing {
  return {
    sessionId: id,
    status,
    evseId: evse.evseId,
    stationName: station.name ?? undefined,
    city: station.city ?? undefined,
    openedAt: Number(row.openedAt),
    energyWh: Number(receipt?.energyWh ?? row.energyWh),
    cost: BigInt(receipt?.cost ?? row.cost),
    locked: BigInt(row.locked),
    refund: receipt === null ? undefined : BigInt(receipt.refund),
    stopReason: receipt?.stopReason ?? undefined,
    currency: {
      token: currency.token ?? undefined,
      symbol: currency.symbol ?? undefined,
      decimals: currency.decimals ?? undefined,
    },
  };
}
