import { Address, BigInt } from "@graphprotocol/graph-ts";
import { Transfer } from "../generated/ChargingSessions/ChargingSessions";
import { getOrCreateAccount } from "./store/account";
import { createAction } from "./store/action";
import { Movements } from "./store/balance";
import { getOrCreateCurrency } from "./store/currency";

/**
 * The ledger's one event (ERC-6909). From the zero address it is a deposit, to it a withdrawal. What sessions lock and
 * pay moves without it: see sessions.ts.
 */
export function handleTransfer(event: Transfer): void {
  const amount = event.params.amount;
  // Anybody can transfer nothing of any id: it moves nothing and makes no currency.
  if (amount.isZero()) return;
  const from = event.params.sender;
  const to = event.params.receiver;
  const isDeposit = from.equals(Address.zero());
  const isWithdrawal = to.equals(Address.zero());
  const currency = getOrCreateCurrency(event.params.id);

  const movements = new Movements(event, currency, null);
  if (isDeposit) {
    movements.add(to, "Deposit", amount, BigInt.zero(), null);
  } else if (isWithdrawal) {
    movements.add(from, "Withdrawal", amount.neg(), BigInt.zero(), null);
  } else {
    movements.add(from, "Transfer", amount.neg(), BigInt.zero(), to);
    movements.add(to, "Transfer", amount, BigInt.zero(), from);
  }

  const action = createAction(event, isDeposit ? "Deposited" : isWithdrawal ? "Withdrawn" : "Transferred");
  action.account = getOrCreateAccount(isDeposit ? to : from);
  if (!isDeposit && !isWithdrawal) action.counterparty = to;
  action.currency = currency;
  action.amount = amount;
  action.save();
}
