import { formatDecimal, type SessionId } from "@openjoule/sdk";
import type { Locator, Page } from "playwright-core";
import type { LocalAccount } from "viem";
import { button, plain, readValue, see, type Visit, type VisitOptions, valueBeside } from "./browser.ts";
import { newAccount } from "./chain.ts";
import { evseIdOf, site } from "./site.ts";
import { createTestWallet } from "./wallet.ts";

/** What a driver does in the app, by the names that he and a screen reader find things by. */

/** An amount as the app writes it in English. */
export function money(amount: bigint): string {
  const format = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 6 });
  return `${format.format(formatDecimal(amount, 6) as Intl.StringNumericLiteral)} tEUR`;
}

/** The page on which a session at the made-up station's EVSE is paid. */
export const payPath = (index: number): string => `/evse/${encodeURIComponent(evseIdOf(index))}/pay`;

/** Connects a wallet by its name, from wherever the page offers it; the wallet has yet to agree. */
export async function chooseWallet(page: Page, name: string): Promise<void> {
  await button(page, /^Connect/)
    .first()
    .click();
  await page.getByRole("dialog").getByRole("button", { name }).click();
}

/** Whether an account is connected, as the header shows it. */
export const account = (page: Page) => button(page, /^Your account/);

export async function connect(page: Page, name: string): Promise<void> {
  await chooseWallet(page, name);
  await account(page).waitFor();
}

/** The window with a title. */
export const dialog = (page: Page, name: string | RegExp) => page.getByRole("dialog", { name });

/** Approves what the app's own local wallet asks. */
export async function approveLocally(page: Page, title: string): Promise<void> {
  await button(dialog(page, title), "Approve").click();
}

/** Types the deposit and opens the review. */
export async function review(page: Page, deposit: string) {
  await page.getByRole("textbox", { name: "Deposit" }).fill(deposit);
  await button(page, /^Pay [\d.]+.* and start$/).click();
  const window = dialog(page, /^Pay .* and start charging$/);
  await window.waitFor();
  return window;
}

/** Confirms the review. */
export async function pay(page: Page, deposit: string): Promise<void> {
  const window = await review(page, deposit);
  await button(window, /^Pay .* and start$/).click();
}

/** The session whose page is shown, once one is. */
export async function untilSession(page: Page): Promise<SessionId> {
  await page.waitForURL(/\/sessions\/0x[0-9a-f]{64}$/);
  return new URL(page.url()).pathname.split("/").at(-1) as SessionId;
}

/** Waits until energy flows, and reads the meter. */
export async function untilCharging(page: Page) {
  await page
    .getByRole("status")
    .filter({ hasText: /^Charging/ })
    .waitFor();
  const meter = page.getByRole("region", { name: "Meter" });
  await valueBeside(meter, "Energy").filter({ hasText: /[1-9]/ }).waitFor();
  return {
    power: plain(await meter.getByRole("paragraph").first().textContent()),
    energy: await readValue(meter, "Energy"),
    cost: await readValue(meter, "Cost so far"),
  };
}

export const stopButton = (page: Page) => button(page, "Stop charging");

/** Waits for the receipt and until the browser has checked it. */
export async function untilReceipt(page: Page): Promise<void> {
  await page.getByRole("heading", { name: "Receipt", level: 1 }).waitFor();
  await see(page, "Payment, fee and refund are exactly what you locked.");
}

/** What the receipt says, in its own words. */
export async function readReceipt(page: Page) {
  const value = (name: string) => readValue(page, name);
  return {
    total: await value("Total"),
    locked: await value("You locked"),
    toStation: await value("To the station"),
    toOperators: await value("To the operators who signed"),
    refund: await value("Back to your OpenJoule balance"),
    why: await value("Why it ended"),
  };
}

/** A driver with the test wallet in his browser, on the page where he pays. */
export async function arrive(visit: (options?: VisitOptions) => Promise<Visit>, index: number, given: Arrival = {}) {
  const { account: known, options, connected = true } = given;
  const { chainUrl, chainId } = site();
  const wallet = createTestWallet({ account: known ?? (await newAccount()), chainUrl, chainId });
  const { page } = await visit({ ...options, wallet });
  await page.goto(payPath(index));
  if (connected) await connect(page, wallet.name);
  return { page, wallet };
}

export interface Arrival {
  readonly account?: LocalAccount;
  readonly options?: VisitOptions;
  /** Whether the wallet is connected already. Default true. */
  readonly connected?: boolean;
}

/** Goes there by the Tab key alone. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let pressed = 0; pressed < 80; pressed += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${target} is not reached by the Tab key`);
}
