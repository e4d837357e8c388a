import { fireEvent, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { renderInApp } from "#testing";
import { createWalletStore } from "../wallet/state.ts";
import type { TransactionHandle } from "./context.tsx";
import type { Failure } from "./failure-types.ts";
import type { TransactionState } from "./machine.ts";
import { TransactionDialog } from "./TransactionDialog.tsx";

const hash = `0x${"ab".repeat(32)}` as const;
const title = { id: "test", message: "Pay and start" };

function show(state: TransactionState, options: { chainId?: number; connected?: boolean; canRetry?: boolean } = {}) {
  const { chainId = 31337, connected = true, canRetry = true } = options;
  const wallet = createWalletStore();
  if (connected) wallet.set({ status: "connected", address: `0x${"11".repeat(20)}`, chainId, walletName: "Test" });
  const calls = { review: vi.fn(), confirm: vi.fn(), cancel: vi.fn(), dismiss: vi.fn() };
  const transaction: TransactionHandle = {
    ...calls,
    key: "test",
    state,
    title,
    signatures: [{ id: "s", message: "Sign the permission" }],
    canRetry,
  };
  renderInApp(
    <TransactionDialog
      transaction={transaction}
      review={<p>You lock 20.00 tEUR</p>}
      confirmLabel="Lock 20.00 tEUR"
      done="It is running"
      money="Your 20.00 tEUR are still yours."
    />,
    { wallet },
  );
  return calls;
}

const buttons = () => screen.getAllByRole("button").map(({ textContent, ariaLabel }) => textContent || ariaLabel);
const failed = (failure: Failure): TransactionState => ({ phase: "failed", failure, hash: undefined });

describe("the window of a write", () => {
  it("is closed while nothing is asked", () => {
    show({ phase: "idle" });
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("shows what is agreed to before the wallet is asked", () => {
    const { confirm } = show({ phase: "review" });
    expect(screen.getByRole("dialog", { name: "Pay and start" })).toBeTruthy();
    expect(screen.getByText("You lock 20.00 tEUR")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Lock 20.00 tEUR" }));
    expect(confirm).toHaveBeenCalledOnce();
  });

  it("asks for a wallet first, and for the right chain", () => {
    show({ phase: "review" }, { connected: false });
    expect(buttons()).toContain("Connect a wallet");
    expect(buttons()).not.toContain("Lock 20.00 tEUR");
  });

  it("offers to switch the chain instead of asking a wallet that is elsewhere", () => {
    show({ phase: "review" }, { chainId: 1 });
    expect(buttons()).toContain("Switch the chain");
    expect(buttons()).not.toContain("Lock 20.00 tEUR");
  });

  it.each([
    [{ phase: "signing", signature: 0 }, "Sign the permission (now)"],
    [{ phase: "checking" }, "Check that it will work (now)"],
    [{ phase: "wallet" }, "Confirm in your wallet (now)"],
    [{ phase: "pending", hash, late: false }, "The network writes it down (now)"],
  ] as const)("names the step that is under way and cannot be closed: %j", (state, words) => {
    show(state);
    const current = screen.getAllByRole("listitem").find((item) => item.getAttribute("aria-current") === "step");
    expect(current?.textContent).toContain(words);
    expect(screen.queryByRole("button")?.textContent).not.toBe("Close");
    expect(screen.queryByRole("button", { name: "Close" })).toBeNull();
  });

  it("says that a slow one goes on without the page", () => {
    show({ phase: "pending", hash, late: true });
    expect(screen.getByText("This takes longer than usual")).toBeTruthy();
  });

  it("is done with the transaction's proof", () => {
    show({ phase: "done", mined: { hash, blockNumber: 1n, logs: [] } });
    expect(screen.getByRole("heading", { name: "It is running" })).toBeTruthy();
    expect(screen.getByTitle(hash)).toBeTruthy();
  });

  it("takes a no for an answer: no alarm, the money's place, another try", () => {
    const { confirm } = show({ phase: "rejected" });
    expect(screen.queryByRole("alert")).toBeNull();
    expect(screen.getByText("Your 20.00 tEUR are still yours.")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(confirm).toHaveBeenCalledOnce();
  });

  it.each<[Failure, string]>([
    [{ kind: "contract", name: "EvseBusy", args: [1n], details: "" }, "Somebody is charging here"],
    [{ kind: "contract", name: "CloseTooEarly", args: [1_800_000_000n], details: "" }, "It is too early to close"],
    [{ kind: "contract", name: "SomethingNew", args: [], details: "" }, "The contract refuses this (SomethingNew)"],
    [{ kind: "noGas", details: "" }, "Not enough for the network fee"],
    [{ kind: "walletLocked", details: "" }, "Your wallet is locked or not connected"],
    [{ kind: "walletBusy", details: "" }, "already asking you something"],
    [{ kind: "unreachable", details: "" }, "The network does not answer"],
    [{ kind: "dropped", details: "" }, "has forgotten the transaction"],
    [{ kind: "reverted", details: "" }, "The network undid it"],
    [{ kind: "unknown", details: "0xdead" }, "reported a fault"],
  ])("says what failed, what to do, and where the money is (%#)", (failure, words) => {
    show(failed(failure));
    const alert = screen.getByRole("alert");
    expect(alert.querySelector("h3")?.textContent).toContain(words);
    expect(alert.textContent).toContain("Your 20.00 tEUR are still yours.");
    expect(buttons()).toContain("Try again");
    expect(alert.querySelector("details") !== null).toBe(failure.details !== "");
  });

  it("does not offer to try again what a reload has forgotten", () => {
    show(failed({ kind: "dropped", details: "" }), { canRetry: false });
    expect(buttons()).not.toContain("Try again");
  });

  it("tells a cancellation in the wallet from another transaction in its place", () => {
    show({ phase: "replaced", hash, by: hash, cancelled: true });
    expect(screen.getByRole("heading", { name: "You cancelled it in your wallet" })).toBeTruthy();
  });

  it("waits with the person for a wallet that a reload left alone", () => {
    const { dismiss } = show({ phase: "interrupted" });
    fireEvent.click(screen.getByRole("button", { name: "The wallet is not asking any more" }));
    expect(dismiss).toHaveBeenCalledOnce();
  });
});
