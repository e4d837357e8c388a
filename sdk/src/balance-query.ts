import type { Address } from "viem";
import { type GraphqlOptions, graphqlRequest } from "./graphql.ts";
import { type CurrencyRow, currencyFields, type Text } from "./query-rows.ts";
import type { CurrencyId } from "./types.ts";

/** What an account has in the ledger in one currency, base units. */
export interface LedgerBalance {
  readonly currency: CurrencyId;
  /** Undefined for the native currency. */
  readonly token: Address | undefined;
  /** Undefined where the token does not say. Not unique: anybody can make a token with any symbol. */
  readonly symbol: string | undefined;
  readonly decimals: number | undefined;
  /** Can be spent, transferred and withdrawn. */
  readonly available: bigint;
  /** Locked in the account's running sessions. */
  readonly locked: bigint;
}

export const balancesQuery = `query Balances($account: ID!) {
  balances(first: 1000, where: { account: $account }) { ${currencyFields} available locked }
}`;

/** An account's balances, one a currency it has ever held (at most 1000). Throws what `graphqlRequest` throws. */
export async function queryBalances(url: string, account: Address, options?: GraphqlOptions): Promise<LedgerBalance[]> {
  const variables = { account: account.toLowerCase() };
  type Row = Text<"available" | "locked"> & { readonly currency: CurrencyRow };
  const { balances } = await graphqlRequest<{ balances: Row[] }>(url, balancesQuery, variables, options);
  return balances.map(({ currency, available, locked }) => ({
    currency: BigInt(currency.ledgerId),
    token: currency.token ?? undefined,
    symbol: currency.symbol ?? undefined,
    decimals: currency.decimals ?? undefined,
    available: BigInt(available),
    locked: BigInt(locked),
  }));
}
