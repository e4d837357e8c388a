import { type Address, type Hex, hashTypedData } from "viem";
import { offerComponents } from "./abi-parameters.ts";
import { type Eip712Domain, typedDataDomain } from "./eip712.ts";
import { OpenJouleError } from "./errors.ts";
import type { Offer } from "./types.ts";

/** What a driver signs so that somebody else can open a session for him (contracts/types/Authorization.sol). */
export interface OpenAuthorization {
  readonly driver: Address;
  /** Base units of the offer's currency. */
  readonly deposit: bigint;
  /** Duration limit after opening, seconds. */
  readonly maxSeconds: number;
  /** Bound on the fiat rate; zero for a tariff priced in its currency. */
  readonly maxRate: bigint;
  /** Any 256-bit number that the driver has not used or revoked; see `randomNonce`. */
  readonly nonce: bigint;
  /** Last second in which it opens, UTC. */
  readonly deadline: bigint;
}

/** EIP-712 types of an authorisation to open (ISessionsExtension.openFor). A wallet shows the whole offer. */
export const openAuthorizationTypes = {
  OpenAuthorization: [
    { name: "offer", type: "Offer" },
    { name: "driver", type: "address" },
    { name: "deposit", type: "uint128" },
    { name: "maxSeconds", type: "uint32" },
    { name: "maxRate", type: "uint128" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
  Offer: offerComponents,
} as const;

/**
 * An authorisation as viem's `signTypedData` takes it. The signature goes into `openFor` as it is, 65 bytes or whatever the
 * driver's contract wallet understands (EIP-1271).
 * @param domain Of ChargingSessions.
 */
export function openAuthorizationTypedData(domain: Eip712Domain, offer: Offer, authorization: OpenAuthorization) {
  const { driver, deposit, maxSeconds, maxRate, nonce, deadline } = authorization;
  return {
    domain: typedDataDomain("sessions", domain),
    types: openAuthorizationTypes,
    primaryType: "OpenAuthorization",
    message: { offer, driver, deposit, maxSeconds, maxRate, nonce, deadline },
  } as const;
}

/** The digest that the driver signs; equal to `openAuthorizationDigest` of the contract. */
export function openAuthorizationDigest(domain: Eip712Domain, offer: Offer, authorization: OpenAuthorization): Hex {
  return hashTypedData(openAuthorizationTypedData(domain, offer, authorization));
}

/** Nonces that share a word of the contract's bitmap: the low 8 bits choose the bit. */
const WORD_BITS = 8n;

/** Where the contract keeps a nonce: `usedNonces(driver, word) & mask`, and the arguments of `revokeNonces`. */
export function noncePlace(nonce: bigint): { readonly word: bigint; readonly mask: bigint } {
  if (nonce < 0n || nonce >= 1n << 256n) {
    throw new OpenJouleError({
      name: "InvalidNonce",
      field: "nonce",
      value: nonce,
      expected: "a number of at most 256 bits, not negative",
    });
  }
  return { word: nonce >> WORD_BITS, mask: 1n << (nonce & ((1n << WORD_BITS) - 1n)) };
}

/** A nonce that nobody else has, without asking the chain which are used. */
export function randomNonce(): bigint {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return bytes.reduce((nonce, byte) => (nonce << 8n) | BigInt(byte), 0n);
}
