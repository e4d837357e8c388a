import { encodeEvseId, stationRegistryAbi, testCurrencyAbi } from "@openjoule/sdk";
import { keccak256, type LocalAccount, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { localAccount } from "../../scripts/local/accounts.ts";
import { createSender } from "../../scripts/local/sender.ts";
import { createWorld, fund, localPlace, sessionsOf, type WorldOptions } from "../../scripts/local/world.ts";
import { bulkStations, measureBulk, middlingPlace } from "./bulk.ts";
import { measureFloor } from "./floor.ts";
import { activate, finalFiling, open } from "./scenario.ts";

const account = (name: string) => privateKeyToAccount(keccak256(toHex(name)));
const deposit = 20_000_000n;

/** Gas of one kind of committee: open and settle in steady state, from receipts. */
async function measureCommittee(
  sender: ReturnType<typeof createSender>,
  size: number,
  threshold: number,
  feeBps: number,
): Promise<{ open: bigint; settle: bigint; world: Awaited<ReturnType<typeof createWorld>>; driver: LocalAccount }> {
  const owner = account(`owner ${size} ${feeBps}`);
  const driver = account(`driver ${size} ${feeBps}`);
  const operators: WorldOptions["operators"] = Array.from({ length: size }, (_, i) => ({
    account: account(`operator ${i} of ${size} at ${feeBps}`),
    key: account(`key ${i} of ${size} at ${feeBps}`),
  }));
  for (const { address } of [owner, driver, ...operators.map((operator) => operator.account)]) {
    await sender.publicClient.request({
      method: "anvil_setBalance" as never,
      params: [address, toHex(10n ** 20n)] as never,
    });
  }
  const world = await createWorld(sender, { deployer: localAccount("deployer"), owner, operators, threshold, feeBps });
  const sessions = sessionsOf(world);
  const token = { address: world.deployment.contracts.TestCurrency.address, abi: testCurrencyAbi } as const;
  await fund(sender, world, localAccount("deployer"), driver.address, 1_000_000_000n);
  await sender.call(driver, {
    name: "approve",
    ...token,
    functionName: "approve",
    args: [sessions.address, 2n ** 256n - 1n],
  });
  await sender.call(driver, {
    name: "deposit",
    ...sessions,
    functionName: "deposit",
    args: [token.address, 500_000_000n],
  });

  const offer = world.offerOf(0);
  await activate(sender, world, driver, offer);
  const signers = [...operators]
    .sort((a, b) => (BigInt(a.account.address) < BigInt(b.account.address) ? -1 : 1))
    .slice(0, threshold)
    .map(({ key }) => key);
  let measured = { open: 0n, settle: 0n };
  // The second session of the EVSE is the steady state: no word is fresh any more.
  for (let round = 0; round < 2; round += 1) {
    const opened = await open(sender, world, driver, offer, deposit);
    await sender.publicClient.request({ method: "evm_increaseTime" as never, params: [1300] as never });
    await sender.publicClient.request({ method: "evm_mine" as never, params: [] as never });
    const filing = await finalFiling(sender, world, opened, signers);
    const settled = await sender.call(driver, { name: "settle", ...sessions, functionName: "settle", args: [filing] });
    measured = { open: opened.receipt.gasUsed, settle: settled.gasUsed };
  }
  return { ...measured, world, driver };
}

/** All gas figures of one run on one chain, the floor beside them. */
export async function measureGas(rpcUrl: string, chainId: number) {
  const sender = createSender({ rpcUrl, chainId });
  const simple = await measureCommittee(sender, 1, 1, 0);
  const { world, driver } = simple;
  const sessions = sessionsOf(world);
  const currency = BigInt(world.deployment.contracts.TestCurrency.address);

  const depositGas = (
    await sender.call(driver, {
      name: "deposit",
      ...sessions,
      functionName: "deposit",
      args: [world.deployment.contracts.TestCurrency.address, 50_000_000n],
    })
  ).gasUsed;
  const withdrawGas = (
    await sender.call(driver, {
      name: "withdraw",
      ...sessions,
      functionName: "withdraw",
      args: [currency, 10_000_000n, driver.address],
    })
  ).gasUsed;

  const owner = account("owner 1 0");
  const second = {
    ...world.config,
    evses: world.config.evses.map((evse, i) => ({ ...evse, id: encodeEvseId(`FR*OJE*E100${i}`) })),
  };
  const registerGas = (
    await sender.call(owner, {
      name: "register station",
      address: world.deployment.contracts.StationRegistry.address,
      abi: stationRegistryAbi,
      functionName: "register",
      args: [localPlace, second],
    })
  ).gasUsed;

  const registerInBulk = await measureBulk(sender, world, owner, { place: localPlace, first: 0 });
  const registerInBulkInline = await measureBulk(sender, world, owner, { place: middlingPlace(), first: bulkStations });

  const withFee = await measureCommittee(sender, 1, 1, 250);
  const quorum = await measureCommittee(sender, 3, 2, 250);
  const floor = await measureFloor(sender, world, { owner, driver, key: account("key 0 of 1 at 0") }, bulkStations);
  return {
    floor,
    openJoule: {
      deposit: depositGas,
      withdraw: withdrawGas,
      open: simple.open,
      settle: simple.settle,
      registerStation: registerGas,
      registerInBulk,
      registerInBulkInline,
    },
    settleWithFee: withFee.settle,
    settleTwoOfThree: quorum.settle,
  };
}
