import fc from "fast-check";
import { getAddress } from "viem";
import { expect, it } from "vitest";
import * as arbitrary from "../testing/arbitraries.ts";
import { committeeProblem, createCommittee } from "./committee.ts";

const member = (digits: string) => `0x${digits.repeat(20)}` as const;
const good = { threshold: 2, feeBps: 100, members: [member("0a"), member("0b"), member("f0")] };

it("sorts members by their number, whatever the case of their hex", () => {
  fc.assert(
    fc.property(arbitrary.committee, (committee) => {
      const members = committee.members.map((address, index) => (index % 2 ? getAddress(address) : address));
      const sorted = createCommittee({ ...committee, members: members.toReversed() });
      expect(sorted.members).toEqual(members);
      expect(committeeProblem(sorted)).toBeUndefined();
    }),
  );
});

it.each([
  ["InvalidCommitteeSize", { members: [] }],
  ["InvalidCommitteeSize", { members: Array.from({ length: 17 }, (_, i) => member(`${i + 10}`)) }],
  ["InvalidThreshold", { threshold: 0 }],
  ["InvalidThreshold", { threshold: 4 }],
  ["InvalidThreshold", { threshold: 1.5 }],
  ["InvalidFee", { feeBps: 10_001 }],
  ["InvalidFee", { feeBps: -1 }],
  ["MembersNotSorted", { members: [member("0b"), member("0a")] }],
  ["MembersNotSorted", { members: [member("0a"), member("0a")] }],
  ["MembersNotSorted", { members: [member("00"), member("0a")] }],
])("finds %s", (name, change) => {
  expect(committeeProblem({ ...good, ...change })?.name).toBe(name);
});

it("takes 16 members who all sign and keep all", () => {
  const members = Array.from({ length: 16 }, (_, index) => member(`${index + 10}`));
  expect(committeeProblem({ threshold: 16, feeBps: 10_000, members })).toBeUndefined();
});
