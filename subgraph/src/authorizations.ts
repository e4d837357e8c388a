import { BigInt, Bytes } from "@graphprotocol/graph-ts";
import { NoncesRevoked, NonceUsed } from "../generated/ChargingSessions/ChargingSessions";
import { NonceWord } from "../generated/schema";
import * as Id from "./id";
import { getOrCreateAccount } from "./store/account";
import { createAction } from "./store/action";
import { findSession } from "./store/session";

/** Handlers of what drivers sign for others to send. */

const NONCES_PER_WORD = 256;

export function handleNonceUsed(event: NonceUsed): void {
  const nonce = event.params.nonce;
  const perWord = BigInt.fromI32(NONCES_PER_WORD);
  const bit = <u8>nonce.mod(perWord).toI32();
  useNonces(event.params.driver, nonce.div(perWord), BigInt.fromI32(1).leftShift(bit));
  // Opening comes first, in the same transaction.
  const session = findSession(event.params.sessionId, "NonceUsed");
  if (session === null) return;
  session.authorizationNonce = nonce;
  session.save();
}

export function handleNoncesRevoked(event: NoncesRevoked): void {
  useNonces(event.params.driver, event.params.word, event.params.mask);
  const action = createAction(event, "NoncesRevoked");
  action.account = getOrCreateAccount(event.params.driver);
  action.save();
}

function useNonces(driver: Bytes, position: BigInt, mask: BigInt): void {
  const id = Id.nonceWord(driver, position);
  let word = NonceWord.load(id);
  if (word === null) {
    word = new NonceWord(id);
    word.driver = getOrCreateAccount(driver);
    word.word = position;
    word.used = BigInt.zero();
  }
  word.used = word.used.bitOr(mask);
  word.save();
}
