/**
 * The structs that are hashed, as ABI parameters. They are written out so that hashing does not pull whole ABIs into a
 * bundle; a test compares them with the generated ABIs.
 */

export const offerComponents = [
  { name: "evse", type: "uint256" },
  { name: "owner", type: "address" },
  { name: "ownerEpoch", type: "uint32" },
  { name: "tariffId", type: "bytes32" },
  { name: "committeeId", type: "bytes32" },
  { name: "meterKeyHash", type: "bytes32" },
  { name: "currency", type: "uint256" },
  { name: "minimumDeposit", type: "uint128" },
  { name: "powerCapW", type: "uint32" },
] as const;

export const sessionComponents = [
  { name: "offerHash", type: "bytes32" },
  { name: "parentHash", type: "bytes32" },
  { name: "driver", type: "address" },
  { name: "deposit", type: "uint128" },
  { name: "counter", type: "uint40" },
  { name: "openedAt", type: "uint40" },
  { name: "maxSeconds", type: "uint32" },
  { name: "extras", type: "bytes32" },
] as const;

export const elementComponents = [
  { name: "pricePerKwh", type: "uint128" },
  { name: "pricePerHour", type: "uint128" },
  { name: "idlePerHour", type: "uint128" },
  { name: "flat", type: "uint128" },
  { name: "restrictions", type: "uint256" },
] as const;

export const pricingComponents = [
  { name: "minimum", type: "uint128" },
  { name: "maximum", type: "uint128" },
  { name: "noShowFee", type: "uint128" },
  { name: "utcOffsetSeconds", type: "int32" },
  { name: "elements", type: "tuple[]", components: elementComponents },
] as const;

export const termsComponents = [
  { name: "currency", type: "uint256" },
  { name: "minimumDeposit", type: "uint128" },
  { name: "settlementWindowSeconds", type: "uint32" },
  { name: "connectionSeconds", type: "uint32" },
  { name: "taxBps", type: "uint16" },
  {
    name: "reservation",
    type: "tuple",
    components: [
      { name: "fee", type: "uint128" },
      { name: "holdSeconds", type: "uint32" },
      { name: "freeCancelSeconds", type: "uint32" },
      { name: "lateRefundBps", type: "uint16" },
    ],
  },
  {
    name: "feeds",
    type: "tuple[]",
    components: [
      { name: "aggregator", type: "address" },
      { name: "maxAgeSeconds", type: "uint32" },
      { name: "inverted", type: "bool" },
    ],
  },
  { name: "priceDecimals", type: "uint8" },
  { name: "sequencerFeed", type: "address" },
  { name: "sequencerGraceSeconds", type: "uint32" },
] as const;

export const configComponents = [
  { name: "registrant", type: "address" },
  { name: "committeeId", type: "bytes32" },
  { name: "tariffIds", type: "bytes32[]" },
  {
    name: "evses",
    type: "tuple[]",
    components: [
      { name: "id", type: "bytes32" },
      { name: "maxPowerW", type: "uint32" },
      { name: "kind", type: "uint8" },
      { name: "inService", type: "bool" },
      { name: "tariffMask", type: "uint16" },
      { name: "connectors", type: "bytes8" },
      { name: "meterKeyHash", type: "bytes32" },
    ],
  },
] as const;
