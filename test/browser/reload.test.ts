import { afterEach, describe, expect, it } from "vitest";
import { button, readValue, see, useBrowser } from "./support/browser.ts";
import { moneyOf, PURSE, pauseBlocks, resumeBlocks, sessionsOf, settlementOf } from "./support/chain.ts";
import {
  account,
  arrive,
  dialog,
  money,
  pay,
  readReceipt,
  stopButton,
  untilCharging,
  untilReceipt,
  untilSession,
} from "./support/flow.ts";

/** The page is loaded anew in the middle of everything, and the flow goes on. */

const visit = useBrowser();

afterEach(resumeBlocks);

describe("a reload", () => {
  it("while the wallet asks loses nothing: what was not sent begins anew, what was sent is noticed on the chain", async () => {
    const { page, wallet } = await arrive(visit, 1);
    const { address } = wallet.account;

    // Connected: it stays so, and the wallet is not asked again.
    await page.reload();
    await account(page).waitFor();
    expect(wallet.log.map(({ method }) => method)).toEqual(["eth_requestAccounts"]);

    // While it asks for the signature: nothing is under way yet, and the page begins anew.
    wallet.answer("hold");
    await pay(page, "15");
    await see(dialog(page, /start charging/), "Sign the permission to take 15.00 tEUR");
    const forgotten = await wallet.asked("eth_signTypedData_v4");
    await page.reload();
    await button(page, /^Pay .* and start$/).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    forgotten.reject();

    // While it asks to send: the page cannot know the answer, says so, and notices it on the chain.
    await pay(page, "15");
    (await wallet.asked("eth_signTypedData_v4")).approve();
    const sending = await wallet.asked("eth_sendTransaction");
    await page.reload();
    const window = dialog(page, "Pay 15.00 tEUR and start charging");
    await see(window, "Your wallet may still be asking you");
    await see(window, "if you say no there, nothing is taken");
    expect(await sessionsOf(address)).toEqual([]);
    sending.approve();
    const sessionId = await untilSession(page);
    expect(await sessionsOf(address)).toEqual([sessionId]);
    expect(await moneyOf(address)).toEqual({ wallet: PURSE - 15_000_000n, ledger: 0n });

    // While it asks for the signature to stop: charging goes on, and stopping begins anew.
    await untilCharging(page);
    await stopButton(page).click();
    const stopping = await wallet.asked("eth_signTypedData_v4");
    await page.reload();
    await untilCharging(page);
    stopping.reject();
    wallet.answer("approve");
    await stopButton(page).click();
    await untilReceipt(page);
    expect(wallet.sent).toHaveLength(1);
  });

  it("while the chain, the charge point and the receipt are at it loses nothing", async () => {
    const { page, wallet } = await arrive(visit, 1);
    const { address } = wallet.account;

    // Pending: its step is shown again, until the chain has it.
    await pauseBlocks();
    await pay(page, "15");
    const window = dialog(page, "Pay 15.00 tEUR and start charging");
    await expect.poll(() => wallet.sent.length, { timeout: 10_000 }).toBe(1);
    await see(window, "The network writes it down");
    await page.reload();
    await see(window, "The network writes it down");
    expect(await sessionsOf(address)).toEqual([]);
    await resumeBlocks();
    const sessionId = await untilSession(page);
    expect(await sessionsOf(address)).toEqual([sessionId]);

    // Live.
    await untilCharging(page);
    await page.reload();
    await untilCharging(page);
    expect(await readValue(page, "Locked in the contract")).toBe("15.00 tEUR");

    // Stopping, and on the receipt.
    await stopButton(page).click();
    await stopButton(page).waitFor({ state: "detached" });
    await page.reload();
    await untilReceipt(page);
    const receipt = await readReceipt(page);
    await page.reload();
    await untilReceipt(page);
    expect(await readReceipt(page)).toEqual(receipt);
    const settled = await settlementOf(sessionId);
    expect(receipt).toMatchObject({ total: money(settled.cost), refund: money(settled.refund) });
    expect(wallet.sent).toHaveLength(1);
  });
});
