import { concat, domainSeparator, encodeAbiParameters, type Hex, keccak256, toHex } from "viem";
import {
  configComponents,
  elementComponents,
  offerComponents,
  pricingComponents,
  sessionComponents,
  termsComponents,
} from "./abi-parameters.ts";
import { type Eip712Domain, typedDataDomain } from "./eip712.ts";
import type {
  Committee,
  CommitteeId,
  Offer,
  OfferHash,
  Session,
  SessionId,
  StationConfig,
  StationId,
  TariffId,
  TariffPricing,
  TariffTerms,
} from "./types.ts";

/**
 * Everything that the network knows by its hash, hashed as contracts/libraries/Hashes.sol does. A value that does not
 * fit its Solidity type is refused by viem (`IntegerOutOfRangeError`, `InvalidAddressError`, `AbiEncodingBytesSizeMismatchError`).
 */

/** keccak256 of the offer's nine words. */
export function offerHash(offer: Offer): OfferHash {
  return keccak256(encodeAbiParameters([{ type: "tuple", components: offerComponents }], [offer]));
}

/**
 * A session's id: keccak256 of the EIP-712 domain separator of ChargingSessions and the session's eight words, so it
 * belongs to one chain and one contract.
 */
export function sessionId(domain: Eip712Domain, session: Session): SessionId {
  const separator = domainSeparator({ domain: typedDataDomain("sessions", domain) });
  const words = encodeAbiParameters([{ type: "tuple", components: sessionComponents }], [session]);
  return keccak256(concat([separator, words]));
}

/** keccak256(abi.encode(terms)). */
export function termsHash(terms: TariffTerms): Hex {
  return keccak256(encodeAbiParameters([{ type: "tuple", components: termsComponents }], [terms]));
}

/** keccak256 of minimum, maximum, no-show fee and offset, then five words an element, without lengths or offsets. */
export function pricingHash(pricing: TariffPricing): Hex {
  const [minimum, maximum, noShowFee, utcOffsetSeconds] = pricingComponents;
  const head = encodeAbiParameters(
    [minimum, maximum, noShowFee, utcOffsetSeconds],
    [pricing.minimum, pricing.maximum, pricing.noShowFee, pricing.utcOffsetSeconds],
  );
  const elements = pricing.elements.map((element) =>
    encodeAbiParameters([{ type: "tuple", components: elementComponents }], [element]),
  );
  return keccak256(concat([head, ...elements]));
}

/** A tariff's id from the hashes of its two parts. */
export function tariffIdOf(hashes: { readonly termsHash: Hex; readonly pricingHash: Hex }): TariffId {
  return keccak256(concat([hashes.termsHash, hashes.pricingHash]));
}

/** A tariff's id. */
export function tariffId(terms: TariffTerms, pricing: TariffPricing): TariffId {
  return tariffIdOf({ termsHash: termsHash(terms), pricingHash: pricingHash(pricing) });
}

/** keccak256 of threshold, fee and members, a word each. */
export function committeeId(committee: Committee): CommitteeId {
  const words = [
    encodeAbiParameters([{ type: "uint8" }, { type: "uint16" }], [committee.threshold, committee.feeBps]),
    ...committee.members.map((member) => encodeAbiParameters([{ type: "address" }], [member])),
  ];
  return keccak256(concat(words));
}

/** Low bits of a configuration's hash that do not come from keccak256: 8 bits of EVSE count, 16 bits of zeros for an index. */
const CONFIG_LOW_BITS = 24n;
const EVSE_COUNT_SHIFT = 16n;

/** keccak256(abi.encode(config)) with its low 24 bits replaced by `evses.length << 16` (contracts/types/Station.sol). */
export function configHash(config: StationConfig): Hex {
  const hash = BigInt(keccak256(encodeAbiParameters([{ type: "tuple", components: configComponents }], [config])));
  const kept = (hash >> CONFIG_LOW_BITS) << CONFIG_LOW_BITS;
  return toHex(kept | (BigInt(config.evses.length) << EVSE_COUNT_SHIFT), { size: 32 });
}

/** The id that a station registered with this first configuration has: its hash as a number. */
export function stationId(firstConfig: StationConfig): StationId {
  return BigInt(configHash(firstConfig));
}
