import type { AuthorizationStatus } from "../../../bus/types.ts";

/** OCPP 1.6 §7.2 AuthorizationStatus. */
export const authorizations: { readonly [S in AuthorizationStatus]: string } = {
  accepted: "Accepted",
  blocked: "Blocked",
  expired: "Expired",
  invalid: "Invalid",
  concurrentTx: "ConcurrentTx",
};

/** UTC seconds as the wire writes them. */
export function dateTime(seconds: number): string;
export function dateTime(seconds: number | null): string | null;
export function dateTime(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1_000).toISOString();
}

/** The members that are not null: the wire has no null, it leaves out. */
export function given<T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(members).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}
