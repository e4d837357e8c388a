import { Bytes } from "@graphprotocol/graph-ts";

/** Characters of the country and operator in front of the `E`. */
const COUNTRY = 2;
const OPERATOR = 5;

/**
 * The eMI3 id in 32 bytes of left-aligned ASCII as people read it: `FRABCE123` → `FR*ABC*E123`. Null for zero, which is
 * a retired EVSE. The registry has checked every other value.
 */
export function decodeEvseId(raw: Bytes): string | null {
  let text = "";
  for (let i = 0; i < raw.length && raw[i] != 0; i++) {
    if (i == COUNTRY || i == OPERATOR) text += "*";
    text += String.fromCharCode(raw[i]);
  }
  return text.length == 0 ? null : text;
}
