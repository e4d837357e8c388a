import { BigInt, Bytes, ethereum, log } from "@graphprotocol/graph-ts";
import { Period, Session, Statement } from "../../generated/schema";
import * as Id from "../id";
import { orNull } from "../lib/bytes";
import { CostLines, computeCost } from "../lib/cost";
import { stopReason } from "../lib/enums";
import { Delivery, PeriodValue, unpackPeriods } from "../lib/periods";
import { pricesOf } from "./tariff";

/** What the events of a checkpoint and of a settlement say alike. */
export class StatementValues {
  constructor(
    public sequence: BigInt,
    /** `StopReason`; 0 is not final. */
    public stopReason: i32,
    public waived: BigInt,
    public evidence: Bytes,
    public periods: BigInt[],
    /** As the contract computed it. */
    public cost: BigInt,
  ) {}
}

/** Writes a statement with its periods and the lines of its cost, and brings its session up to date without saving it. */
export function createStatement(event: ethereum.Event, session: Session, values: StatementValues): Statement {
  const delivery = unpackPeriods(values.periods);
  const statement = new Statement(Id.event(event));
  statement.session = session.id;
  statement.sequence = values.sequence;
  statement.final = values.stopReason != 0;
  if (statement.final) statement.stopReason = stopReason(values.stopReason);
  statement.waived = values.waived;
  statement.evidence = orNull(values.evidence);
  setDelivery(statement, delivery);
  setCost(statement, session, delivery, values.cost);
  statement.recordedAt = event.block.timestamp;
  statement.blockNumber = event.block.number;
  statement.transactionHash = event.transaction.hash;
  statement.save();
  for (let i = 0; i < delivery.periods.length; i++) createPeriod(statement.id, i, delivery.periods[i]);

  session.lastStatement = statement.id;
  if (!statement.final) session.checkpoint = statement.id;
  session.energyWh = statement.energyWh;
  session.cost = statement.cost;
  return statement;
}

function setDelivery(statement: Statement, delivery: Delivery): void {
  statement.periodCount = delivery.periods.length;
  statement.startedAt = delivery.startedAt();
  statement.endedAt = delivery.endedAt();
  statement.energyWh = delivery.energyWh;
  statement.chargingSeconds = delivery.chargingSeconds;
  statement.idleSeconds = delivery.idleSeconds;
}

function setCost(statement: Statement, session: Session, delivery: Delivery, cost: BigInt): void {
  const prices = pricesOf(session.tariff);
  const lines = prices === null ? new CostLines() : computeCost(prices, delivery, statement.waived, session.locked);
  statement.energyCost = lines.energy;
  statement.timeCost = lines.time;
  statement.idleCost = lines.idle;
  statement.flatCost = lines.flat;
  statement.raisedToMinimum = lines.raisedToMinimum;
  statement.loweredToMaximum = lines.loweredToMaximum;
  statement.waivedFromCost = lines.waived;
  statement.cappedByDeposit = lines.cappedByDeposit;
  statement.cost = cost;
  statement.linesMatchCost = lines.total.equals(cost);
  if (!statement.linesMatchCost) {
    log.error("The cost lines of session {} add up to {}, the contract says {}", [
      session.id.toHexString(),
      lines.total.toString(),
      cost.toString(),
    ]);
  }
}

function createPeriod(statementId: Bytes, index: i32, value: PeriodValue): void {
  const period = new Period(Id.part(statementId, index));
  period.statement = statementId;
  period.index = index;
  period.kind = value.isCharging ? "Charging" : "Idle";
  period.start = value.start;
  period.seconds = value.seconds;
  period.energyWh = value.energyWh;
  period.save();
}
