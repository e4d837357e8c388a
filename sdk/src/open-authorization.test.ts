import { describe, expect, it } from "vitest";
import { noncePlace, openAuthorizationTypedData, openAuthorizationTypes, randomNonce } from "./open-authorization.ts";
import type { Offer } from "./types.ts";

const domain = { chainId: 1, verifyingContract: `0x${"5e".repeat(20)}` } as const;

describe("noncePlace", () => {
  it.each([
    { nonce: 0n, word: 0n, mask: 1n },
    { nonce: 255n, word: 0n, mask: 1n << 255n },
    { nonce: 256n, word: 1n, mask: 1n },
    { nonce: 2n ** 256n - 1n, word: 2n ** 248n - 1n, mask: 1n << 255n },
  ])("puts $nonce into word $word", ({ nonce, word, mask }) => {
    expect(noncePlace(nonce)).toEqual({ word, mask });
  });

  it.each([-1n, 2n ** 256n])("refuses %s by name", (nonce) => {
    expect(() => noncePlace(nonce)).toThrow(
      `InvalidNonce: nonce is ${nonce}, expected a number of at most 256 bits, not negative`,
    );
  });
});

describe("randomNonce", () => {
  it("is of 256 bits and never the same", () => {
    const nonces = Array.from({ length: 64 }, randomNonce);
    expect(new Set(nonces).size).toBe(64);
    for (const nonce of nonces) expect(() => noncePlace(nonce)).not.toThrow();
    // 64 numbers that all lack the highest bit: one in 2^64.
    expect(nonces.some((nonce) => nonce >> 255n === 1n)).toBe(true);
  });
});

describe("openAuthorizationTypedData", () => {
  it("signs the fields of its types and nothing else that an object carries", () => {
    const authorization = {
      driver: domain.verifyingContract,
      deposit: 1n,
      maxSeconds: 2,
      maxRate: 3n,
      nonce: 4n,
      deadline: 5n,
      signature: "0x",
    };
    const { message } = openAuthorizationTypedData(domain, {} as Offer, authorization);
    expect(Object.keys(message)).toEqual(openAuthorizationTypes.OpenAuthorization.map(({ name }) => name));
  });
});
