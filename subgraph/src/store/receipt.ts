import { BigInt, ethereum } from "@graphprotocol/graph-ts";
import { Evse, Receipt, Session, Statement } from "../../generated/schema";
import { Movements } from "./balance";
import { membersOf } from "./committee";

/**
 * Ends a session: writes its receipt, moves what it had locked and frees nothing else. `statement` is what it was paid
 * by, null for a session that was closed without a checkpoint. The caller saves the session.
 */
export function payReceipt(
  event: ethereum.Event,
  session: Session,
  evse: Evse,
  statement: Statement | null,
  exit: string,
  cost: BigInt,
  fee: BigInt,
): void {
  const receipt = new Receipt(session.id);
  receipt.session = session.id;
  receipt.exit = exit;
  receipt.driver = session.driver;
  receipt.owner = session.owner;
  receipt.station = session.station;
  receipt.evse = session.evse;
  receipt.evseId = evse.evseId;
  receipt.tariff = session.tariff;
  receipt.committee = session.committee;
  receipt.currency = session.currency;
  receipt.openedAt = session.openedAt;
  receipt.openedTransaction = session.openedTransaction;
  receipt.paidAt = event.block.timestamp;
  receipt.paidTransaction = event.transaction.hash;
  receipt.paidBlock = event.block.number;
  setStatement(receipt, statement, cost);

  const members = membersOf(session.committee);
  receipt.locked = session.locked;
  receipt.refund = session.locked.minus(cost);
  receipt.fee = fee;
  // The contract pays equal parts, and `fee` is what it paid in all.
  receipt.feePerMember = members.length == 0 ? BigInt.zero() : fee.div(BigInt.fromI32(members.length));
  receipt.ownerRevenue = cost.minus(fee);
  receipt.save();

  const movements = new Movements(event, session.currency, session.id);
  movements.add(session.driver, "SessionPayment", BigInt.zero(), cost.neg(), session.owner);
  movements.add(session.driver, "SessionRefund", receipt.refund, receipt.refund.neg(), null);
  movements.add(session.owner, "SessionRevenue", receipt.ownerRevenue, BigInt.zero(), session.driver);
  for (let i = 0; i < members.length; i++) {
    movements.add(members[i], "CommitteeFee", receipt.feePerMember, BigInt.zero(), session.owner);
  }

  session.status = exit;
  session.locked = BigInt.zero();
  session.cost = cost;
  session.endedAt = event.block.timestamp;
  session.endedTransaction = event.transaction.hash;
  session.receipt = receipt.id;
}

function setStatement(receipt: Receipt, statement: Statement | null, cost: BigInt): void {
  receipt.cost = cost;
  if (statement === null) {
    const zero = BigInt.zero();
    receipt.energyWh = zero;
    receipt.chargingSeconds = zero;
    receipt.idleSeconds = zero;
    receipt.energyCost = zero;
    receipt.timeCost = zero;
    receipt.idleCost = zero;
    receipt.flatCost = zero;
    receipt.raisedToMinimum = zero;
    receipt.loweredToMaximum = zero;
    receipt.waivedFromCost = zero;
    receipt.cappedByDeposit = zero;
    receipt.linesMatchCost = cost.isZero();
    return;
  }
  receipt.statement = statement.id;
  receipt.stopReason = statement.stopReason;
  receipt.startedAt = statement.startedAt;
  receipt.endedAt = statement.endedAt;
  receipt.energyWh = statement.energyWh;
  receipt.chargingSeconds = statement.chargingSeconds;
  receipt.idleSeconds = statement.idleSeconds;
  receipt.energyCost = statement.energyCost;
  receipt.timeCost = statement.timeCost;
  receipt.idleCost = statement.idleCost;
  receipt.flatCost = statement.flatCost;
  receipt.raisedToMinimum = statement.raisedToMinimum;
  receipt.loweredToMaximum = statement.loweredToMaximum;
  receipt.waivedFromCost = statement.waivedFromCost;
  receipt.cappedByDeposit = statement.cappedByDeposit;
  receipt.linesMatchCost = statement.linesMatchCost && statement.cost.equals(cost);
}
