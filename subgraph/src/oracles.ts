import { BigInt, Bytes, ethereum } from "@graphprotocol/graph-ts";
import {
  BondAdded,
  BondFrozen,
  BondWithdrawn,
  ClaimWithdrawn,
  CommitteeAccepted,
  CommitteeActivated,
  CommitteeDeactivated,
  KeyAdded,
  KeyRetired,
  OperatorRegistered,
  OperatorUpdated,
  RewardWithdrawn,
  Slashed,
  UnbondingStarted,
} from "../generated/OracleRegistry/OracleRegistry";
import { Action, Key, Operator, SlashingClaim } from "../generated/schema";
import { getOrCreateAccount } from "./store/account";
import { createAction } from "./store/action";
import { activateCommittee, addMember, getOrCreateCommittee } from "./store/committee";
import { createOperator, findOperator } from "./store/operator";

/** Handlers of OracleRegistry. */

export function handleOperatorRegistered(event: OperatorRegistered): void {
  const operator = createOperator(event);
  saveOperatorAction(event, "OperatorRegistered", operator, operator.bond);
}

export function handleOperatorUpdated(event: OperatorUpdated): void {
  const operator = findOperator(event.params.operator, "OperatorUpdated");
  if (operator === null) return;
  operator.feeBps = event.params.feeBps;
  operator.endpoint = event.params.endpoint;
  operator.save();
  saveOperatorAction(event, "OperatorUpdated", operator, null);
}

export function handleBondAdded(event: BondAdded): void {
  const operator = findOperator(event.params.operator, "BondAdded");
  if (operator === null) return;
  operator.bond = event.params.bond;
  operator.save();
  saveOperatorAction(event, "BondAdded", operator, event.params.amount);
}

export function handleUnbondingStarted(event: UnbondingStarted): void {
  const operator = findOperator(event.params.operator, "UnbondingStarted");
  if (operator === null) return;
  operator.status = "Unbonding";
  operator.bondAvailableAt = event.params.availableAt;
  operator.save();
  saveOperatorAction(event, "UnbondingStarted", operator, operator.bond);
}

export function handleBondWithdrawn(event: BondWithdrawn): void {
  const operator = findOperator(event.params.operator, "BondWithdrawn");
  if (operator === null) return;
  operator.status = "Gone";
  operator.bond = BigInt.zero();
  operator.bondAvailableAt = null;
  operator.save();
  const action = operatorAction(event, "BondWithdrawn", operator, event.params.amount);
  action.counterparty = getOrCreateAccount(event.params.to);
  action.save();
}

export function handleBondFrozen(event: BondFrozen): void {
  const operator = findOperator(event.params.operator, "BondFrozen");
  if (operator === null) return;
  operator.status = "Frozen";
  operator.bondAvailableAt = event.params.claimsUntil;
  operator.reporter = getOrCreateAccount(event.params.reporter);
  operator.frozenAt = event.block.timestamp;
  operator.save();
  saveSlashingAction(event, "BondFrozen", operator, event.params.reporter, event.params.bond);
}

export function handleSlashed(event: Slashed): void {
  const operator = findOperator(event.params.operator, "Slashed");
  if (operator === null) return;
  const claim = new SlashingClaim(event.params.operator.concat(event.params.sessionId));
  claim.operator = operator.id;
  claim.sessionId = event.params.sessionId;
  claim.driver = getOrCreateAccount(event.params.driver);
  claim.reporter = getOrCreateAccount(event.params.reporter);
  claim.amount = event.params.claim;
  claim.provenAt = event.block.timestamp;
  claim.save();
  saveSlashingAction(event, "Slashed", operator, event.params.driver, event.params.claim);
}

export function handleClaimWithdrawn(event: ClaimWithdrawn): void {
  const operator = findOperator(event.params.operator, "ClaimWithdrawn");
  const claim = SlashingClaim.load(event.params.operator.concat(event.params.sessionId));
  if (operator === null || claim === null) return;
  claim.paid = event.params.amount;
  claim.save();
  saveSlashingAction(event, "ClaimWithdrawn", operator, event.params.to, event.params.amount);
}

export function handleRewardWithdrawn(event: RewardWithdrawn): void {
  const operator = findOperator(event.params.operator, "RewardWithdrawn");
  if (operator === null) return;
  saveSlashingAction(event, "RewardWithdrawn", operator, event.params.to, event.params.amount);
}

export function handleKeyAdded(event: KeyAdded): void {
  const key = new Key(event.params.key);
  key.operator = event.params.operator;
  key.activeAt = event.params.activeAt;
  key.save();
  saveMemberAction(event, "KeyAdded", event.params.operator, null);
}

export function handleKeyRetired(event: KeyRetired): void {
  const key = Key.load(event.params.key);
  if (key === null) return;
  key.retiredAt = event.params.retiredAt;
  key.save();
  saveMemberAction(event, "KeyRetired", event.params.operator, null);
}

export function handleCommitteeAccepted(event: CommitteeAccepted): void {
  const committee = getOrCreateCommittee(event.params.committeeId);
  committee.save();
  addMember(event, committee.id, event.params.operator);
  saveMemberAction(event, "CommitteeAccepted", event.params.operator, committee.id);
}

export function handleCommitteeActivated(event: CommitteeActivated): void {
  const committee = getOrCreateCommittee(event.params.committeeId);
  activateCommittee(committee, event.params.committee);
  committee.activatedAt = event.block.timestamp;
  committee.save();
  saveMemberAction(event, "CommitteeActivated", null, committee.id);
}

export function handleCommitteeDeactivated(event: CommitteeDeactivated): void {
  const committee = getOrCreateCommittee(event.params.committeeId);
  committee.status = "Deactivated";
  committee.deactivatedAt = event.block.timestamp;
  committee.deactivatedBy = event.params.operator;
  committee.save();
  saveMemberAction(event, "CommitteeDeactivated", event.params.operator, committee.id);
}

/** What an operator did with itself; `amount` in the bond's currency. */
function operatorAction(event: ethereum.Event, kind: string, operator: Operator, amount: BigInt | null): Action {
  const action = createAction(event, kind);
  action.account = operator.account;
  action.operator = operator.id;
  if (amount !== null) {
    action.currency = operator.bondCurrency;
    action.amount = amount;
  }
  return action;
}

function saveOperatorAction(event: ethereum.Event, kind: string, operator: Operator, amount: BigInt | null): void {
  operatorAction(event, kind, operator, amount).save();
}

function saveSlashingAction(
  event: ethereum.Event,
  kind: string,
  operator: Operator,
  counterparty: Bytes,
  amount: BigInt,
): void {
  const action = operatorAction(event, kind, operator, amount);
  action.counterparty = getOrCreateAccount(counterparty);
  action.save();
}

function saveMemberAction(event: ethereum.Event, kind: string, operator: Bytes | null, committee: Bytes | null): void {
  const action = createAction(event, kind);
  if (operator !== null) action.account = getOrCreateAccount(operator);
  action.operator = operator;
  action.committee = committee;
  action.save();
}
