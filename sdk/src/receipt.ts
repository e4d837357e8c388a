import type { Address, Hex } from "viem";
import type { CostLines } from "./cost.ts";
import { type GraphqlOptions, graphqlRequest } from "./graphql.ts";
import type { StopReasonName } from "./stop-reason.ts";
import { type Period, PeriodKind, type SessionId, type TariffId } from "./types.ts";

/** What was paid for a session and why, as the subgraph has it. Money in base units of `currency`, times UTC seconds. */
export interface Receipt {
  readonly sessionId: SessionId;
  /** By a final statement, or by the other exit. */
  readonly exit: "Settled" | "Closed";
  /** Undefined when the session was closed. */
  readonly stopReason: Exclude<StopReasonName, "None"> | undefined;
  readonly driver: Address;
  /** The station's owner at opening. */
  readonly owner: Address;
  /** As people read it: `FR*ABC*E123`. */
  readonly evseId: string;
  readonly tariffId: TariffId;
  readonly currency: {
    /** Undefined for the native currency. */
    readonly token: Address | undefined;
    readonly symbol: string | undefined;
    readonly decimals: number | undefined;
  };
  readonly openedAt: number;
  /** Block time of the exit. */
  readonly paidAt: number;
  readonly energyWh: number;
  readonly chargingSeconds: number;
  readonly idleSeconds: number;
  /** Of the statement it was paid by; none when closed without a checkpoint. */
  readonly periods: readonly Period[];
  readonly lines: CostLines;
  /** Deposit and top-ups. */
  readonly locked: bigint;
  /** What returned to the driver. */
  readonly refund: bigint;
  /** What the committee's members received together. */
  readonly fee: bigint;
  readonly feePerMember: bigint;
  /** What the owner received. */
  readonly ownerRevenue: bigint;
  readonly openedTransaction: Hex;
  readonly paidTransaction: Hex;
  readonly paidBlock: number;
}

/** Amounts that a receipt names like its fields; GraphQL's BigInt is text. */
const amountFields = ["locked", "refund", "fee", "feePerMember", "ownerRevenue"] as const;
const numberFields = ["openedAt", "paidAt", "energyWh", "chargingSeconds", "idleSeconds", "paidBlock"] as const;

export const receiptQuery = `query Receipt($id: ID!) {
  receipt(id: $id) {
    exit stopReason evseId openedTransaction paidTransaction
    driver { id } owner { id } tariff { id } currency { token symbol decimals }
    statement { periods(first: 256, orderBy: start) { kind start seconds energyWh } }
    energyCost timeCost idleCost flatCost raisedToMinimum loweredToMaximum waivedFromCost cappedByDeposit cost
    ${[...amountFields, ...numberFields].join(" ")}
  }
}`;

type Text<Fields extends string> = { readonly [field in Fields]: string };

/** The answer to `receiptQuery`. */
interface ReceiptRow
  extends Text<(typeof amountFields)[number] | (typeof numberFields)[number]>,
    Text<"energyCost" | "timeCost" | "idleCost" | "flatCost" | "raisedToMinimum" | "loweredToMaximum">,
    Text<"waivedFromCost" | "cappedByDeposit" | "cost" | "evseId"> {
  readonly exit: Receipt["exit"];
  readonly stopReason: Exclude<StopReasonName, "None"> | null;
  readonly openedTransaction: Hex;
  readonly paidTransaction: Hex;
  readonly driver: { readonly id: Address };
  readonly owner: { readonly id: Address };
  readonly tariff: { readonly id: Hex };
  readonly currency: {
    readonly token: Address | null;
    readonly symbol: string | null;
    readonly decimals: number | null;
  };
  readonly statement: {
    readonly periods: readonly (Text<"start" | "seconds" | "energyWh"> & { readonly kind: keyof typeof PeriodKind })[];
  } | null;
}

/**
 * A session's receipt from the subgraph; undefined when it has none (yet): the session is running, or the subgraph has
 * not come to its end (see `queryIndexedBlock`). Throws what `graphqlRequest` throws.
 */
export async function queryReceipt(
  url: string,
  sessionId: SessionId,
  options?: GraphqlOptions,
): Promise<Receipt | undefined> {
  const variables = { id: sessionId.toLowerCase() };
  const { receipt } = await graphqlRequest<{ receipt: ReceiptRow | null }>(url, receiptQuery, variables, options);
  return receipt === null ? undefined : toReceipt(sessionId, receipt);
}

/** Up to which block the subgraph has read the chain. Throws what `graphqlRequest` throws. */
export async function queryIndexedBlock(url: string, options?: GraphqlOptions): Promise<number> {
  const query = "query Indexed { _meta { block { number } } }";
  const { _meta } = await graphqlRequest<{ _meta: { block: { number: number } } }>(url, query, {}, options);
  return _meta.block.number;
}

function toReceipt(sessionId: SessionId, row: ReceiptRow): Receipt {
  const energy = BigInt(row.energyCost);
  const time = BigInt(row.timeCost);
  const idle = BigInt(row.idleCost);
  const flat = BigInt(row.flatCost);
  const { token, symbol, decimals } = row.currency;
  return {
    sessionId,
    exit: row.exit,
    stopReason: row.stopReason ?? undefined,
    driver: row.driver.id,
    owner: row.owner.id,
    evseId: row.evseId,
    tariffId: row.tariff.id,
    currency: { token: token ?? undefined, symbol: symbol ?? undefined, decimals: decimals ?? undefined },
    openedAt: Number(row.openedAt),
    paidAt: Number(row.paidAt),
    energyWh: Number(row.energyWh),
    chargingSeconds: Number(row.chargingSeconds),
    idleSeconds: Number(row.idleSeconds),
    periods: (row.statement?.periods ?? []).map((period) => ({
      kind: PeriodKind[period.kind],
      start: Number(period.start),
      seconds: Number(period.seconds),
      energyWh: Number(period.energyWh),
    })),
    lines: {
      energy,
      time,
      idle,
      flat,
      beforeBounds: energy + time + idle + flat,
      raisedToMinimum: BigInt(row.raisedToMinimum),
      loweredToMaximum: BigInt(row.loweredToMaximum),
      waived: BigInt(row.waivedFromCost),
      cappedByDeposit: BigInt(row.cappedByDeposit),
      total: BigInt(row.cost),
    },
    locked: BigInt(row.locked),
    refund: BigInt(row.refund),
    fee: BigInt(row.fee),
    feePerMember: BigInt(row.feePerMember),
    ownerRevenue: BigInt(row.ownerRevenue),
    openedTransaction: row.openedTransaction,
    paidTransaction: row.paidTransaction,
    paidBlock: Number(row.paidBlock),
  };
}
