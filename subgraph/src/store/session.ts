import { BigInt, Bytes, log } from "@graphprotocol/graph-ts";
import { SessionOpened } from "../../generated/ChargingSessions/ChargingSessions";
import { Evse, Offer, Session, Tariff } from "../../generated/schema";
import * as Id from "../id";
import { orNull } from "../lib/bytes";
import { getOrCreateAccount } from "./account";
import { occupyEvse } from "./evse";

/** Writes a session that has just opened and occupies its EVSE; null when its offer, EVSE or tariff is not known. */
export function openSession(event: SessionOpened): Session | null {
  const offer = Offer.load(event.params.offerHash);
  const evse = Evse.load(Id.evse(event.params.evse));
  let tariff: Tariff | null = null;
  if (offer !== null) tariff = Tariff.load(offer.tariff);
  if (offer === null || evse === null || tariff === null) {
    log.warning("SessionOpened of {} under an unknown offer passed over", [event.params.sessionId.toHexString()]);
    return null;
  }

  const session = new Session(event.params.sessionId);
  session.status = "Open";
  session.evse = evse.id;
  session.station = evse.station;
  session.offer = offer.id;
  session.tariff = tariff.id;
  session.committee = offer.committeeId;
  session.currency = offer.currency;
  session.driver = getOrCreateAccount(event.params.driver);
  session.owner = offer.owner;
  session.deposit = event.params.deposit;
  session.toppedUp = BigInt.zero();
  session.locked = event.params.deposit;
  session.counter = event.params.counter;
  session.parentHash = event.params.parentHash;
  session.extras = orNull(event.params.extras);
  session.openedAt = event.params.openedAt;
  session.openedBlock = event.block.number;
  session.openedTransaction = event.transaction.hash;
  session.maxSeconds = event.params.maxSeconds;
  session.closableFrom = event.params.openedAt.plus(event.params.maxSeconds).plus(tariff.settlementWindowSeconds);
  session.energyWh = BigInt.zero();
  session.cost = BigInt.zero();
  session.save();
  occupyEvse(evse, session.id, event.params.counter, event.block.timestamp);
  return session;
}

/** The session that an event names; null, with a word in the log, when it is not known. */
export function findSession(id: Bytes, event: string): Session | null {
  const session = Session.load(id);
  if (session === null) log.warning("{} of the unknown session {} passed over", [event, id.toHexString()]);
  return session;
}

/** The other exit opens a settlement window after the end was asked for, or at the duration limit if that is earlier. */
export function bringCloseForward(session: Session, stopRequestedAt: BigInt): void {
  const tariff = Tariff.load(session.tariff);
  if (tariff === null) return;
  const closableFrom = stopRequestedAt.plus(tariff.settlementWindowSeconds);
  if (closableFrom.lt(session.closableFrom)) session.closableFrom = closableFrom;
}
