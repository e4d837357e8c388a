import { BigInt, ethereum } from "@graphprotocol/graph-ts";
import {
  CheckpointRecorded,
  OfferActivated,
  SessionClosed,
  SessionOpened,
  SessionSettled,
  SessionToppedUp,
  StopRequested,
} from "../generated/ChargingSessions/ChargingSessions";
import { Action, Evse, Session, Statement } from "../generated/schema";
import { getOrCreateAccount } from "./store/account";
import { createAction } from "./store/action";
import { Movements } from "./store/balance";
import { releaseEvse } from "./store/evse";
import { activateOffer } from "./store/offer";
import { payReceipt } from "./store/receipt";
import { bringCloseForward, findSession, openSession } from "./store/session";
import { createStatement, StatementValues } from "./store/statement";

export { handleNoncesRevoked, handleNonceUsed } from "./authorizations";
export { handleTransfer } from "./ledger";

/** Handlers of ChargingSessions; those of its ledger and of drivers' authorisations are in files of their own. */

export function handleOfferActivated(event: OfferActivated): void {
  const offer = activateOffer(event);
  const action = createAction(event, "OfferActivated");
  action.account = offer.owner;
  action.evse = offer.evse;
  const evse = Evse.load(offer.evse);
  if (evse !== null) action.station = evse.station;
  action.tariff = offer.tariff;
  action.committee = offer.committeeId;
  action.currency = offer.currency;
  action.save();
}

export function handleSessionOpened(event: SessionOpened): void {
  const session = openSession(event);
  if (session === null) return;
  const deposit = event.params.deposit;
  const movements = new Movements(event, session.currency, session.id);
  movements.add(session.driver, "SessionLock", deposit.neg(), deposit, null);
  sessionAction(event, "SessionOpened", session, deposit).save();
}

export function handleSessionToppedUp(event: SessionToppedUp): void {
  const session = findSession(event.params.sessionId, "SessionToppedUp");
  if (session === null) return;
  const amount = event.params.amount;
  const payer = event.params.payer;
  session.toppedUp = session.toppedUp.plus(amount);
  session.locked = session.locked.plus(amount);
  session.save();

  const movements = new Movements(event, session.currency, session.id);
  if (payer.equals(session.driver)) {
    movements.add(payer, "TopUp", amount.neg(), amount, null);
  } else {
    movements.add(payer, "TopUp", amount.neg(), BigInt.zero(), session.driver);
    movements.add(session.driver, "TopUp", BigInt.zero(), amount, payer);
  }
  const action = sessionAction(event, "SessionToppedUp", session, amount);
  action.counterparty = getOrCreateAccount(payer);
  action.save();
}

export function handleStopRequested(event: StopRequested): void {
  const session = findSession(event.params.sessionId, "StopRequested");
  if (session === null) return;
  session.stopRequestedAt = event.block.timestamp;
  session.stopRequestedBy = getOrCreateAccount(event.params.by);
  bringCloseForward(session, event.block.timestamp);
  session.save();
  sessionAction(event, "StopRequested", session, null).save();
}

export function handleCheckpointRecorded(event: CheckpointRecorded): void {
  const session = findSession(event.params.sessionId, "CheckpointRecorded");
  if (session === null) return;
  const params = event.params;
  createStatement(
    event,
    session,
    new StatementValues(params.sequence, 0, params.waived, params.evidence, params.periods, params.cost),
  );
  session.save();
  sessionAction(event, "CheckpointRecorded", session, params.cost).save();
}

export function handleSessionSettled(event: SessionSettled): void {
  const params = event.params;
  const session = findSession(params.sessionId, "SessionSettled");
  if (session === null) return;
  const statement = createStatement(
    event,
    session,
    new StatementValues(
      params.sequence,
      params.stopReason,
      params.waived,
      params.evidence,
      params.periods,
      params.cost,
    ),
  );
  end(event, session, statement, "Settled", params.cost, params.fee);
}

export function handleSessionClosed(event: SessionClosed): void {
  const session = findSession(event.params.sessionId, "SessionClosed");
  if (session === null) return;
  const checkpoint = session.checkpoint;
  let statement: Statement | null = null;
  if (checkpoint !== null) statement = Statement.load(checkpoint);
  end(event, session, statement, "Closed", event.params.cost, BigInt.zero());
}

function end(
  event: ethereum.Event,
  session: Session,
  statement: Statement | null,
  exit: string,
  cost: BigInt,
  fee: BigInt,
): void {
  const evse = Evse.load(session.evse);
  if (evse === null) return;
  payReceipt(event, session, evse, statement, exit, cost, fee);
  session.save();
  releaseEvse(evse, event.block.timestamp);
  sessionAction(event, "Session" + exit, session, cost).save();
}

/** A session's history row concerns its driver, and its owner as well. */
function sessionAction(event: ethereum.Event, kind: string, session: Session, amount: BigInt | null): Action {
  const action = createAction(event, kind);
  action.account = session.driver;
  action.counterparty = session.owner;
  action.station = session.station;
  action.evse = session.evse;
  action.tariff = session.tariff;
  action.session = session.id;
  if (amount !== null) {
    action.currency = session.currency;
    action.amount = amount;
  }
  return action;
}
