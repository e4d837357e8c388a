import { Address, BigInt, Bytes, dataSource } from "@graphprotocol/graph-ts";
import { Currency } from "../../generated/schema";
import * as Id from "../id";

/** ERC-7528 stands for the chain's native currency. */
const NATIVE = Address.fromString("0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee");
const WORD = 32;
const ADDRESS = 20;

/**
 * The currency's id. What it is called comes from the manifest's context, where the network's known currencies are. The
 * token itself is never asked: anybody can make one that answers with a known name, or never, which would hold up the
 * index for everybody.
 */
export function getOrCreateCurrency(ledgerId: BigInt): Bytes {
  const id = Id.currency(ledgerId);
  if (Currency.load(id) !== null) return id;
  const currency = new Currency(id);
  currency.ledgerId = ledgerId;
  const address = Address.fromBytes(Bytes.fromUint8Array(id.slice(WORD - ADDRESS)));
  if (!address.equals(NATIVE)) currency.token = address;

  const context = dataSource.context();
  const key = address.toHexString();
  if (context.isSet(key + ".symbol")) {
    currency.name = context.getString(key + ".name");
    currency.symbol = context.getString(key + ".symbol");
    currency.decimals = context.getI32(key + ".decimals");
  }
  currency.save();
  return id;
}

/** The currency that bonds are in: a constant of OracleRegistry, which no event carries, so the manifest says it. */
export function getOrCreateBondCurrency(): Bytes {
  const token = Bytes.fromHexString(dataSource.context().getString("bondCurrency"));
  return getOrCreateCurrency(BigInt.fromUnsignedBytes(Bytes.fromUint8Array(token.reverse())));
}
