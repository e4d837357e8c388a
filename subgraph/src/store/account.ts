import { Bytes } from "@graphprotocol/graph-ts";
import { Account } from "../../generated/schema";

/** The account's id, which is its address; its row is written when it is first seen. */
export function getOrCreateAccount(address: Bytes): Bytes {
  if (Account.load(address) === null) new Account(address).save();
  return address;
}
