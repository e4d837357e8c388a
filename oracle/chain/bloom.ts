import { type Hex, hexToBytes, keccak256 } from "viem";

/**
 * Whether a block's bloom filter may contain a value (an address or a topic). False means certainly not; true may be by
 * chance. Source: Ethereum yellow paper §4.3.1: three 11-bit indices out of the first six bytes of keccak256(value).
 */
export function bloomMayContain(bloom: Hex, value: Hex): boolean {
  const bits = hexToBytes(bloom);
  if (bits.length !== BLOOM_BYTES) return true;
  const digest = hexToBytes(keccak256(value));
  for (let pair = 0; pair < 6; pair += 2) {
    const bit = (((digest[pair] ?? 0) << 8) | (digest[pair + 1] ?? 0)) & 0x7ff;
    const byte = bits[BLOOM_BYTES - 1 - (bit >> 3)] ?? 0;
    if ((byte & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}

const BLOOM_BYTES = 256;
