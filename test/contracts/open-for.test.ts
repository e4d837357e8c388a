import {
  chargingSessionsAbi,
  decodeContractError,
  noncePlace,
  type OpenAuthorization,
  openAuthorizationDigest,
  openAuthorizationTypedData,
  pricingHash,
  randomNonce,
  testCurrencyAbi,
} from "@openjoule/sdk";
import { keccak256, parseEventLogs, stringToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compileContracts } from "../../scripts/deploy/compile.ts";
import { type Chain, startChain } from "../../scripts/local/chain.ts";
import { createRun, type Run } from "../../scripts/local/run.ts";
import { createSender, type Sender } from "../../scripts/local/sender.ts";
import { createWorld, fund, sessionsOf, type World } from "../../scripts/local/world.ts";

/** Keys that are worth nothing, the same in each run. */
const account = (name: string) => privateKeyToAccount(keccak256(stringToHex(`openjoule test ${name}`)));
const [driver, relayer, owner, deployer] = ["driver", "relayer", "owner", "deployer"].map(account) as [
  ReturnType<typeof account>,
  ReturnType<typeof account>,
  ReturnType<typeof account>,
  ReturnType<typeof account>,
];
const operators = [{ account: account("operator"), key: account("key") }];
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
  for (const { address } of [deployer, owner, driver, relayer, ...operators.map((operator) => operator.account)]) {
    await chain.rpc("anvil_setBalance", [address, "0x56bc75e2d63100000"]);
  }
  world = await createWorld(sender, { deployer, owner, operators, threshold: 1, feeBps: 0 });
  const sessions = sessionsOf(world);
  const token = { address: world.deployment.contracts.TestCurrency.address, abi: testCurrencyAbi } as const;
  await fund(sender, world, deployer, driver.address, deposit);
  await sender.call(driver, { name: "approve", ...token, functionName: "approve", args: [sessions.address, deposit] });
  await sender.call(driver, { name: "deposit", ...sessions, functionName: "deposit", args: [token.address, deposit] });
  // From now on the driver has no gas of his own.
  await chain.rpc("anvil_setBalance", [driver.address, "0x0"]);
}, 180_000);
afterAll(() => run?.stop());

it("opens by a signature of the sdk's typed data, once", async () => {
  const sessions = sessionsOf(world);
  const domain = { chainId: chain.chainId, verifyingContract: sessions.address };
  const offer = world.offerOf(0);
  const { timestamp } = await sender.publicClient.getBlock();
  const authorization: OpenAuthorization = {
    driver: driver.address,
    deposit,
    maxSeconds: 3600,
    maxRate: 0n,
    nonce: randomNonce(),
    deadline: timestamp + 600n,
  };
  const read = { ...sessions, functionName: "openAuthorizationDigest", args: [offer, authorization] } as const;
  expect(await sender.publicClient.readContract(read)).toBe(openAuthorizationDigest(domain, offer, authorization));

  const signature = await driver.signTypedData(openAuthorizationTypedData(domain, offer, authorization));
  const proof = [offer, world.config, world.terms, pricingHash(world.pricing)] as const;
  await sender.call(relayer, { name: "activate", ...sessions, functionName: "activateOffer", args: proof });
  const opening = { ...sessions, functionName: "openFor", args: [offer, authorization, signature] } as const;
  const { logs } = await sender.call(relayer, { name: "open for the driver", ...opening });
  const [opened] = parseEventLogs({ abi: chargingSessionsAbi, eventName: "SessionOpened", logs });
  const [used] = parseEventLogs({ abi: chargingSessionsAbi, eventName: "NonceUsed", logs });
  expect(opened?.args).toMatchObject({ driver: driver.address, deposit, evse: offer.evse });
  expect(used?.args).toEqual({
    driver: driver.address,
    nonce: authorization.nonce,
    sessionId: opened?.args.sessionId,
  });
  const { word, mask } = noncePlace(authorization.nonce);
  const nonces = { ...sessions, functionName: "usedNonces", args: [driver.address, word] } as const;
  expect((await sender.publicClient.readContract(nonces)) & mask).toBe(mask);

  const again = await sender.publicClient.simulateContract({ ...opening, account: relayer }).catch((error) => error);
  const data = again.walk((cause: { raw?: unknown }) => cause.raw !== undefined).raw;
  expect(decodeContractError(data)).toEqual({
    name: "NonceAlreadyUsed",
    args: [driver.address, authorization.nonce],
  });
});
