import { hashTypedData, recoverTypedDataAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, test } from "vitest";
import { typedDataDomain } from "./eip712.ts";
import { stopRequestTypedData } from "./stop-request.ts";

/** Anvil's first development key, public and worth nothing. */
const driver = privateKeyToAccount("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
const domain = { chainId: 31_337, verifyingContract: "0x1000000000000000000000000000000000000003" } as const;
const sessionId = `0x${"ab".repeat(32)}` as const;

describe("stop request", () => {
  test("is the EIP-712 type that wallets show: who signed it is who asks", async () => {
    const typed = stopRequestTypedData(domain, sessionId, 1_800_000_000);
    expect(typed.types.StopRequest.map(({ name, type }) => `${type} ${name}`)).toEqual([
      "bytes32 sessionId",
      "uint256 deadline",
    ]);
    const signature = await driver.signTypedData(typed);
    expect(await recoverTypedDataAddress({ ...typed, signature })).toBe(driver.address);
  });

  test("has a digest of its own for each chain, contract, session and deadline, and none that a contract knows", () => {
    const digest = (given = domain as typeof domain | object, id: `0x${string}` = sessionId, deadline = 1) =>
      hashTypedData(stopRequestTypedData({ ...domain, ...given }, id, deadline));
    const digests = [
      digest(),
      digest({ chainId: 1 }),
      digest({ verifyingContract: driver.address }),
      digest({}, `0x${"cd".repeat(32)}`),
      digest({}, sessionId, 2),
      hashTypedData({ ...stopRequestTypedData(domain, sessionId, 1), domain: typedDataDomain("sessions", domain) }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });
});
