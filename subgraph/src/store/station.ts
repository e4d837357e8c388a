import { BigInt, Bytes, log } from "@graphprotocol/graph-ts";
import {
  StationRegisteredConfigStruct as StationConfig,
  StationRegisteredPlaceStruct as StationPlace,
} from "../../generated/StationRegistry/StationRegistry";
import { Station } from "../../generated/schema";
import * as Id from "../id";
import { readLocation } from "../lib/metadata";
import { getOrCreateAccount } from "./account";
import { configureEvse, voidOffer } from "./evse";

/** Writes a new station with its EVSEs. */
export function createStation(
  tokenId: BigInt,
  owner: Bytes,
  place: StationPlace,
  config: StationConfig,
  timestamp: BigInt,
): Station {
  const station = new Station(Id.station(tokenId));
  station.tokenId = tokenId;
  station.owner = getOrCreateAccount(owner);
  station.ownerEpoch = 0;
  station.registrant = getOrCreateAccount(config.registrant);
  station.evseCount = 0;
  station.registeredAt = timestamp;
  placeStation(station, place, timestamp);
  configureStation(station, config, timestamp);
  return station;
}

/** The station that an event names; null, with a word in the log, when it is not known. */
export function findStation(tokenId: BigInt, event: string): Station | null {
  const station = Station.load(Id.station(tokenId));
  if (station === null) log.warning("{} of the unknown station {} passed over", [event, tokenId.toHexString()]);
  return station;
}

/** Puts the station where the place says. The caller saves. */
export function placeStation(station: Station, place: StationPlace, timestamp: BigInt): void {
  const location = readLocation(place.metadata);
  station.latitudeE7 = place.latitudeE7;
  station.longitudeE7 = place.longitudeE7;
  station.metadata = place.metadata;
  station.name = location.name;
  station.address = location.address;
  station.city = location.city;
  station.postalCode = location.postalCode;
  station.country = location.country;
  station.updatedAt = timestamp;
}

/** Gives the station a whole configuration and writes its EVSEs. The caller saves the station. */
export function configureStation(station: Station, config: StationConfig, timestamp: BigInt): void {
  station.committee = config.committeeId;
  station.committeeId = config.committeeId;
  station.tariffs = config.tariffIds;
  station.tariffIds = config.tariffIds;
  station.evseCount = config.evses.length;
  station.updatedAt = timestamp;
  for (let i = 0; i < config.evses.length; i++) configureEvse(station, i, config.evses[i], timestamp);
}

/** The station has a new owner; what the former one offered is void. The caller saves. */
export function sellStation(station: Station, owner: Bytes, ownerEpoch: BigInt, timestamp: BigInt): void {
  station.owner = getOrCreateAccount(owner);
  station.ownerEpoch = ownerEpoch.toI32();
  station.updatedAt = timestamp;
  for (let i = 0; i < station.evseCount; i++) voidOffer(station.id, i);
}
