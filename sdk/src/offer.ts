import type { Address } from "viem";
import { OpenJouleError } from "./errors.ts";
import { evseKey } from "./evse-id.ts";
import { tariffId } from "./hashing.ts";
import type { Tariff } from "./tariff.ts";
import type { Offer, StationConfig, StationId } from "./types.ts";

/** A station as it is now. */
export interface StationNow {
  readonly stationId: StationId;
  /** Who holds the station's token. */
  readonly owner: Address;
  /** `StationRegistry.ownerEpoch(stationId)` */
  readonly ownerEpoch: number;
  /** The latest configuration, from `StationRegistered` or `StationReconfigured`. */
  readonly config: StationConfig;
}

/**
 * What an EVSE offers under a tariff now: the argument of `activateOffer` and `open`.
 * Throws, under the registry's names, `UnknownEvse`, `EvseOutOfService` and `TariffNotOffered`.
 */
export function createOffer(station: StationNow, index: number, tariff: Tariff): Offer {
  const { config } = station;
  const evse = config.evses[index];
  if (evse === undefined || BigInt(evse.id) === 0n) {
    throw invalid("UnknownEvse", "index", index, `an EVSE of the ${config.evses.length} there that is not retired`);
  }
  if (!evse.inService) throw invalid("EvseOutOfService", "index", index, "an EVSE in service");
  const id = tariffId(tariff.terms, tariff.pricing);
  const isOffered = config.tariffIds.some((given, i) => evse.tariffMask & (1 << i) && BigInt(given) === BigInt(id));
  if (!isOffered) throw invalid("TariffNotOffered", "tariffId", id, "a tariff in the EVSE's tariff mask");
  return {
    evse: evseKey(station.stationId, index),
    owner: station.owner,
    ownerEpoch: station.ownerEpoch,
    tariffId: id,
    committeeId: config.committeeId,
    meterKeyHash: evse.meterKeyHash,
    currency: tariff.terms.currency,
    minimumDeposit: tariff.terms.minimumDeposit,
    powerCapW: evse.maxPowerW,
  };
}

function invalid(name: string, field: string, value: unknown, expected: string): OpenJouleError {
  return new OpenJouleError({ name, field, value, expected });
}
