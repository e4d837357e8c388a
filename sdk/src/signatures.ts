import {
  type Address,
  type Hex,
  isAddressEqual,
  numberToHex,
  parseSignature,
  recoverAddress,
  serializeSignature,
} from "viem";
import { type Eip712Domain, statementDigest } from "./eip712.ts";
import { OpenJouleError } from "./errors.ts";
import type { CompactSignature, SessionId, Statement } from "./types.ts";

/** Half the order of secp256k1: a valid s is not above it (EIP-2), so that a signature has one form only. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const PARITY_SHIFT = 255n;

/**
 * The compact form (EIP-2098) of a 65-byte signature, as the contracts take it.
 * Throws `InvalidSignature` unless it is 65 bytes with v of 0, 1, 27 or 28 and s in the lower half.
 */
export function compactSignature(signature: Hex): CompactSignature {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) throw invalid(signature, "65 bytes in hex");
  let parsed: ReturnType<typeof parseSignature>;
  try {
    parsed = parseSignature(signature);
  } catch (cause) {
    throw invalid(signature, "r, s and v of a secp256k1 signature", cause);
  }
  const s = BigInt(parsed.s);
  if (s > HALF_ORDER) throw invalid(signature, "s in the lower half of the order (EIP-2)");
  const vs = (BigInt(parsed.yParity) << PARITY_SHIFT) | s;
  return { r: parsed.r, vs: numberToHex(vs, { size: 32 }) };
}

/** The 65-byte form of a compact signature, with v of 27 or 28. */
export function expandSignature(signature: CompactSignature): Hex {
  const vs = BigInt(signature.vs);
  return serializeSignature({
    r: signature.r,
    s: numberToHex(vs & ((1n << PARITY_SHIFT) - 1n), { size: 32 }),
    yParity: Number(vs >> PARITY_SHIFT),
  });
}

/**
 * The statement key that signed. Any well-formed signature recovers to some key: whether that key counts is for
 * `OracleRegistry.operatorOf(key, openedAt)` to say. Throws `InvalidSignature` when nothing can be recovered.
 * @param domain Of ChargingSessions.
 */
export async function recoverStatementKey(
  domain: Eip712Domain,
  sessionId: SessionId,
  statement: Statement,
  signature: CompactSignature | Hex,
): Promise<Address> {
  const [key] = await recoverStatementKeys(domain, sessionId, statement, [signature]);
  if (key === undefined) throw invalid(signature, "a signature");
  return key;
}

/** The same for several signatures of one statement, in their order. */
export async function recoverStatementKeys(
  domain: Eip712Domain,
  sessionId: SessionId,
  statement: Statement,
  signatures: readonly (CompactSignature | Hex)[],
): Promise<Address[]> {
  const hash = statementDigest(domain, sessionId, statement);
  return Promise.all(
    signatures.map(async (given) => {
      // Also of the 65-byte form: what the contracts would refuse must not pass here.
      const compact = typeof given === "string" ? compactSignature(given) : given;
      if (!isCompact(compact))
        throw invalid(given, "r and vs of 32 bytes with s in the lower half of the order (EIP-2098)");
      try {
        return await recoverAddress({ hash, signature: expandSignature(compact) });
      } catch (cause) {
        throw invalid(given, "a signature that a key can be recovered from", cause);
      }
    }),
  );
}

/** A signature with the operator whose key made it. */
export interface OperatorSignature {
  readonly operator: Address;
  readonly signature: CompactSignature;
}

/**
 * The signatures of a quorum as `checkpoint` and `settle` take them: by ascending operator and exactly `threshold`.
 * Further ones are left out. Throws `DuplicateOperator` and `QuorumNotReached`.
 */
export function quorumSignatures(given: readonly OperatorSignature[], threshold: number): CompactSignature[] {
  const sorted = given.toSorted((a, b) => (BigInt(a.operator) < BigInt(b.operator) ? -1 : 1));
  for (const [index, { operator }] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next !== undefined && isAddressEqual(operator, next.operator)) {
      throw new OpenJouleError({
        name: "DuplicateOperator",
        field: "operator",
        value: operator,
        expected: "one signature an operator",
      });
    }
  }
  if (sorted.length < threshold) {
    throw new OpenJouleError({
      name: "QuorumNotReached",
      field: "signatures",
      value: sorted.length,
      expected: `at least ${threshold}`,
    });
  }
  return sorted.slice(0, threshold).map(({ signature }) => signature);
}

function isCompact({ r, vs }: CompactSignature): boolean {
  const isWord = /^0x[0-9a-fA-F]{64}$/;
  return isWord.test(r) && isWord.test(vs) && (BigInt(vs) & ((1n << PARITY_SHIFT) - 1n)) <= HALF_ORDER;
}

function invalid(value: unknown, expected: string, cause?: unknown): OpenJouleError {
  const options = cause === undefined ? undefined : { cause };
  return new OpenJouleError({ name: "InvalidSignature", field: "signature", value, expected }, options);
}
