import { Bytes } from "@graphprotocol/graph-ts";

/** Whether every byte is zero: how the contracts say "none". */
export function isZero(bytes: Bytes): boolean {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] != 0) return false;
  }
  return true;
}

/** The bytes, or null where all are zero. */
export function orNull(bytes: Bytes): Bytes | null {
  return isZero(bytes) ? null : bytes;
}
