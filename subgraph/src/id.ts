import { BigInt, Bytes, ethereum } from "@graphprotocol/graph-ts";

/**
 * Every id of the subgraph. Numbers are big-endian, so that ids sort like the numbers and can be read; only the log
 * index of an event follows The Graph's custom, `txHash.concatI32(logIndex)`, which is little-endian.
 */

const WORD = 32;

/** A uint256 as 32 bytes, big-endian: 258 → `0x00…000102`. */
export function word(value: BigInt): Bytes {
  const bytes = new Uint8Array(WORD);
  // A BigInt holds its bytes little-endian, with a zero byte in front where the highest bit is set.
  for (let i = 0; i < value.length && i < WORD; i++) bytes[WORD - 1 - i] = value[i];
  return Bytes.fromUint8Array(bytes);
}

/** An int32 as a word, its sign extended: -1 → `0xff…ff`. */
export function signedWord(value: i32): Bytes {
  const bytes = new Uint8Array(WORD);
  bytes.fill(value < 0 ? 0xff : 0);
  for (let i = 0; i < 4; i++) bytes[WORD - 1 - i] = <u8>(value >> (8 * i));
  return Bytes.fromUint8Array(bytes);
}

/** An index as 4 bytes, big-endian: 258 → `0x00000102`. */
export function index(value: i32): Bytes {
  const bytes = new Uint8Array(4);
  for (let i = 0; i < 4; i++) bytes[3 - i] = <u8>(value >> (8 * i));
  return Bytes.fromUint8Array(bytes);
}

/** A row of an event: `<transaction hash><log index, little-endian>`, 36 bytes. */
export function event(source: ethereum.Event): Bytes {
  return source.transaction.hash.concatI32(source.logIndex.toI32());
}

/** The n-th part of something: a period of a statement, an element of a tariff, a movement of an event. `<parent><index>` */
export function part(parent: Bytes, position: i32): Bytes {
  return parent.concat(index(position));
}

/** A station: its token id as a word, the low 16 bits zero. `0x9d3c…0000` */
export function station(tokenId: BigInt): Bytes {
  return word(tokenId);
}

/** An EVSE by its key, which is the station's id with the index in the low 16 bits. `0x9d3c…0003` */
export function evse(key: BigInt): Bytes {
  return word(key);
}

/** The EVSE of a station at an index. */
export function evseAt(stationId: Bytes, position: i32): Bytes {
  const bytes = stationId.slice(0);
  bytes[WORD - 2] = <u8>(position >> 8);
  bytes[WORD - 1] = <u8>position;
  return Bytes.fromUint8Array(bytes);
}

/** A currency by its ledger id: a token's address behind 12 zero bytes. `0x0000…5fbdb2315678afecb367f032d93f642f64180aa3` */
export function currency(ledgerId: BigInt): Bytes {
  return word(ledgerId);
}

/** An account's balance in a currency: `<address><currency>`, 52 bytes. */
export function balance(account: Bytes, currencyId: Bytes): Bytes {
  return account.concat(currencyId);
}

/** An operator's place in a committee: `<committee id><operator>`, 52 bytes. */
export function committeeMember(committeeId: Bytes, operator: Bytes): Bytes {
  return committeeId.concat(operator);
}

/** 256 nonces of a driver: `<driver><nonce / 256 as a word>`, 52 bytes. */
export function nonceWord(driver: Bytes, position: BigInt): Bytes {
  return driver.concat(word(position));
}
