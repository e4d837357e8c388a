import { Address, Bytes, ethereum } from "@graphprotocol/graph-ts";
import { CommitteeActivatedCommitteeStruct as CommitteeValue } from "../../generated/OracleRegistry/OracleRegistry";
import { Committee, CommitteeMember } from "../../generated/schema";
import * as Id from "../id";

/** The committee, as proposed when it is first seen. */
export function getOrCreateCommittee(id: Bytes): Committee {
  const existing = Committee.load(id);
  if (existing !== null) return existing;
  const committee = new Committee(id);
  committee.status = "Proposed";
  return committee;
}

/** An operator has accepted to be a member. */
export function addMember(event: ethereum.Event, committeeId: Bytes, operator: Address): void {
  const member = new CommitteeMember(Id.committeeMember(committeeId, operator));
  member.committee = committeeId;
  member.operator = operator;
  member.acceptedAt = event.block.timestamp;
  member.transactionHash = event.transaction.hash;
  member.save();
}

/** Everybody has accepted, and what the committee consists of is known. The caller saves. */
export function activateCommittee(committee: Committee, value: CommitteeValue): void {
  const addresses = new Array<Bytes>(value.members.length);
  for (let i = 0; i < value.members.length; i++) addresses[i] = value.members[i];
  committee.status = "Active";
  committee.threshold = value.threshold;
  committee.feeBps = value.feeBps;
  committee.memberAddresses = addresses;
}

/** The members' addresses; none before the committee was active, and then no session has it. */
export function membersOf(committeeId: Bytes): Bytes[] {
  const committee = Committee.load(committeeId);
  if (committee === null) return [];
  const addresses = committee.memberAddresses;
  return addresses === null ? [] : addresses;
}
