import { afterEach, describe, expect, it } from "vitest";
import { button, see, useBrowser } from "./support/browser.ts";
import { moneyOf, openElsewhere, PURSE, pauseBlocks, resumeBlocks, sessionsOf } from "./support/chain.ts";
import { arrive, dialog, pay, stopButton, untilReceipt, untilSession } from "./support/flow.ts";

/** What becomes of a transaction after the wallet has sent it. */

const visit = useBrowser();
const nothingLocked = "Nothing was locked: your money is where it was, and no session was opened.";

afterEach(resumeBlocks);

describe("a transaction", () => {
  it("that the chain undoes, as somebody was quicker: says why, and that nothing was taken", async () => {
    const { page, wallet } = await arrive(visit, 3);
    wallet.answer("hold");
    await pay(page, "5");
    (await wallet.asked("eth_signTypedData_v4")).approve();
    const sending = await wallet.asked("eth_sendTransaction");
    const { driver, opened } = await openElsewhere(3);
    sending.approve();
    const window = dialog(page, "Pay 5.00 tEUR and start charging");
    await see(window, "Somebody is charging here");
    await see(window, "Choose another connector, or try again in a while.");
    await see(window, nothingLocked);
    await see(window, wallet.sent[0]?.slice(0, 10) ?? "");
    expect(await moneyOf(wallet.account.address)).toEqual({ wallet: PURSE, ledger: 0n });
    expect(await sessionsOf(wallet.account.address)).toEqual([]);
    await button(window, "Close").last().click();
    // The page itself has noticed.
    await see(page, "You can pay as soon as it is free; this page notices by itself.");
    await driver.requestStop(opened);
  });

  it("that the driver cancels in his wallet: says so, and that nothing was taken", async () => {
    const { page, wallet } = await arrive(visit, 2);
    await pauseBlocks();
    await pay(page, "5");
    const window = dialog(page, "Pay 5.00 tEUR and start charging");
    await see(window, "The network writes it down");
    await expect.poll(() => wallet.sent.length, { timeout: 10_000 }).toBe(1);
    const [hash] = wallet.sent;
    if (hash === undefined) throw new Error("the wallet has sent nothing");
    await wallet.replace(hash, "cancelled");
    await resumeBlocks();
    await see(window, "You cancelled it in your wallet");
    await see(window, nothingLocked);
    expect(await moneyOf(wallet.account.address)).toEqual({ wallet: PURSE, ledger: 0n });
    expect(await sessionsOf(wallet.account.address)).toEqual([]);
  });

  it("that the driver speeds up in his wallet: goes on as if nothing had happened", async () => {
    const { page, wallet } = await arrive(visit, 2);
    await pauseBlocks();
    await pay(page, "5");
    await see(dialog(page, "Pay 5.00 tEUR and start charging"), "The network writes it down");
    await expect.poll(() => wallet.sent.length, { timeout: 10_000 }).toBe(1);
    const [hash] = wallet.sent;
    if (hash === undefined) throw new Error("the wallet has sent nothing");
    const faster = await wallet.replace(hash, "faster");
    await resumeBlocks();
    const sessionId = await untilSession(page);
    expect(await sessionsOf(wallet.account.address)).toEqual([sessionId]);
    await stopButton(page).click();
    await untilReceipt(page);
    await see(page, faster.slice(0, 10));
  });
});
