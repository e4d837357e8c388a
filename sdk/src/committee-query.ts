import type { Address } from "viem";
import { type GraphqlOptions, graphqlRequest } from "./graphql.ts";
import { type CurrencyRow, currencyRowFields, type ListedCurrency, type Text, toListedCurrency } from "./query-rows.ts";
import type { CommitteeId } from "./types.ts";

/** Who signs the meter of a station's sessions, and what they lose if they lie. */
export interface CommitteeRecord {
  readonly committeeId: CommitteeId;
  /** Sessions open only under an active one. */
  readonly status: "Proposed" | "Active" | "Deactivated";
  /** Signatures that make a quorum; undefined until it was active. */
  readonly threshold: number | undefined;
  /** Share of a session's cost that the members divide, basis points; undefined until it was active. */
  readonly feeBps: number | undefined;
  /** Those that have accepted: all of them once it was active. */
  readonly operators: readonly OperatorRecord[];
}

export interface OperatorRecord {
  readonly operator: Address;
  readonly status: "Active" | "Unbonding" | "Gone" | "Frozen";
  /** At stake, base units of `bondCurrency`. */
  readonly bond: bigint;
  readonly bondCurrency: ListedCurrency;
  /** Where its oracle says that it answers; not checked by anybody. */
  readonly endpoint: string;
}

export const committeeQuery = `query Committee($id: ID!) {
  committee(id: $id) {
    status threshold feeBps
    members(first: 16, orderBy: id) { operator { id status bond endpoint bondCurrency { ${currencyRowFields} } } }
  }
}`;

interface CommitteeRow {
  readonly status: CommitteeRecord["status"];
  readonly threshold: number | null;
  readonly feeBps: number | null;
  readonly members: readonly {
    readonly operator: Text<"bond" | "endpoint"> & {
      readonly id: Address;
      readonly status: OperatorRecord["status"];
      readonly bondCurrency: CurrencyRow;
    };
  }[];
}

/**
 * A committee by its id; undefined while no operator has accepted it. Throws what `graphqlRequest` throws.
 */
export async function queryCommittee(
  url: string,
  committeeId: CommitteeId,
  options?: GraphqlOptions,
): Promise<CommitteeRecord | undefined> {
  type Data = { readonly committee: CommitteeRow | null };
  const variables = { id: committeeId.toLowerCase() };
  const { committee } = await graphqlRequest<Data>(url, committeeQuery, variables, options);
  if (committee === null) return undefined;
  return {
    committeeId,
    status: committee.status,
    threshold: committee.threshold ?? undefined,
    feeBps: committee.feeBps ?? undefined,
    operators: committee.members.map(({ operator }) => ({
      operator: operator.id,
      status: operator.status,
      bond: BigInt(operator.bond),
      bondCurrency: toListedCurrency(operator.bondCurrency),
      endpoint: operator.endpoint,
    })),
  };
}
