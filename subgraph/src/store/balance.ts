import { BigInt, Bytes, ethereum } from "@graphprotocol/graph-ts";
import { Balance, BalanceMovement } from "../../generated/schema";
import * as Id from "../id";
import { getOrCreateAccount } from "./account";

/** Writes the movements of one event, in order. */
export class Movements {
  private count: i32 = 0;

  constructor(
    private event: ethereum.Event,
    private currency: Bytes,
    /** The session that they belong to. */
    private session: Bytes | null,
  ) {}

  /** Changes a balance and writes the row; nothing when nothing changes. */
  add(account: Bytes, kind: string, availableChange: BigInt, lockedChange: BigInt, counterparty: Bytes | null): void {
    if (availableChange.isZero() && lockedChange.isZero()) return;
    const balance = getOrCreateBalance(account, this.currency);
    balance.available = balance.available.plus(availableChange);
    balance.locked = balance.locked.plus(lockedChange);
    balance.updatedAt = this.event.block.timestamp;
    balance.save();

    const movement = new BalanceMovement(Id.part(Id.event(this.event), this.count++));
    movement.kind = kind;
    movement.balance = balance.id;
    movement.account = account;
    movement.currency = this.currency;
    movement.availableChange = availableChange;
    movement.lockedChange = lockedChange;
    movement.availableAfter = balance.available;
    movement.lockedAfter = balance.locked;
    if (counterparty !== null) movement.counterparty = getOrCreateAccount(counterparty);
    movement.session = this.session;
    movement.timestamp = this.event.block.timestamp;
    movement.blockNumber = this.event.block.number;
    movement.transactionHash = this.event.transaction.hash;
    movement.save();
  }
}

function getOrCreateBalance(account: Bytes, currency: Bytes): Balance {
  const id = Id.balance(account, currency);
  const existing = Balance.load(id);
  if (existing !== null) return existing;
  const balance = new Balance(id);
  balance.account = getOrCreateAccount(account);
  balance.currency = currency;
  balance.available = BigInt.zero();
  balance.locked = BigInt.zero();
  return balance;
}
