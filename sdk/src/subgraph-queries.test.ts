import { zeroAddress, zeroHash } from "viem";
import { describe, expect, it } from "vitest";
import { queryBalances } from "./balance-query.ts";
import { NATIVE_CURRENCY } from "./currency.ts";
import { querySession } from "./session-query.ts";
import { queryStations } from "./station-query.ts";

/**
 * How rows are read, above all where they are null or large. That the subgraph answers such rows, and that what is made
 * of them opens and closes sessions, is tested on a real chain in test/subgraph/.
 */

const hash = (digit: string) => `0x${digit.repeat(64)}` as const;
const address = (digit: string) => `0x${digit.repeat(40)}` as const;
const currency = { ledgerId: BigInt(address("c")).toString(), token: address("c"), symbol: null, decimals: null };
const upper = `0x${"AB".repeat(32)}` as const;
const GREATEST = (2n ** 128n - 1n).toString();

/** Answers every query with the data, and keeps what was asked. */
function endpoint(data: unknown) {
  const asked: { query: string; variables: unknown }[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    asked.push(JSON.parse(String(init?.body)));
    return Response.json({ data });
  };
  return { asked, options: { fetch } };
}

const tariff = {
  id: hash("a"),
  pricingHash: hash("b"),
  currency,
  minimumDeposit: GREATEST,
  settlementWindowSeconds: "21600",
  connectionSeconds: "300",
  taxBps: 0,
  reservationFee: "0",
  reservationHoldSeconds: "0",
  reservationFreeCancelSeconds: "0",
  reservationLateRefundBps: 0,
  feeds: [],
  priceDecimals: 0,
  sequencerFeed: null,
  sequencerGraceSeconds: "0",
  minimum: "1",
  maximum: null,
  noShowFee: "0",
  utcOffsetSeconds: 0,
  elements: [{ pricePerKwh: GREATEST, pricePerHour: "1", idlePerHour: "2", flat: "3", restrictions: "0" }],
};

const expectedTariff = {
  terms: {
    currency: BigInt(address("c")),
    minimumDeposit: 2n ** 128n - 1n,
    settlementWindowSeconds: 21_600,
    connectionSeconds: 300,
    taxBps: 0,
    reservation: { fee: 0n, holdSeconds: 0, freeCancelSeconds: 0, lateRefundBps: 0 },
    feeds: [],
    priceDecimals: 0,
    sequencerFeed: zeroAddress,
    sequencerGraceSeconds: 0,
  },
  pricing: {
    minimum: 1n,
    maximum: 0n,
    noShowFee: 0n,
    utcOffsetSeconds: 0,
    elements: [{ pricePerKwh: 2n ** 128n - 1n, pricePerHour: 1n, idlePerHour: 2n, flat: 3n, restrictions: 0n }],
  },
};

const listedTariff = {
  ...expectedTariff,
  id: hash("a"),
  currency: { token: address("c"), symbol: undefined, decimals: undefined },
};

describe("queryStations", () => {
  const evse = {
    key: (5n << 16n).toString(),
    index: 0,
    evseId: "FR*ABC*E1",
    rawEvseId: zeroHash,
    maxPowerW: "4294967295",
    kind: "Swap",
    inService: true,
    status: "Retired",
    connectors: ["BATTERY_SLOT", "UNKNOWN_64"],
    rawConnectors: "0x0f40000000000000",
    tariffMask: 2,
    meterKeyHash: null,
  };
  const station = {
    tokenId: (5n << 16n).toString(),
    owner: { id: address("1") },
    ownerEpoch: 3,
    registrant: { id: address("2") },
    latitudeE7: -1,
    longitudeE7: 1_800_000_000,
    metadata: "ipfs://x",
    name: null,
    address: null,
    city: "Paris",
    committeeId: hash("d"),
    // The second is not known: published on another registry, say.
    tariffIds: [hash("a"), hash("e")],
    tariffs: [tariff],
    evses: [evse],
  };

  it("reads a station whole", async () => {
    const { options } = endpoint({ stations: [station] });
    expect(await queryStations("http://subgraph", {}, options)).toEqual([
      {
        stationId: 5n << 16n,
        owner: address("1"),
        ownerEpoch: 3,
        config: {
          registrant: address("2"),
          committeeId: hash("d"),
          tariffIds: [hash("a"), hash("e")],
          evses: [
            {
              id: zeroHash,
              maxPowerW: 4_294_967_295,
              kind: 2,
              inService: true,
              tariffMask: 2,
              connectors: "0x0f40000000000000",
              meterKeyHash: zeroHash,
            },
          ],
        },
        place: { latitudeE7: -1, longitudeE7: 1_800_000_000, metadata: "ipfs://x" },
        name: undefined,
        address: undefined,
        city: "Paris",
        evses: [
          {
            key: 5n << 16n,
            index: 0,
            evseId: "FR*ABC*E1",
            status: "Retired",
            kind: 2,
            maxPowerW: 4_294_967_295,
            connectors: ["BATTERY_SLOT"],
          },
        ],
        tariffs: [listedTariff],
      },
    ]);
  });

  it("asks for a page behind a station", async () => {
    const { asked, options } = endpoint({ stations: [] });
    await queryStations("http://subgraph", {}, options);
    await queryStations("http://subgraph", { first: 7, after: 5n << 16n }, options);
    expect(asked.map(({ variables }) => variables)).toEqual([
      { first: 100, after: "0x" },
      { first: 7, after: `0x${(5n << 16n).toString(16).padStart(64, "0")}` },
    ]);
  });
});

describe("querySession", () => {
  const row = {
    status: "Open",
    parentHash: hash("3"),
    driver: { id: address("4") },
    deposit: GREATEST,
    counter: "7",
    openedAt: "1800000000",
    maxSeconds: "3600",
    extras: null,
    locked: GREATEST,
    stopRequestedAt: null,
    closableFrom: "1800025200",
    energyWh: "0",
    cost: "0",
    offer: {
      id: hash("5"),
      evse: { key: "65537" },
      owner: { id: address("1") },
      ownerEpoch: 0,
      tariff: { id: hash("a") },
      committeeId: hash("d"),
      meterKeyHash: null,
      currency,
      minimumDeposit: "1",
      powerCapW: "150000",
    },
    tariff,
  };

  it("reads everything that the other exit takes", async () => {
    const { asked, options } = endpoint({ session: row });
    expect(await querySession("http://subgraph", upper, options)).toEqual({
      sessionId: upper,
      status: "Open",
      session: {
        offerHash: hash("5"),
        parentHash: hash("3"),
        driver: address("4"),
        deposit: 2n ** 128n - 1n,
        counter: 7,
        openedAt: 1_800_000_000,
        maxSeconds: 3_600,
        extras: zeroHash,
      },
      offer: {
        evse: 65_537n,
        owner: address("1"),
        ownerEpoch: 0,
        tariffId: hash("a"),
        committeeId: hash("d"),
        meterKeyHash: zeroHash,
        currency: BigInt(address("c")),
        minimumDeposit: 1n,
        powerCapW: 150_000,
      },
      tariff: expectedTariff,
      locked: 2n ** 128n - 1n,
      stopRequestedAt: undefined,
      closableFrom: 1_800_025_200,
      energyWh: 0,
      cost: 0n,
    });
    expect(asked[0]?.variables).toEqual({ id: `0x${"ab".repeat(32)}` });
  });

  it("has nothing where the subgraph has nothing", async () => {
    const { options } = endpoint({ session: null });
    expect(await querySession("http://subgraph", hash("1"), options)).toBeUndefined();
  });
});

describe("queryBalances", () => {
  it("reads one a currency, the native one without a token", async () => {
    const native = { ledgerId: NATIVE_CURRENCY.toString(), token: null, symbol: "ETH", decimals: 18 };
    const rows = [
      { currency, available: GREATEST, locked: "0" },
      { currency: native, available: "0", locked: "1" },
    ];
    const { asked, options } = endpoint({ balances: rows });
    expect(await queryBalances("http://subgraph", address("A"), options)).toEqual([
      {
        currency: BigInt(address("c")),
        token: address("c"),
        symbol: undefined,
        decimals: undefined,
        available: 2n ** 128n - 1n,
        locked: 0n,
      },
      { currency: NATIVE_CURRENCY, token: undefined, symbol: "ETH", decimals: 18, available: 0n, locked: 1n },
    ]);
    expect(asked[0]?.variables).toEqual({ account: address("a") });
  });
});
