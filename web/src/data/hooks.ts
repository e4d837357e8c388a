import {
  type EvseKey,
  queryBalances,
  queryCommittee,
  queryIndexed,
  queryReceipt,
  querySession,
  queryStation,
  queryStationIndex,
  queryStationsOfEvse,
  type SessionId,
  type StationId,
} from "@openjoule/sdk";
import type { Address, Hex } from "viem";
import { type SubgraphQueryOptions, useSubgraph } from "./subgraph.ts";

/** Every station with its EVSEs' status, and the tariffs they name. */
export const useStationIndex = () => useSubgraph(["station-index"], queryStationIndex, { every: 8_000 });

/** One station in full; `data.value` is undefined when the subgraph does not know it. */
export const useStation = (stationId: StationId, options?: SubgraphQueryOptions) =>
  useSubgraph(["station", String(stationId)], (url, given) => queryStation(url, stationId, given), options);

/** The stations that have an EVSE of an id as people read it. */
export const useStationsOfEvse = (evseId: string, options?: SubgraphQueryOptions) =>
  useSubgraph(["stations-of-evse", evseId], (url, given) => queryStationsOfEvse(url, evseId, given), options);

/** Who signs the meter; `data` is null while no operator has accepted to. */
export const useCommittee = (committeeId: Hex) =>
  useSubgraph(
    ["committee", committeeId],
    async (url, given) => (await queryCommittee(url, committeeId, given)) ?? null,
    {
      every: 60_000,
    },
  );

/** A session; `data` is null when the subgraph does not know it (yet). */
export const useSession = (sessionId: SessionId, options?: SubgraphQueryOptions) =>
  useSubgraph(
    ["session", sessionId],
    async (url, given) => (await querySession(url, sessionId, given)) ?? null,
    options,
  );

/** A receipt; `data` is null while the session is not over. Once there it never changes. */
export const useReceipt = (sessionId: SessionId, options?: SubgraphQueryOptions) =>
  useSubgraph(
    ["receipt", sessionId],
    async (url, given) => (await queryReceipt(url, sessionId, given)) ?? null,
    options,
  );

/** What an account has in the ledger. */
export const useBalances = (account: Address | undefined) =>
  useSubgraph(["balances", account], (url, given) => queryBalances(url, account as Address, given), {
    enabled: account !== undefined,
  });

/** How far the subgraph has read the chain. */
export const useIndexed = () => useSubgraph(["indexed"], queryIndexed, { every: 4_000 });

/** A station's id is its EVSE's key without the index in the low 16 bits. */
export const stationOf = (evse: EvseKey): StationId => (evse >> 16n) << 16n;
