import { type Address, type Hex, hashStruct, hashTypedData } from "viem";
import { encodeStatement } from "./periods.ts";
import type { EncodedStatement, SessionId, Statement } from "./types.ts";

/** Where a signature counts: one contract on one chain. */
export interface Eip712Domain {
  readonly chainId: number;
  readonly verifyingContract: Address;
}

/** EIP-712 names and version of the contracts that verify signatures. */
const domainNames = { sessions: "OpenJoule Sessions", oracles: "OpenJoule Oracles" } as const;
const DOMAIN_VERSION = "1";

/** The whole EIP-712 domain of ChargingSessions (`sessions`) or OracleRegistry (`oracles`). */
export function typedDataDomain(contract: keyof typeof domainNames, domain: Eip712Domain) {
  return {
    name: domainNames[contract],
    version: DOMAIN_VERSION,
    chainId: domain.chainId,
    verifyingContract: domain.verifyingContract,
  } as const;
}

/** EIP-712 type of a statement (contracts/types/Statement.sol). */
export const statementTypes = {
  Statement: [
    { name: "sessionId", type: "bytes32" },
    { name: "sequence", type: "uint32" },
    { name: "stopReason", type: "uint8" },
    { name: "waived", type: "uint128" },
    { name: "evidence", type: "bytes32" },
    { name: "periods", type: "uint256[]" },
  ],
} as const;

/** EIP-712 type by which a statement key proves that it belongs to an operator (IOracleRegistry.addKey). */
export const keyProofTypes = {
  KeyProof: [
    { name: "operator", type: "address" },
    { name: "key", type: "address" },
  ],
} as const;

/**
 * A statement as viem's `signTypedData` takes it.
 * @param domain Of ChargingSessions.
 */
export function statementTypedData(domain: Eip712Domain, sessionId: SessionId, statement: Statement) {
  return {
    domain: typedDataDomain("sessions", domain),
    types: statementTypes,
    primaryType: "Statement",
    message: { sessionId, ...messageOf(encodeStatement(statement)) },
  } as const;
}

/** EIP-712 struct hash of a statement, without the domain: what the anti-equivocation table keeps and Merkle paths prove. */
export function statementHash(sessionId: SessionId, statement: Statement): Hex {
  return hashStruct({
    data: { sessionId, ...messageOf(encodeStatement(statement)) },
    primaryType: "Statement",
    types: statementTypes,
  });
}

/** The EIP-712 digest that a committee signs; equal to `ChargingSessions.statementDigest`. */
export function statementDigest(domain: Eip712Domain, sessionId: SessionId, statement: Statement): Hex {
  return hashTypedData(statementTypedData(domain, sessionId, statement));
}

/**
 * What a statement key signs to join an operator, as viem's `signTypedData` takes it.
 * @param domain Of OracleRegistry.
 */
export function keyProofTypedData(domain: Eip712Domain, proof: { readonly operator: Address; readonly key: Address }) {
  return {
    domain: typedDataDomain("oracles", domain),
    types: keyProofTypes,
    primaryType: "KeyProof",
    message: { operator: proof.operator, key: proof.key },
  } as const;
}

/** The fields of the EIP-712 type and nothing else that the given object may carry. */
function messageOf({ sequence, stopReason, waived, evidence, periods }: EncodedStatement) {
  return { sequence, stopReason, waived, evidence, periods };
}
