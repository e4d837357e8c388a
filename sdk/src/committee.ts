import type { Address } from "viem";
import type { Problem } from "./errors.ts";
import type { Committee } from "./types.ts";

/** Bounds fixed in contracts/OracleRegistry.sol. */
export const committeeBounds = { maxMembers: 16, maxFeeBps: 10_000 } as const;

export type CommitteeProblemName = "InvalidCommitteeSize" | "InvalidThreshold" | "InvalidFee" | "MembersNotSorted";

/** A committee with its members in the order that its hash needs. `committeeProblem` says whether it is a valid one. */
export function createCommittee(committee: Committee): Committee {
  return { ...committee, members: committee.members.toSorted((a, b) => (isBelow(a, b) ? -1 : 1)) };
}

/** Why `acceptCommittee` would refuse a committee, under its own names and in its order; undefined when it would not. */
export function committeeProblem(committee: Committee): Problem<CommitteeProblemName> | undefined {
  const { threshold, feeBps, members } = committee;
  const { maxMembers, maxFeeBps } = committeeBounds;
  if (members.length === 0 || members.length > maxMembers) {
    return problem("InvalidCommitteeSize", "members.length", members.length, `1 to ${maxMembers}`);
  }
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > members.length) {
    return problem("InvalidThreshold", "threshold", threshold, `an integer from 1 to ${members.length}`);
  }
  if (!Number.isInteger(feeBps) || feeBps < 0 || feeBps > maxFeeBps) {
    return problem("InvalidFee", "feeBps", feeBps, `an integer from 0 to ${maxFeeBps}`);
  }
  let last: Address = "0x0";
  for (const [index, member] of members.entries()) {
    if (!isBelow(last, member)) {
      return problem("MembersNotSorted", `members[${index}]`, member, `an address above ${last}`);
    }
    last = member;
  }
  return undefined;
}

function isBelow(a: Address, b: Address): boolean {
  return BigInt(a) < BigInt(b);
}

function problem(
  name: CommitteeProblemName,
  field: string,
  value: unknown,
  expected: string,
): Problem<CommitteeProblemName> {
  return { name, field, value, expected };
}
