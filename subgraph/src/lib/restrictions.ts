import { BigInt } from "@graphprotocol/graph-ts";

/** When an element applies: contracts/types/Tariff.sol's word, as contracts/libraries/RestrictionChecks.sol reads it. */
const DAY: i64 = 86400;
/** The first day of the era was a Thursday; a week more keeps it above zero west of Greenwich. */
const FROM_MONDAY: i64 = 10 * DAY;
const LOW_16 = BigInt.fromI32(0xffff);
const LOW_8 = BigInt.fromI32(0xff);
const LOW_32 = BigInt.fromString("4294967295");

/**
 * Whether the restrictions hold at a moment. The contract has refused every period within which that changes, so the start
 * of a period tells for all of it.
 *
 * @param at UTC seconds.
 * @param elapsed Seconds since the first period began.
 * @param energyWh Energy of the periods before.
 */
export function isValid(word: BigInt, utcOffsetSeconds: i32, at: BigInt, elapsed: BigInt, energyWh: BigInt): boolean {
  if (word.isZero()) return true;
  if (!isWithin(energyWh, field(word, 40, LOW_32), field(word, 72, LOW_32))) return false;
  if (!isWithin(elapsed, field(word, 104, LOW_32), field(word, 136, LOW_32))) return false;
  const second = at.toI64() + (utcOffsetSeconds as i64) + FROM_MONDAY;
  const days = field(word, 32, LOW_8).toI32();
  if (days != 0 && ((days >> (((second / DAY) % 7) as i32)) & 1) == 0) return false;
  const from = (field(word, 0, LOW_16).toI32() as i64) * 60;
  const to = (field(word, 16, LOW_16).toI32() as i64) * 60;
  if (from == to) return true;
  const time = second % DAY;
  return from < to ? time >= from && time < to : time >= from || time < to;
}

function isWithin(value: BigInt, least: BigInt, most: BigInt): boolean {
  return value.ge(least) && (most.isZero() || value.lt(most));
}

function field(word: BigInt, shift: u8, mask: BigInt): BigInt {
  return word.rightShift(shift).bitAnd(mask);
}
