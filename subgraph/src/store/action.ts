import { ethereum } from "@graphprotocol/graph-ts";
import { Action } from "../../generated/schema";
import * as Id from "../id";

/** The history row of an event. The caller says whom and what it concerns, and saves it. */
export function createAction(event: ethereum.Event, kind: string): Action {
  const action = new Action(Id.event(event));
  action.kind = kind;
  action.sender = event.transaction.from;
  action.timestamp = event.block.timestamp;
  action.blockNumber = event.block.number;
  action.logIndex = event.logIndex.toI32();
  action.transactionHash = event.transaction.hash;
  return action;
}
