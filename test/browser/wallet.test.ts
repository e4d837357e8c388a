import { describe, expect, it } from "vitest";
import { button, see, useBrowser, valueBeside } from "./support/browser.ts";
import { moneyOf, newAccount, PURSE, sessionsOf } from "./support/chain.ts";
import { account, arrive, chooseWallet, connect, dialog, pay, review } from "./support/flow.ts";

/** Whatever a wallet says or cannot do, the driver reads what it means for his money. */

const visit = useBrowser();
const nothingLocked = "Nothing was locked: your money is where it was, and no session was opened.";

describe("a driver who says no", () => {
  it("to connecting, to the signature, to sending: it is no error, nothing is taken, and he can try again", async () => {
    const { page, wallet } = await arrive(visit, 2, { connected: false });
    const { address } = wallet.account;
    wallet.answer("reject");
    await chooseWallet(page, wallet.name);
    await expect.poll(() => wallet.log.length).toBe(1);
    expect(await account(page).count()).toBe(0);
    wallet.answer("approve");
    await page.reload();
    await chooseWallet(page, wallet.name);
    await account(page).waitFor();

    const window = dialog(page, "Pay 5.00 tEUR and start charging");
    wallet.answer("reject");
    await pay(page, "5");
    await see(window, "You said no in your wallet");
    await see(window, nothingLocked);

    wallet.answer("hold");
    await button(window, "Try again").click();
    (await wallet.asked("eth_signTypedData_v4")).approve();
    await see(window, "Confirm in your wallet");
    (await wallet.asked("eth_sendTransaction")).reject();
    await see(window, "You said no in your wallet");
    await see(window, nothingLocked);
    await button(window, "Close").last().click();
    await window.waitFor({ state: "detached" });
    expect(await moneyOf(address)).toEqual({ wallet: PURSE, ledger: 0n });
    expect(await sessionsOf(address)).toEqual([]);
  });
});

describe("a wallet on another chain", () => {
  it("is brought here by one tap; until then nothing can be paid, and the page says so", async () => {
    const { page, wallet } = await arrive(visit, 2);
    await wallet.moveTo(1);
    const notice = page.getByRole("alert").filter({ hasText: "Your wallet is on another chain" });
    await see(notice, "Nothing can be paid until it is on OpenJoule local. Your money stays where it is.");

    wallet.answer("reject");
    await button(notice, "Switch to OpenJoule local").click();
    await see(page, "The wallet stayed on its chain. You can also switch in the wallet itself.");

    wallet.answer("approve");
    await button(notice, "Switch to OpenJoule local").click();
    await notice.waitFor({ state: "detached" });

    // In the middle of paying: the window has the same tap.
    const window = await review(page, "5");
    await wallet.moveTo(1);
    await button(window, "Switch the chain").click();
    await button(window, /^Pay .* and start$/).waitFor();
    expect(wallet.log.filter(({ method }) => method === "eth_sendTransaction")).toEqual([]);
  });
});

describe("a wallet that cannot pay", () => {
  it("because it is locked: says so, and what to do", async () => {
    const { page, wallet } = await arrive(visit, 2);
    await wallet.lock({ silently: true });
    await pay(page, "5");
    const window = dialog(page, "Pay 5.00 tEUR and start charging");
    await see(window, "Your wallet is locked or not connected");
    await see(window, "Unlock it, connect it again, and try again.");
    await see(window, nothingLocked);
    await button(window, "Close").last().click();
    // A wallet that tells leaves the page without an account; unlocking brings it back.
    await wallet.lock();
    await button(page, "Connect a wallet to pay").waitFor();
    await wallet.unlock();
    await account(page).waitFor();
    expect(await sessionsOf(wallet.account.address)).toEqual([]);
  });

  it("because it has too little of the currency: says how much is missing, and offers no button", async () => {
    const { page } = await arrive(visit, 2, { account: await newAccount({ tokens: 3_000_000n }) });
    await page.getByRole("textbox", { name: "Deposit" }).fill("5");
    await see(page, /^2\.00\stEUR more than you have$/);
    expect(await button(page, "Pay 5.00 tEUR and start").getAttribute("aria-disabled")).toBe("true");
    await see(page, /and\s3\.00\stEUR in your wallet/);
  });

  it("and tells so only after he has begun to write his deposit: what he writes stays what he wrote", async () => {
    const account = await newAccount({ tokens: 3_000_000n });
    const { page, wallet } = await arrive(visit, 2, { account, connected: false });
    const balance = Promise.withResolvers<void>();
    await page.route("**", async (route) => {
      if (route.request().postData()?.includes('"eth_call"')) await balance.promise;
      await route.continue();
    });
    await connect(page, wallet.name);
    const deposit = page.getByRole("textbox", { name: "Deposit" });
    await deposit.focus();
    await deposit.selectText();
    balance.resolve();
    await see(page, /and\s3\.00\stEUR in your wallet/);
    await page.keyboard.type("5");
    expect(await deposit.inputValue()).toBe("5");
    await see(page, /^2\.00\stEUR more than you have$/);
  });

  it("because it has nothing for the network's fee: says so", async () => {
    const { page, wallet } = await arrive(visit, 2, { account: await newAccount({ ether: "0" }) });
    await pay(page, "5");
    const window = dialog(page, "Pay 5.00 tEUR and start charging");
    await see(window, "Not enough for the network fee");
    await see(window, "Your wallet needs a little of the chain's own currency to pay the fee. Add some and try again.");
    await see(window, nothingLocked);
    expect(await valueBeside(window, "Charge point").count()).toBe(0);
    expect(await moneyOf(wallet.account.address)).toEqual({ wallet: PURSE, ledger: 0n });
  });
});
