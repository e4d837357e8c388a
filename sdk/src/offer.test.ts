import { zeroHash } from "viem";
import { expect, it } from "vitest";
import { encodeConnectors } from "./connectors.ts";
import { encodeEvseId } from "./evse-id.ts";
import { stationId, tariffId } from "./hashing.ts";
import { createOffer } from "./offer.ts";
import { createTariff } from "./tariff.ts";
import { type Evse, EvseKind, type StationConfig } from "./types.ts";

const owner = `0x${"0e".repeat(20)}` as const;
const tariff = createTariff({ currency: 0xa1n, minimumDeposit: 5n, settlementWindowSeconds: 21_600, pricePerKwh: 1n });
const id = tariffId(tariff.terms, tariff.pricing);
const evse = (outlet: number, change: Partial<Evse> = {}): Evse => ({
  id: encodeEvseId(`FR*ABC*E${outlet}`),
  maxPowerW: 22_000,
  kind: EvseKind.AC,
  inService: true,
  tariffMask: 0b10,
  connectors: encodeConnectors(["IEC_62196_T2"]),
  meterKeyHash: zeroHash,
  ...change,
});
const config: StationConfig = {
  registrant: owner,
  committeeId: `0x${"cc".repeat(32)}` as const,
  tariffIds: [`0x${"71".repeat(32)}` as const, id],
  evses: [evse(1), evse(2, { inService: false }), evse(3, { tariffMask: 0b01 }), evse(4, { id: zeroHash })],
};
const station = { stationId: stationId(config), owner, ownerEpoch: 3, config };

it("says what an EVSE offers", () => {
  expect(createOffer(station, 0, tariff)).toEqual({
    evse: station.stationId,
    owner,
    ownerEpoch: 3,
    tariffId: id,
    committeeId: config.committeeId,
    meterKeyHash: zeroHash,
    currency: 0xa1n,
    minimumDeposit: 5n,
    powerCapW: 22_000,
  });
});

it.each([
  ["EvseOutOfService", 1],
  ["TariffNotOffered", 2],
  ["UnknownEvse", 3],
  ["UnknownEvse", 4],
  ["UnknownEvse", -1],
])("refuses with %s", (name, index) => {
  expect(() => createOffer(station, index, tariff)).toThrow(new RegExp(`^${name}: `));
});
