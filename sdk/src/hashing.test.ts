import fc from "fast-check";
import {
  type Abi,
  concat,
  encodeAbiParameters,
  encodePacked,
  type Hex,
  hexToBigInt,
  keccak256,
  stringToHex,
} from "viem";
import { describe, expect, it } from "vitest";
import * as arbitrary from "../testing/arbitraries.ts";
import {
  configComponents,
  offerComponents,
  pricingComponents,
  sessionComponents,
  termsComponents,
} from "./abi-parameters.ts";
import { encodeConnectors } from "./connectors.ts";
import { encodeEvseId } from "./evse-id.ts";
import { chargingSessionsAbi, stationRegistryAbi } from "./generated/index.ts";
import {
  committeeId,
  configHash,
  offerHash,
  pricingHash,
  sessionId,
  stationId,
  tariffId,
  tariffIdOf,
  termsHash,
} from "./hashing.ts";
import { createTariff } from "./tariff.ts";
import { EvseKind, type StationConfig } from "./types.ts";

const address = `0x${"a1".repeat(20)}` as const;
const word = (digits: string) => `0x${digits.repeat(32)}` as const;
const domain = { chainId: 31_337, verifyingContract: address };

const { terms, pricing } = createTariff({
  currency: hexToBigInt(address),
  minimumDeposit: 1_000_000n,
  settlementWindowSeconds: 21_600,
  pricePerKwh: 450_000n,
  flat: 500_000n,
});

const config: StationConfig = {
  registrant: address,
  committeeId: word("c0"),
  tariffIds: [word("71")],
  evses: ["1", "2", "3"].map((outlet) => ({
    id: encodeEvseId(`FR*ABC*E${outlet}`),
    maxPowerW: 150_000,
    kind: EvseKind.DC,
    inService: true,
    tariffMask: 1,
    connectors: encodeConnectors(["IEC_62196_T2_COMBO"]),
    meterKeyHash: word("00"),
  })),
};

/** Name and type of every component, at every depth, as the compiler wrote them for a function's input. */
function componentsOf(abi: Abi, functionName: string, input: string) {
  const entry = abi.find((item) => item.type === "function" && item.name === functionName);
  const parameter = entry?.type === "function" ? entry.inputs.find(({ name }) => name === input) : undefined;
  return shapeOf((parameter as Shape | undefined)?.components ?? []);
}

interface Shape {
  readonly name?: string | undefined;
  readonly type: string;
  readonly components?: readonly Shape[];
}

function shapeOf(components: readonly Shape[]): Shape[] {
  return components.map(({ name, type, components: inner }) => ({
    name,
    type,
    ...(inner && { components: shapeOf(inner) }),
  }));
}

describe("the hashed structs", () => {
  it("are those of the contracts", () => {
    expect(shapeOf(offerComponents)).toEqual(componentsOf(chargingSessionsAbi, "hashOffer", "offer"));
    expect(shapeOf(sessionComponents)).toEqual(componentsOf(chargingSessionsAbi, "sessionIdOf", "session"));
    expect(shapeOf(termsComponents)).toEqual(componentsOf(stationRegistryAbi, "publishTariff", "terms"));
    expect(shapeOf(pricingComponents)).toEqual(componentsOf(stationRegistryAbi, "publishTariff", "pricing"));
    expect(shapeOf(configComponents)).toEqual(componentsOf(stationRegistryAbi, "register", "config"));
  });
});

const uint = (value: bigint | number) => encodePacked(["uint256"], [BigInt(value)]);
const padded = (account: Hex) => uint(hexToBigInt(account));

describe("offerHash", () => {
  it("is keccak256 of nine words", () => {
    fc.assert(
      fc.property(arbitrary.offer, (o) => {
        const head = [uint(o.evse), padded(o.owner), uint(o.ownerEpoch), o.tariffId, o.committeeId, o.meterKeyHash];
        const words = concat([...head, uint(o.currency), uint(o.minimumDeposit), uint(o.powerCapW)]);
        expect(offerHash(o)).toBe(keccak256(words));
      }),
    );
  });
});

describe("sessionId", () => {
  const typeHash = keccak256(
    stringToHex("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
  );
  const name = keccak256(stringToHex("OpenJoule Sessions"));
  const separator = keccak256(
    concat([typeHash, name, keccak256(stringToHex("1")), uint(domain.chainId), padded(domain.verifyingContract)]),
  );

  it("is keccak256 of the domain separator and eight words", () => {
    fc.assert(
      fc.property(arbitrary.session, (s) => {
        const head = [separator, s.offerHash, s.parentHash, padded(s.driver), uint(s.deposit), uint(s.counter)];
        const words = concat([...head, uint(s.openedAt), uint(s.maxSeconds), s.extras]);
        expect(sessionId(domain, s)).toBe(keccak256(words));
      }),
    );
  });

  it("belongs to one chain and one contract", () => {
    fc.assert(
      fc.property(arbitrary.session, (session) => {
        const here = sessionId(domain, session);
        expect(sessionId({ ...domain, chainId: 1 }, session)).not.toBe(here);
        expect(sessionId({ ...domain, verifyingContract: `0x${"b2".repeat(20)}` }, session)).not.toBe(here);
      }),
      { numRuns: 10 },
    );
  });
});

describe("tariffId", () => {
  it("is the hash of the two parts' hashes", () => {
    const parts = { termsHash: termsHash(terms), pricingHash: pricingHash(pricing) };
    expect(tariffId(terms, pricing)).toBe(keccak256(concat([parts.termsHash, parts.pricingHash])));
    expect(tariffIdOf(parts)).toBe(tariffId(terms, pricing));
  });

  it("hashes the pricing without lengths or offsets", () => {
    fc.assert(
      fc.property(arbitrary.pricing, fc.integer({ min: -50_400, max: 50_400 }), (given, utcOffsetSeconds) => {
        const offset = encodeAbiParameters([{ type: "int256" }], [BigInt(utcOffsetSeconds)]);
        const elements = given.elements.flatMap((e) =>
          [e.pricePerKwh, e.pricePerHour, e.idlePerHour, e.flat, e.restrictions].map(uint),
        );
        const words = [uint(given.minimum), uint(given.maximum), uint(given.noShowFee), offset, ...elements];
        expect(pricingHash({ ...given, utcOffsetSeconds })).toBe(keccak256(concat(words)));
      }),
    );
  });

  it("changes with every field of the terms", () => {
    const changed = [
      { currency: 1n },
      { minimumDeposit: 2n },
      { settlementWindowSeconds: 3 },
      { connectionSeconds: 4 },
      { taxBps: 5 },
      { reservation: { ...terms.reservation, fee: 6n } },
      { reservation: { ...terms.reservation, holdSeconds: 6 } },
      { feeds: [{ aggregator: address, maxAgeSeconds: 1, inverted: false }] },
      { feeds: [{ aggregator: address, maxAgeSeconds: 1, inverted: true }] },
      { priceDecimals: 7 },
      { sequencerFeed: address },
      { sequencerGraceSeconds: 8 },
    ].map((change) => termsHash({ ...terms, ...change }));
    expect(new Set([...changed, termsHash(terms)]).size).toBe(changed.length + 1);
  });
});

describe("committeeId", () => {
  it("is keccak256 of threshold, fee and members, a word each", () => {
    fc.assert(
      fc.property(arbitrary.committee, (committee) => {
        const words = [uint(committee.threshold), uint(committee.feeBps), ...committee.members.map(padded)];
        expect(committeeId(committee)).toBe(keccak256(concat(words)));
      }),
    );
  });
});

describe("configHash", () => {
  it("is keccak256(abi.encode(config)) with the EVSE count and 16 zero bits below", () => {
    const whole = BigInt(keccak256(encodeAbiParameters([{ type: "tuple", components: configComponents }], [config])));
    const hash = BigInt(configHash(config));
    expect(hash >> 24n).toBe(whole >> 24n);
    expect(hash & 0xff_ffffn).toBe(3n << 16n);
    expect(stationId(config)).toBe(hash);
  });

  it("keeps its 32 bytes when it begins with zeros", () => {
    expect(configHash(config)).toMatch(/^0x[0-9a-f]{64}$/);
  });

  it("changes with the registrant, so that two owners never share a station id", () => {
    expect(stationId({ ...config, registrant: `0x${"b2".repeat(20)}` })).not.toBe(stationId(config));
  });
});

describe("a value that does not fit its Solidity type", () => {
  it("is refused instead of hashed", () => {
    expect(() => pricingHash({ ...pricing, minimum: 1n << 128n })).toThrow();
    expect(() => pricingHash({ ...pricing, minimum: -1n })).toThrow();
    expect(() => termsHash({ ...terms, taxBps: 70_000 })).toThrow();
    expect(() => committeeId({ threshold: 256, feeBps: 0, members: [address] })).toThrow();
    expect(() => configHash({ ...config, committeeId: "0x12" })).toThrow();
    expect(() => configHash({ ...config, registrant: "0x12" })).toThrow();
  });
});
