/** Random values of the network's types for property tests: well-formed, with the extremes of each field. */
import fc from "fast-check";
import { bytesToHex } from "viem";
import {
  type Committee,
  cutAtPriceChanges,
  type Element,
  type Offer,
  type Period,
  PeriodKind,
  packRestrictions,
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

/** Two bounds, either or both of them none; the lower one is below the upper one. */
const range = (greatest: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant([0, 0] as const) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.nat(greatest), fc.integer({ min: 1, max: greatest }))
        .map(([least, length]) => [least, least + length] as const),
    },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: greatest }).map((least) => [least, 0] as const) },
  );

/** Times of day: mostly whole hours, midnight among them. */
const clock = fc.oneof(
  { weight: 2, arbitrary: fc.constant([0, 0] as const) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 23 }))
      .map(([from, hours]) => [from * 60, ((from + hours) % 24) * 60] as const),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(1439), fc.integer({ min: 1, max: 1439 }))
      .map(([from, minutes]) => [from, (from + minutes) % 1440] as const),
  },
);
const days = fc.oneof(fc.constant(0), fc.constantFrom(0x1f, 0x60, 0x40, 0x01), fc.nat(0x7f));

/** Restrictions that can be published, a few of them zero. */
export const restrictions: fc.Arbitrary<bigint> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0n) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(clock, days, range(60_000), range(20_000))
      .map(([[timeFrom, timeTo], day, [minEnergyWh, maxEnergyWh], [minSeconds, maxSeconds]]) =>
        packRestrictions({ timeFrom, timeTo, days: day, minEnergyWh, maxEnergyWh, minSeconds, maxSeconds }),
      ),
  },
);

/** A tariff whose elements are restricted. */
export const restrictedPricing: fc.Arbitrary<TariffPricing> = fc.record({
  minimum: amount,
  maximum: amount,
  noShowFee: fc.constant(0n),
  utcOffsetSeconds: fc.constantFrom(0, 3600, -3600, 7200, -18_000, 20_700, 50_400, -50_400),
  elements: fc.array(
    fc.tuple(element, restrictions).map(([prices, word]) => ({ ...prices, restrictions: word })),
    { minLength: 1, maxLength: 5 },
  ),
});

/** Moments about which prices change: midnights, week ends, the 29th of February, new year; to the second and off it. */
const turn = fc
  .tuple(
    fc.constantFrom(
      Date.UTC(2027, 0, 1),
      Date.UTC(2028, 1, 29),
      Date.UTC(2028, 2, 1),
      Date.UTC(2027, 5, 5),
      Date.UTC(2027, 5, 7),
      Date.UTC(2100, 1, 28),
    ),
    fc.integer({ min: -48, max: 48 }),
    fc.constantFrom(-7200, -60, -1, 0, 1, 60),
  )
  .map(([day, hours, seconds]) => day / 1000 + hours * 3600 + seconds);

/** Periods near the bounds of `restrictions`; a third of them are not cut where prices change. */
export const restrictedPeriods = (prices: TariffPricing): fc.Arbitrary<Period[]> =>
  fc
    .tuple(
      turn,
      fc.array(
        fc.record({
          kind: fc.constantFrom(PeriodKind.Charging, PeriodKind.Idle),
          gap: fc.constantFrom(0, 0, 1, 900),
          seconds: fc.oneof(fc.constantFrom(1, 60, 3600, 7200), fc.integer({ min: 1, max: 20_000 })),
          energyWh: fc.oneof(fc.constant(0), fc.constantFrom(1, 1000), fc.integer({ min: 0, max: 20_000 })),
        }),
        { maxLength: 5 },
      ),
      fc.integer({ min: 0, max: 2 }),
    )
    .map(([start, shapes, uncut]) => {
      let end = start;
      const placed = shapes.map(({ gap, ...period }) => {
        const next = { ...period, start: end + gap };
        end = next.start + next.seconds;
        return next;
      });
      return uncut === 0 ? placed : cutAtPriceChanges(prices, placed);
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
