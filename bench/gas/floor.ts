import { compactSignature, testCurrencyAbi } from "@openjoule/sdk";
import { type Abi, encodePacked, type Hex, hashTypedData, keccak256, type LocalAccount, pad, toHex } from "viem";
import { readArtifact } from "../../scripts/deploy/artifacts.ts";
import { deployContract } from "../../scripts/deploy/contracts.ts";
import type { Sender } from "../../scripts/local/sender.ts";
import type { World } from "../../scripts/local/world.ts";

/**
 * The same operations on `bench/contracts/Floor.sol`, in steady state: what the work alone costs.
 * @param bulkStations how many stations of four EVSEs one transaction registers
 */
export async function measureFloor(
  sender: Sender,
  world: World,
  accounts: { owner: LocalAccount; driver: LocalAccount; key: LocalAccount },
  bulkStations: number,
) {
  const { owner, driver, key } = accounts;
  const token = world.deployment.contracts.TestCurrency.address;
  const clients = { wallet: sender.walletOf(owner), public: sender.publicClient };
  const source = "bench/contracts/Floor.sol";
  const { address } = await deployContract(clients, source, [token]);
  const { abi } = readArtifact(source);
  const call = (account: LocalAccount, functionName: string, args: readonly unknown[]) =>
    sender.call(account, { name: functionName, address, abi: abi as Abi, functionName, args });
  const gas = async (account: LocalAccount, functionName: string, args: readonly unknown[]) =>
    (await call(account, functionName, args)).gasUsed;

  const evse = keccak256(toHex("an EVSE"));
  await call(owner, "setSigner", [key.address]);
  await call(owner, "setEvse", [evse, 450_000]);
  await sender.call(driver, {
    name: "approve",
    address: token,
    abi: testCurrencyAbi,
    functionName: "approve",
    args: [address, 2n ** 256n - 1n],
  });
  // The owner has been paid before.
  await sender.call(owner, {
    name: "mint",
    address: token,
    abi: testCurrencyAbi,
    functionName: "mint",
    args: [owner.address, 1_000_000n],
  });
  await sender.call(owner, {
    name: "approve",
    address: token,
    abi: testCurrencyAbi,
    functionName: "approve",
    args: [address, 2n ** 256n - 1n],
  });
  await call(owner, "deposit", [1_000_000n]);
  await call(driver, "deposit", [100_000_000n]);
  const deposit = await gas(driver, "deposit", [50_000_000n]);
  const withdraw = await gas(driver, "withdraw", [10_000_000n]);

  const salt = keccak256(toHex("the only session"));
  const open = await gas(driver, "open", [evse, salt, 20_000_000n]);
  const tag =
    BigInt(
      keccak256(encodePacked(["bytes32", "bytes32", "bytes32"], [evse, pad(driver.address, { size: 32 }), salt])),
    ) &
    (2n ** 128n - 1n);
  const digest = hashTypedData({
    domain: { chainId: sender.chain.id, verifyingContract: address },
    types: {
      Reading: [
        { name: "session", type: "bytes32" },
        { name: "energyWh", type: "uint256" },
      ],
    },
    primaryType: "Reading",
    message: { session: pad(toHex(tag), { size: 32 }), energyWh: 21_345n },
  });
  const { r, vs } = compactSignature((await key.sign?.({ hash: digest })) as Hex);
  const settle = await gas(driver, "settle", [evse, driver.address, salt, 21_345n, r, vs]);

  const ids = (first: number) => [0, 1, 2, 3].map((i) => keccak256(toHex(first + i)));
  await call(owner, "registerStation", [1n, 450_000, ids(10)]);
  const registerStation = await gas(owner, "registerStation", [2n, 450_000, ids(20)]);
  const stationsOfFour = Array.from({ length: bulkStations }, (_, i) => ids(100 + 4 * i));
  const registerInBulk = await gas(owner, "registerStations", [1000n, 450_000, stationsOfFour]);
  return { deposit, withdraw, open, settle, registerStation, registerInBulk };
}
