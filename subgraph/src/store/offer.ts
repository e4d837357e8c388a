import { OfferActivated } from "../../generated/ChargingSessions/ChargingSessions";
import { Evse, Offer } from "../../generated/schema";
import * as Id from "../id";
import { orNull } from "../lib/bytes";
import { getOrCreateAccount } from "./account";
import { getOrCreateCurrency } from "./currency";

/** Writes the offer unless it was proven before, and makes it the one that its EVSE opens under. */
export function activateOffer(event: OfferActivated): Offer {
  const terms = event.params.offer;
  const evseId = Id.evse(event.params.evse);
  let offer = Offer.load(event.params.offerHash);
  if (offer === null) {
    offer = new Offer(event.params.offerHash);
    offer.evse = evseId;
    offer.owner = getOrCreateAccount(terms.owner);
    offer.ownerEpoch = terms.ownerEpoch.toI32();
    offer.tariff = terms.tariffId;
    offer.committee = terms.committeeId;
    offer.committeeId = terms.committeeId;
    offer.meterKeyHash = orNull(terms.meterKeyHash);
    offer.currency = getOrCreateCurrency(terms.currency);
    offer.minimumDeposit = terms.minimumDeposit;
    offer.powerCapW = terms.powerCapW;
    offer.firstActivatedAt = event.block.timestamp;
    offer.save();
  }
  const evse = Evse.load(evseId);
  if (evse !== null) {
    evse.activeOffer = offer.id;
    evse.save();
  }
  return offer;
}
