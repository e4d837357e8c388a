import type { Committee, Session } from "@openjoule/sdk";
import type { Address } from "viem";
import type { EngineIdentity, OwnOperator } from "./context.ts";

/** The keys of ours whose signatures the contract takes in this session: of its committee, and active when it was opened. */
export function signersOf(
  { operators }: EngineIdentity,
  { members }: Pick<Committee, "members">,
  { openedAt }: Pick<Session, "openedAt">,
): OwnOperator[] {
  const lower = new Set(members.map((member) => member.toLowerCase()));
  return operators.filter(({ operator, wasActive }) => lower.has(operator.toLowerCase()) && wasActive(openedAt));
}

/** Those who sign, each once however many keys it has. A quorum counts these. */
export function operatorsOf(signers: readonly { operator: Address }[]): Set<string> {
  return new Set(signers.map(({ operator }) => operator.toLowerCase()));
}
