import { BigInt, Bytes } from "@graphprotocol/graph-ts";
import { StationRegisteredConfigEvsesStruct as EvseConfig } from "../../generated/StationRegistry/StationRegistry";
import { Evse, Station } from "../../generated/schema";
import * as Id from "../id";
import { orNull } from "../lib/bytes";
import { decodeConnectors } from "../lib/connectors";
import { evseKind } from "../lib/enums";
import { decodeEvseId } from "../lib/evse-id";

/** Writes an EVSE as its station's new configuration has it; the offer proven before is void. */
export function configureEvse(station: Station, index: i32, config: EvseConfig, timestamp: BigInt): void {
  const id = Id.evseAt(station.id, index);
  let evse = Evse.load(id);
  if (evse === null) {
    evse = new Evse(id);
    evse.station = station.id;
    evse.index = index;
    evse.key = station.tokenId.plus(BigInt.fromI32(index));
    evse.evseId = "";
    evse.status = "";
    evse.sessionCount = BigInt.zero();
  }
  const evseId = decodeEvseId(config.id);
  // Retired: the last id stays readable.
  if (evseId !== null) evse.evseId = evseId;
  evse.rawEvseId = config.id;
  evse.maxPowerW = config.maxPowerW;
  evse.kind = evseKind(config.kind);
  evse.inService = config.inService;
  evse.connectors = decodeConnectors(config.connectors);
  evse.rawConnectors = config.connectors;
  evse.tariffMask = config.tariffMask;
  evse.meterKeyHash = orNull(config.meterKeyHash);
  evse.activeOffer = null;
  refreshStatus(evse, evseId === null, timestamp);
  evse.save();
}

/** Voids the offer proven for an EVSE. */
export function voidOffer(stationId: Bytes, index: i32): void {
  const evse = Evse.load(Id.evseAt(stationId, index));
  if (evse === null) return;
  evse.activeOffer = null;
  evse.save();
}

/** The EVSE has a running session from now on. */
export function occupyEvse(evse: Evse, session: Bytes, counter: BigInt, timestamp: BigInt): void {
  evse.currentSession = session;
  evse.sessionCount = counter;
  refreshStatus(evse, isRetired(evse), timestamp);
  evse.save();
}

/** The EVSE's session has ended. */
export function releaseEvse(evse: Evse, timestamp: BigInt): void {
  evse.currentSession = null;
  refreshStatus(evse, isRetired(evse), timestamp);
  evse.save();
}

function isRetired(evse: Evse): boolean {
  return decodeEvseId(evse.rawEvseId) === null;
}

/** A running session outlasts retirement and being taken out of service. */
function refreshStatus(evse: Evse, retired: boolean, timestamp: BigInt): void {
  let status = "Available";
  if (evse.currentSession !== null) status = "InSession";
  else if (retired) status = "Retired";
  else if (!evse.inService) status = "OutOfService";
  if (evse.status == status) return;
  evse.status = status;
  evse.statusChangedAt = timestamp;
}
