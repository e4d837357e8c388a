import { chargingSessionsAbi, testCurrencyAbi } from "@openjoule/sdk";
import {
  BaseError,
  ExecutionRevertedError,
  encodeErrorResult,
  HttpRequestError,
  InsufficientFundsError,
  RpcRequestError,
  UserRejectedRequestError,
} from "viem";
import { describe, expect, it } from "vitest";
import { readFailure } from "./failure.ts";
import { TransactionError } from "./failure-types.ts";

const busy = encodeErrorResult({ abi: chargingSessionsAbi, errorName: "EvseBusy", args: [42n] });
const rpcError = (code: number, message: string, data?: unknown) =>
  new RpcRequestError({ body: {}, url: "http://chain", error: { code, message, data } });
const wrapped = (cause: Error) => new BaseError("It failed.", { cause: new BaseError("Deeper.", { cause }) });

describe("what an error of a wallet or a chain means", () => {
  it("is the contract's word where the contract spoke, however deep", () => {
    const expected = { kind: "contract", name: "EvseBusy", args: [42n] };
    expect(readFailure(wrapped(rpcError(3, "execution reverted", busy)))).toMatchObject(expected);
    // MetaMask and others put the node's error inside their own.
    expect(readFailure({ code: -32603, message: "Internal", data: { code: 3, data: busy } })).toMatchObject(expected);
    expect(readFailure({ code: -32603, data: { originalError: { data: busy } } })).toMatchObject(expected);
  });

  it("reads errors of the currency as well", () => {
    const data = encodeErrorResult({
      abi: testCurrencyAbi,
      errorName: "ERC20InsufficientBalance",
      args: [`0x${"ab".repeat(20)}`, 1n, 2n],
    });
    expect(readFailure(rpcError(3, "execution reverted", data))).toMatchObject({ name: "ERC20InsufficientBalance" });
  });

  it("is a rejection when the person said no, in whichever way a wallet says it", () => {
    expect(readFailure(new UserRejectedRequestError(new Error("denied")))).toBe("rejected");
    expect(readFailure({ code: 4001, message: "User denied transaction signature." })).toBe("rejected");
    expect(readFailure(wrapped(Object.assign(new Error("no"), { code: 4001 })))).toBe("rejected");
    expect(readFailure({ code: 5000, message: "User rejected (WalletConnect)" })).toBe("rejected");
  });

  it.each([
    [{ code: 4100, message: "unauthorized" }, "walletLocked"],
    [Object.assign(new Error("no connector"), { name: "ConnectorNotConnectedError" }), "walletLocked"],
    [{ code: -32002, message: "Request already pending" }, "walletBusy"],
    [{ code: 4901, message: "not on this chain" }, "wrongChain"],
    [{ code: 4900, message: "disconnected" }, "unreachable"],
    [wrapped(new HttpRequestError({ url: "http://chain" })), "unreachable"],
    [wrapped(new InsufficientFundsError()), "noGas"],
    [rpcError(-32003, "Insufficient funds for gas * price + value"), "noGas"],
    [wrapped(new ExecutionRevertedError({ message: "execution reverted" })), "reverted"],
    [new Error("something new"), "unknown"],
    ["a text", "unknown"],
    [undefined, "unknown"],
    [null, "unknown"],
  ])("%# → %s", (error, kind) => {
    expect(readFailure(error)).toMatchObject({ kind });
  });

  it("says an unknown revert in its own words rather than the contract's", () => {
    const failure = readFailure(rpcError(3, "execution reverted: custom", "0x12345678"));
    expect(failure).toMatchObject({ kind: "unknown", details: expect.stringContaining("execution reverted") });
  });

  it("passes on what the page found out itself", () => {
    const failure = { kind: "walletLocked", details: "no account" } as const;
    expect(readFailure(new TransactionError(failure))).toBe(failure);
  });

  it("keeps its details short, and survives errors that cause themselves", () => {
    const circle: { message: string; cause?: unknown } = { message: "x".repeat(5_000) };
    circle.cause = circle;
    const failure = readFailure(circle);
    expect(failure).toMatchObject({ kind: "unknown" });
    expect((failure as { details: string }).details.length).toBeLessThanOrEqual(600);
  });
});
