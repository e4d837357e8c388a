import {
  type Committee,
  type GraphqlOptions,
  graphqlRequest,
  queryReceipt,
  querySession,
  type Receipt,
  type SessionId,
  type SessionRecord,
} from "@openjoule/sdk";
import type { Address, Hex } from "viem";

/** A session with what people call its parts, as the subgraph has it. */
export interface SessionFacts {
  readonly record: SessionRecord;
  readonly evseId: string;
  readonly stationId: Hex;
  readonly stationName: string | undefined;
  readonly stationAddress: string | undefined;
  readonly stationCity: string | undefined;
  readonly token: Address | undefined;
  readonly symbol: string | undefined;
  readonly decimals: number | undefined;
  /** Undefined when the committee has never been active: then no session opens. */
  readonly committee: Committee | undefined;
  /** Where the committee's operators say that their oracles answer. */
  readonly endpoints: readonly string[];
  readonly openedTransaction: Hex;
  readonly receipt: Receipt | undefined;
  /** Up to when the subgraph has read the chain, UTC seconds. */
  readonly asOf: number;
}

const factsQuery = `query SessionFacts($id: ID!) {
  session(id: $id) {
    openedTransaction
    evse { evseId } station { id name address city } currency { token symbol decimals }
    committee { threshold feeBps memberAddresses members(first: 16, orderBy: id) { operator { endpoint } } }
  }
  _meta { block { timestamp } }
}`;

interface FactsRow {
  readonly openedTransaction: Hex;
  readonly evse: { readonly evseId: string };
  readonly station: {
    readonly id: Hex;
    readonly name: string | null;
    readonly address: string | null;
    readonly city: string | null;
  };
  readonly currency: {
    readonly token: Address | null;
    readonly symbol: string | null;
    readonly decimals: number | null;
  };
  readonly committee: {
    readonly threshold: number | null;
    readonly feeBps: number | null;
    readonly memberAddresses: readonly Address[] | null;
    readonly members: readonly { readonly operator: { readonly endpoint: string } }[];
  };
}

/** Undefined when the subgraph does not know the session (yet). Throws what `graphqlRequest` throws. */
export async function querySessionFacts(
  url: string,
  id: SessionId,
  options?: GraphqlOptions,
): Promise<SessionFacts | undefined> {
  type Data = { readonly session: FactsRow | null; readonly _meta: { readonly block: { readonly timestamp: number } } };
  const variables = { id: id.toLowerCase() };
  const [record, { session, _meta }] = await Promise.all([
    querySession(url, id, options),
    graphqlRequest<Data>(url, factsQuery, variables, options),
  ]);
  if (record === undefined || session === null) return undefined;
  const { threshold, feeBps, memberAddresses, members } = session.committee;
  const { name, address, city } = session.station;
  return {
    record,
    evseId: session.evse.evseId,
    stationId: session.station.id,
    stationName: name ?? undefined,
    stationAddress: address ?? undefined,
    stationCity: city ?? undefined,
    token: session.currency.token ?? undefined,
    symbol: session.currency.symbol ?? undefined,
    decimals: session.currency.decimals ?? undefined,
    committee:
      threshold === null || feeBps === null || memberAddresses === null
        ? undefined
        : { threshold, feeBps, members: memberAddresses },
    endpoints: members.map(({ operator }) => operator.endpoint),
    openedTransaction: session.openedTransaction,
    receipt: record.status === "Open" ? undefined : await queryReceipt(url, id, options),
    asOf: _meta.block.timestamp,
  };
}
