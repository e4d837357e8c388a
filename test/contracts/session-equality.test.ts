import {
  chargingSessionsAbi,
  compactSignature,
  encodeStatement,
  type Filing,
  offerHash,
  type Period,
  PeriodKind,
  pricingHash,
  quorumSignatures,
  recoverStatementKeys,
  type Session,
  type Statement,
  StopReason,
  sessionCost,
  sessionId,
  shareOut,
  statementDigest,
  statementTypedData,
  stationRegistryAbi,
  termsHash,
  testCurrencyAbi,
} from "@openjoule/sdk";
import { keccak256, parseEventLogs, stringToHex, zeroHash } from "viem";
import { type LocalAccount, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileContracts } from "../../scripts/deploy/compile.ts";
import { type Chain, startChain } from "../../scripts/local/chain.ts";
import { createRun, type Run } from "../../scripts/local/run.ts";
import { createSender, type Sender } from "../../scripts/local/sender.ts";
import { createWorld, fund, sessionsOf, type World } from "../../scripts/local/world.ts";

/** Keys that are worth nothing, the same in each run. */
const account = (name: string) => privateKeyToAccount(keccak256(stringToHex(`openjoule test ${name}`)));
const operators = [1, 2, 3].map((number) => ({
  account: account(`operator ${number}`),
  key: account(`key ${number}`),
}));
const driver = account("driver");
const owner = account("owner");
const deployer = account("deployer");
const deposit = 20_000_000n;

let run: Run;
let chain: Chain;
let sender: Sender;
let world: World;

beforeAll(async () => {
  await compileContracts();
  run = createRun();
  chain = await startChain({ run });
  sender = createSender({ rpcUrl: chain.url, chainId: chain.chainId });
  for (const { address } of [deployer, owner, driver, ...operators.map((operator) => operator.account)]) {
    await chain.rpc("anvil_setBalance", [address, "0x56bc75e2d63100000"]);
  }
  // A fee that divides into no equal parts: 2.51 % among three.
  world = await createWorld(sender, { deployer, owner, operators, threshold: 2, feeBps: 251 });
});
afterAll(() => run?.stop());

const balanceOf = (holder: LocalAccount) =>
  sender.publicClient.readContract({
    ...sessionsOf(world),
    functionName: "balanceOf",
    args: [holder.address, BigInt(world.deployment.contracts.TestCurrency.address)],
  });

async function open(): Promise<{ id: `0x${string}`; session: Session }> {
  const offer = world.offerOf(0);
  const token = { address: world.deployment.contracts.TestCurrency.address, abi: testCurrencyAbi } as const;
  const sessions = sessionsOf(world);
  await fund(sender, world, deployer, driver.address, deposit);
  await sender.call(driver, { name: "approve", ...token, functionName: "approve", args: [sessions.address, deposit] });
  await sender.call(driver, { name: "deposit", ...sessions, functionName: "deposit", args: [token.address, deposit] });
  const proof = [offer, world.config, world.terms, pricingHash(world.pricing)] as const;
  await sender.call(driver, { name: "activate", ...sessions, functionName: "activateOffer", args: proof });
  const opening = [offer, deposit, 7200, 0n] as const;
  const receipt = await sender.call(driver, { name: "open", ...sessions, functionName: "open", args: opening });
  const [event] = parseEventLogs({ abi: chargingSessionsAbi, eventName: "SessionOpened", logs: receipt.logs });
  if (!event) throw new Error("no SessionOpened");
  const { sessionId: id, evse: _, ...session } = event.args;
  return { id, session };
}

describe("one whole session", () => {
  it("has the ids, digests, cost and shares that the sdk says", async () => {
    const sessions = sessionsOf(world);
    const domain = { chainId: chain.chainId, verifyingContract: sessions.address };
    const offer = world.offerOf(0);
    const { stationId, config } = world;
    const registry = { address: world.deployment.contracts.StationRegistry.address, abi: stationRegistryAbi } as const;
    const { publicClient } = sender;
    const stationOwner = await publicClient.readContract({ ...registry, functionName: "ownerOf", args: [stationId] });
    expect(stationOwner, "the station's id").toBe(owner.address);
    expect(BigInt(config.registrant)).toBe(BigInt(owner.address));

    const { id, session } = await open();
    expect(session.offerHash).toBe(offerHash(offer));
    expect(id).toBe(sessionId(domain, session));

    const periods: Period[] = [
      { kind: PeriodKind.Charging, start: session.openedAt + 10, seconds: 601, energyWh: 22_223 },
      { kind: PeriodKind.Idle, start: session.openedAt + 620, seconds: 77, energyWh: 0 },
      { kind: PeriodKind.Charging, start: session.openedAt + 700, seconds: 60, energyWh: 1_001 },
    ];
    const statement: Statement = {
      sequence: 4,
      stopReason: StopReason.EVDisconnected,
      waived: 17n,
      evidence: zeroHash,
      periods,
    };
    const encoded = encodeStatement(statement);
    const digest = await publicClient.readContract({
      ...sessions,
      functionName: "statementDigest",
      args: [id, encoded],
    });
    expect(statementDigest(domain, id, statement)).toBe(digest);

    const data = statementTypedData(domain, id, statement);
    const signed = await Promise.all(
      operators.map(async ({ account: { address: operator }, key }) => ({
        operator,
        signature: compactSignature(await key.signTypedData(data)),
      })),
    );
    const keys = await recoverStatementKeys(
      domain,
      id,
      statement,
      signed.map(({ signature }) => signature),
    );
    expect(keys).toEqual(operators.map(({ key }) => key.address));

    await chain.rpc("evm_increaseTime", [1000]);
    await chain.rpc("evm_mine");
    const filing: Filing = {
      offer,
      session,
      statement: encoded,
      committee: world.committee,
      signatures: quorumSignatures(signed, world.committee.threshold),
      pricing: world.pricing,
      termsHash: termsHash(world.terms),
    };
    const settled = await sender.call(driver, { name: "settle", ...sessions, functionName: "settle", args: [filing] });
    const [event] = parseEventLogs({ abi: chargingSessionsAbi, eventName: "SessionSettled", logs: settled.logs });

    const { total } = sessionCost({ pricing: world.pricing, periods, waived: statement.waived, locked: deposit });
    const shares = shareOut({
      cost: total,
      locked: deposit,
      feeBps: world.committee.feeBps,
      members: operators.length,
    });
    expect(shares.fee * 10_000n, "a fee that does not divide").not.toBe(total * 251n);
    expect(event?.args).toMatchObject({
      sessionId: id,
      cost: total,
      fee: shares.fee,
      sequence: 4,
      periods: encoded.periods,
    });
    expect(await balanceOf(owner)).toBe(shares.owner);
    expect(await balanceOf(driver)).toBe(shares.driver);
    for (const operator of operators) expect(await balanceOf(operator.account)).toBe(shares.perMember);
  });
});
