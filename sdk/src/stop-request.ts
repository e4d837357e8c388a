import type { Eip712Domain } from "./eip712.ts";
import type { SessionId } from "./types.ts";

/** EIP-712 type by which a session's driver asks an oracle for the end (POST /sessions/:sessionId/stop). */
export const stopRequestTypes = {
  StopRequest: [
    { name: "sessionId", type: "bytes32" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

/** How far ahead a stop request's deadline may lie: a signature must not lie about for long. */
export const LONGEST_STOP_DEADLINE_SECONDS = 3_600;

/**
 * A stop request as a wallet's `signTypedData` takes it.
 * @param domain Of ChargingSessions; the name differs from the contract's, so that no contract ever takes this signature.
 * @param deadline UTC seconds; at most `LONGEST_STOP_DEADLINE_SECONDS` ahead.
 */
export function stopRequestTypedData(domain: Eip712Domain, sessionId: SessionId, deadline: number) {
  const { chainId, verifyingContract } = domain;
  return {
    domain: { name: "OpenJoule Oracle", version: "1", chainId, verifyingContract },
    types: stopRequestTypes,
    primaryType: "StopRequest",
    message: { sessionId, deadline: BigInt(deadline) },
  } as const;
}
