import {
  chargingSessionsAbi,
  committeeId,
  compactSignature,
  createTariff,
  type Deployment,
  encodeStatement,
  type Filing,
  type Offer,
  offerHash,
  PeriodKind,
  type Session,
  type Statement,
  StopReason,
  sessionCost,
  sessionId as sessionIdOf,
  shareOut,
  statementTypedData,
  tariffId,
  termsHash,
} from "@openjoule/sdk";
import { type Address, encodeAbiParameters, encodeEventTopics, encodeFunctionData, type Log, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { beforeAll, describe, expect, test } from "vitest";
import { type VerifyInput, verifyReceipt } from "./verify.ts";

const address = (digit: string) => `0x${digit.repeat(40)}` as Address;
const contract = (at: Address) => ({ address: at, constructorArguments: [] });
const deployment: Deployment = {
  chainId: 31337,
  startBlock: 0,
  contracts: {
    StationRegistry: contract(address("1")),
    OracleRegistry: contract(address("2")),
    ChargingSessions: contract(address("3")),
  },
};
const domain = { chainId: 31337, verifyingContract: address("3") };
const keys = [privateKeyToAccount(`0x${"11".repeat(32)}`), privateKeyToAccount(`0x${"22".repeat(32)}`)];
const stranger = privateKeyToAccount(`0x${"33".repeat(32)}`);
const members = [address("a"), address("b")];
const committee = { threshold: 2, feeBps: 200, members };
const tariff = createTariff({
  currency: 5n,
  minimumDeposit: 1_000_000n,
  settlementWindowSeconds: 21_600,
  pricePerKwh: 450_000n,
  flat: 500_000n,
});
const offer: Offer = {
  evse: 1n << 16n,
  owner: address("c"),
  ownerEpoch: 0,
  tariffId: tariffId(tariff.terms, tariff.pricing),
  committeeId: committeeId(committee),
  meterKeyHash: zeroHash,
  currency: 5n,
  minimumDeposit: 1_000_000n,
  powerCapW: 150_000,
};
const session: Session = {
  offerHash: offerHash(offer),
  parentHash: zeroHash,
  driver: address("d"),
  deposit: 20_000_000n,
  counter: 1,
  openedAt: 1_700_000_000,
  maxSeconds: 3600,
  extras: zeroHash,
};
const sessionId = sessionIdOf(domain, session);
const statement: Statement = {
  sequence: 3,
  stopReason: StopReason.Remote,
  waived: 0n,
  evidence: zeroHash,
  periods: [{ kind: PeriodKind.Charging, start: 1_700_000_010, seconds: 300, energyWh: 10_123 }],
};
const { total: cost } = sessionCost({
  pricing: tariff.pricing,
  periods: statement.periods,
  waived: 0n,
  locked: session.deposit,
});
const shares = shareOut({ cost, locked: session.deposit, feeBps: 200, members: 2 });

function settledLog(changed: { cost?: bigint } = {}): Log {
  const { periods } = encodeStatement(statement);
  const topics = encodeEventTopics({ abi: chargingSessionsAbi, eventName: "SessionSettled", args: { sessionId } });
  const data = encodeAbiParameters(
    [
      { type: "uint128" },
      { type: "uint128" },
      { type: "uint32" },
      { type: "uint8" },
      { type: "uint128" },
      { type: "bytes32" },
      { type: "uint256[]" },
    ],
    [changed.cost ?? cost, shares.fee, 3, StopReason.Remote, 0n, zeroHash, periods],
  );
  return { address: address("3"), topics, data } as unknown as Log;
}

async function settleInput(signers: readonly (typeof stranger)[], change: Partial<Filing> = {}) {
  const signatures = await Promise.all(
    signers.map(async (key) =>
      compactSignature(await key.signTypedData(statementTypedData(domain, sessionId, statement))),
    ),
  );
  const filing = {
    ...{ offer, session, statement: encodeStatement(statement), committee, signatures, pricing: tariff.pricing },
    termsHash: termsHash(tariff.terms),
    ...change,
  };
  return encodeFunctionData({ abi: chargingSessionsAbi, functionName: "settle", args: [filing] });
}

let input: VerifyInput;
beforeAll(async () => {
  input = {
    deployment,
    sessionId,
    session,
    offer,
    tariff,
    receipt: {
      exit: "Settled",
      periods: statement.periods,
      cost,
      locked: session.deposit,
      refund: shares.driver,
      fee: shares.fee,
    },
    exit: { to: address("3"), input: await settleInput(keys), logs: [settledLog()] },
    operatorOf: async (key) => members[keys.findIndex((known) => known.address === key)],
  };
});

const results = async (change: Partial<VerifyInput>) => {
  const { checks } = await verifyReceipt({ ...input, ...change });
  return Object.fromEntries(checks.map(({ key, result }) => [key, result]));
};
const allRight = { parameters: "right", arithmetic: "right", signatures: "right", refund: "right" };

describe("verifyReceipt", () => {
  test("a true receipt is right in everything, and says who signed", async () => {
    expect(await results({})).toEqual(allRight);
    const { signers, threshold } = await verifyReceipt(input);
    expect(signers.map(({ operator }) => operator)).toEqual(members);
    expect(threshold).toBe(2);
  });

  test("another price than the one agreed to", async () => {
    const dearer = { ...tariff, pricing: { ...tariff.pricing, maximum: 7n } };
    expect(await results({ tariff: dearer })).toMatchObject({ parameters: "wrong", arithmetic: "wrong" });
  });

  test("a cost that does not follow from the periods, in the event", async () => {
    const exit = { ...input.exit, logs: [settledLog({ cost: cost + 1n })] };
    expect(await results({ exit, receipt: { ...input.receipt, cost: cost + 1n } })).toMatchObject({
      arithmetic: "wrong",
    });
  });

  test("a receipt that says another cost than the contract", async () => {
    expect(await results({ receipt: { ...input.receipt, cost: cost - 1n } })).toMatchObject({ arithmetic: "wrong" });
  });

  test("an event of another contract does not count", async () => {
    const foreign = { ...settledLog(), address: address("9") } as Log;
    const exit = { ...input.exit, logs: [foreign] };
    expect(await results({ exit })).toMatchObject({ arithmetic: "wrong", refund: "skipped" });
  });

  test("a signature by nobody's key, too few of them, or one counted twice", async () => {
    const [first, second] = keys as [typeof stranger, typeof stranger];
    for (const signers of [[first, stranger], [first], [second, second]]) {
      const exit = { ...input.exit, input: await settleInput(signers) };
      expect(await results({ exit })).toMatchObject({ signatures: "wrong" });
    }
  });

  test("another committee than the one agreed to", async () => {
    const exit = { ...input.exit, input: await settleInput(keys, { committee: { ...committee, threshold: 1 } }) };
    expect(await results({ exit })).toMatchObject({ signatures: "wrong" });
  });

  test("a refund that is not the rest", async () => {
    const receipt = { ...input.receipt, refund: shares.driver - 1n };
    expect(await results({ receipt })).toMatchObject({ refund: "wrong" });
  });

  test("filed through another contract: the call is not there to check, the rest is", async () => {
    expect(await results({ exit: { ...input.exit, input: "0x12345678" } })).toEqual({
      ...allRight,
      signatures: "skipped",
    });
  });
});
