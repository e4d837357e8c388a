import { Bytes, log } from "@graphprotocol/graph-ts";
import { OperatorRegistered } from "../../generated/OracleRegistry/OracleRegistry";
import { Operator } from "../../generated/schema";
import { getOrCreateAccount } from "./account";
import { getOrCreateBondCurrency } from "./currency";

/** Writes a new operator. */
export function createOperator(event: OperatorRegistered): Operator {
  const operator = new Operator(event.params.operator);
  operator.account = getOrCreateAccount(event.params.operator);
  operator.status = "Active";
  operator.bond = event.params.bond;
  operator.bondCurrency = getOrCreateBondCurrency();
  operator.feeBps = event.params.feeBps;
  operator.endpoint = event.params.endpoint;
  operator.registeredAt = event.block.timestamp;
  operator.save();
  return operator;
}

/** The operator that an event names; null, with a word in the log, when it is not known. */
export function findOperator(id: Bytes, event: string): Operator | null {
  const operator = Operator.load(id);
  if (operator === null) log.warning("{} of the unknown operator {} passed over", [event, id.toHexString()]);
  return operator;
}
