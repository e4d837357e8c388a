import {
  OwnerEpochStarted,
  StationMoved,
  StationReconfigured,
  StationRegistered,
  StationRegisteredConfigStruct,
  StationRegisteredPlaceStruct,
  TariffPublished,
} from "../generated/StationRegistry/StationRegistry";
import { createAction } from "./store/action";
import { configureStation, createStation, findStation, placeStation, sellStation } from "./store/station";
import { createTariff } from "./store/tariff";

/**
 * Handlers of StationRegistry. An event of a station that is not known is passed over: were a registration ever lost, as
 * to a text that cannot be decoded, that one station must not stop the index for all.
 */

export function handleTariffPublished(event: TariffPublished): void {
  const tariff = createTariff(event);
  const action = createAction(event, "TariffPublished");
  action.account = tariff.publisher;
  action.tariff = tariff.id;
  action.currency = tariff.currency;
  action.save();
}

export function handleStationRegistered(event: StationRegistered): void {
  const station = createStation(
    event.params.stationId,
    event.params.owner,
    event.params.place,
    event.params.config,
    event.block.timestamp,
  );
  station.save();
  const action = createAction(event, "StationRegistered");
  action.account = station.owner;
  action.station = station.id;
  action.save();
}

export function handleStationReconfigured(event: StationReconfigured): void {
  const station = findStation(event.params.stationId, "StationReconfigured");
  if (station === null) return;
  // The same struct as a registration's: graph-cli names one for each event.
  const config = changetype<StationRegisteredConfigStruct>(event.params.config);
  configureStation(station, config, event.block.timestamp);
  station.save();
  const action = createAction(event, "StationReconfigured");
  action.account = station.owner;
  action.station = station.id;
  action.save();
}

export function handleStationMoved(event: StationMoved): void {
  const station = findStation(event.params.stationId, "StationMoved");
  if (station === null) return;
  const place = changetype<StationRegisteredPlaceStruct>(event.params.place);
  placeStation(station, place, event.block.timestamp);
  station.save();
  const action = createAction(event, "StationMoved");
  action.account = station.owner;
  action.station = station.id;
  action.save();
}

export function handleOwnerEpochStarted(event: OwnerEpochStarted): void {
  const station = findStation(event.params.stationId, "OwnerEpochStarted");
  if (station === null) return;
  const formerOwner = station.owner;
  sellStation(station, event.params.owner, event.params.ownerEpoch, event.block.timestamp);
  station.save();
  const action = createAction(event, "StationSold");
  action.account = station.owner;
  action.counterparty = formerOwner;
  action.station = station.id;
  action.save();
}
