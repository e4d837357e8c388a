import { type Address, type Hex, zeroHash } from "viem";
import { type GraphqlOptions, graphqlRequest } from "./graphql.ts";
import {
  type OfferRow,
  offerFields,
  type TariffRow,
  type Text,
  tariffFields,
  toOffer,
  toPricing,
  toTerms,
} from "./query-rows.ts";
import type { Tariff } from "./tariff.ts";
import type { Offer, Session, SessionId } from "./types.ts";

/** A session from the subgraph, with everything that topping up, stopping and closing it take. */
export interface SessionRecord {
  readonly sessionId: SessionId;
  readonly status: "Open" | "Settled" | "Closed";
  readonly session: Session;
  readonly offer: Offer;
  readonly tariff: Tariff;
  /** Deposit and top-ups, base units; zero once it has ended. */
  readonly locked: bigint;
  /** UTC seconds; undefined while nobody has asked for the end. */
  readonly stopRequestedAt: number | undefined;
  /** From then on anybody may `close` it, UTC seconds. */
  readonly closableFrom: number;
  /** By the last statement that the contract has seen; zero without one. */
  readonly energyWh: number;
  readonly cost: bigint;
}

export const sessionQuery = `query Session($id: ID!) {
  session(id: $id) {
    status parentHash driver { id } deposit counter openedAt maxSeconds extras
    locked stopRequestedAt closableFrom energyWh cost
    offer { ${offerFields} } tariff { ${tariffFields} }
  }
}`;

interface SessionRow
  extends Text<"deposit" | "counter" | "openedAt" | "maxSeconds" | "locked" | "closableFrom" | "energyWh" | "cost"> {
  readonly status: SessionRecord["status"];
  readonly parentHash: Hex;
  readonly driver: { readonly id: Address };
  readonly extras: Hex | null;
  readonly stopRequestedAt: string | null;
  readonly offer: OfferRow;
  readonly tariff: TariffRow;
}

/** A session by its id; undefined when the subgraph does not know it (yet). Throws what `graphqlRequest` throws. */
export async function querySession(
  url: string,
  sessionId: SessionId,
  options?: GraphqlOptions,
): Promise<SessionRecord | undefined> {
  const variables = { id: sessionId.toLowerCase() };
  const { session } = await graphqlRequest<{ session: SessionRow | null }>(url, sessionQuery, variables, options);
  return session === null ? undefined : toRecord(sessionId, session);
}

function toRecord(sessionId: SessionId, row: SessionRow): SessionRecord {
  return {
    sessionId,
    status: row.status,
    session: {
      offerHash: row.offer.id,
      parentHash: row.parentHash,
      driver: row.driver.id,
      deposit: BigInt(row.deposit),
      counter: Number(row.counter),
      openedAt: Number(row.openedAt),
      maxSeconds: Number(row.maxSeconds),
      extras: row.extras ?? zeroHash,
    },
    offer: toOffer(row.offer),
    tariff: { terms: toTerms(row.tariff), pricing: toPricing(row.tariff) },
    locked: BigInt(row.locked),
    stopRequestedAt: row.stopRequestedAt === null ? undefined : Number(row.stopRequestedAt),
    closableFrom: Number(row.closableFrom),
    energyWh: Number(row.energyWh),
    cost: BigInt(row.cost),
  };
}
