/** Random values of the network's types for property tests: well-formed, with the extremes of each field. */
import fc from "fast-check";
import { bytesToHex } from "viem";
import {
  type Committee,
  type Element,
  type Offer,
  type Period,
  PeriodKind,
  type Session,
  type Statement,
  StopReason,
  type TariffPricing,
} from "../src/index.ts";

const UINT32_MAX = 0xffff_ffff;
const UINT40_MAX = 0xff_ffff_ffff;
export const UINT128_MAX = (1n << 128n) - 1n;
const UINT256_MAX = (1n << 256n) - 1n;

export const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytesToHex(bytes));
export const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => bytesToHex(bytes));
const uint32 = fc.integer({ min: 0, max: UINT32_MAX });
const uint40 = fc.maxSafeInteger().map((value) => Math.abs(value) % (UINT40_MAX + 1));
const uint256 = fc.bigInt({ min: 0n, max: UINT256_MAX });

/** Money: often zero, often an everyday amount, sometimes as large as a uint128 can be. */
export const amount = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0n) },
  { weight: 6, arbitrary: fc.bigInt({ min: 0n, max: 100_000_000n }) },
  { weight: 2, arbitrary: fc.bigInt({ min: 0n, max: 10n ** 20n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: UINT128_MAX }) },
  { weight: 1, arbitrary: fc.constant(UINT128_MAX) },
);

export const element: fc.Arbitrary<Element> = fc.record({
  pricePerKwh: amount,
  pricePerHour: amount,
  idlePerHour: amount,
  flat: amount,
  restrictions: fc.constant(0n),
});

export const pricing: fc.Arbitrary<TariffPricing> = fc.record({
  minimum: amount,
  maximum: amount,
  noShowFee: fc.constant(0n),
  utcOffsetSeconds: fc.constant(0),
  elements: fc.array(element, { minLength: 1, maxLength: 3 }),
});

const shape = fc.record({
  kind: fc.constantFrom(PeriodKind.Charging, PeriodKind.Idle),
  gap: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5000 })),
  seconds: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 40_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: UINT32_MAX }) },
  ),
  energyWh: fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 200_000 }) },
    { weight: 1, arbitrary: uint32 },
  ),
});

/** Ascending periods that do not overlap, from a start on. All end below 2^40. */
export function periodsFrom(start: number, maxLength = 12): fc.Arbitrary<Period[]> {
  return fc.array(shape, { maxLength }).map((shapes) => {
    let end = start;
    return shapes.map(({ gap, ...period }) => {
      const placed = { ...period, start: end + gap };
      end = placed.start + placed.seconds;
      return placed;
    });
  });
}

export const periods: fc.Arbitrary<Period[]> = periodsFrom(0);

export const statement: fc.Arbitrary<Statement> = fc.record({
  sequence: fc.integer({ min: 1, max: UINT32_MAX }),
  stopReason: fc.constantFrom(...Object.values(StopReason)),
  waived: amount,
  evidence: bytes32,
  periods,
});

export const offer: fc.Arbitrary<Offer> = fc.record({
  evse: uint256,
  owner: address,
  ownerEpoch: uint32,
  tariffId: bytes32,
  committeeId: bytes32,
  meterKeyHash: bytes32,
  currency: uint256,
  minimumDeposit: amount,
  powerCapW: uint32,
});

export const session: fc.Arbitrary<Session> = fc.record({
  offerHash: bytes32,
  parentHash: bytes32,
  driver: address,
  deposit: amount,
  counter: uint40,
  openedAt: uint40,
  maxSeconds: uint32,
  extras: bytes32,
});

export const committee: fc.Arbitrary<Committee> = fc
  .uniqueArray(address, { minLength: 1, maxLength: 16 })
  .chain((members) =>
    fc.record({
      threshold: fc.integer({ min: 1, max: members.length }),
      feeBps: fc.integer({ min: 0, max: 10_000 }),
      members: fc.constant(members.toSorted()),
    }),
  );
