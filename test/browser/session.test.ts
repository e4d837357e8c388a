import { StopReason } from "@openjoule/sdk";
import type { Locator } from "playwright-core";
import { describe, expect, it } from "vitest";
import { localAccount } from "../../scripts/local/accounts.ts";
import { button, plain, readValue, see, useBrowser } from "./support/browser.ts";
import { moneyOf, settlementOf } from "./support/chain.ts";
import {
  account,
  approveLocally,
  arrive,
  chooseWallet,
  dialog,
  money,
  readReceipt,
  review,
  stopButton,
  tabTo,
  untilCharging,
  untilReceipt,
  untilSession,
} from "./support/flow.ts";
import { evseIdOf, site } from "./support/site.ts";

/** A driver's session from the code on the charger to the receipt, as he sees it. */

const visit = useBrowser();

describe("a session, with the local wallet", () => {
  it("is found, paid in one confirmation, watched, stopped, and its receipt is what the contract did", async () => {
    const { page } = await visit();
    const { address } = localAccount("visitor");
    const before = await moneyOf(address);

    await page.goto(`/evse/${encodeURIComponent(evseIdOf(0))}`);
    await see(page, "150 kW");
    await page.getByRole("link", { name: "Start charging", exact: true }).first().click();
    await page.getByRole("heading", { name: "Pay and start", level: 1 }).waitFor();
    await see(page, "nobody can take more than you lock");

    await chooseWallet(page, "Local wallet: Visitor");
    await approveLocally(page, "Connect to this site?");
    await account(page).waitFor();
    await see(page, /and\s100\.00\stEUR in your wallet/);

    const window = await review(page, "20");
    expect(await readValue(window, "Charge point")).toBe(evseIdOf(0));
    expect(await readValue(window, "Locked in the contract now")).toBe("20.00 tEUR");
    expect(await readValue(window, "of it from your wallet")).toBe("20.00 tEUR");
    expect(await readValue(window, "Most you can pay")).toBe("20.00 tEUR");
    await button(window, /^Pay .* and start$/).click();
    await approveLocally(page, "Sign this?");
    // Permit, deposit, offer and opening are one transaction: the wallet is asked to send once.
    const question = dialog(page, "Send this transaction?");
    await see(question, "depositWithPermit");
    await see(question, "open");
    await approveLocally(page, "Send this transaction?");

    const sessionId = await untilSession(page);
    expect(await moneyOf(address)).toEqual({ wallet: before.wallet - 20_000_000n, ledger: before.ledger });
    const { power, energy, cost } = await untilCharging(page);
    expect(power).toMatch(/^1[0-5]\d(\.\d)? kW$/);
    expect(energy).toMatch(/^0\.\d+ kWh$/);
    expect(cost).toMatch(/^0\.\d\d tEUR$/);
    expect(await readValue(page, "Locked in the contract")).toBe("20.00 tEUR");
    const chart = page.getByRole("figure");
    await chart.waitFor();
    await chart.getByText("The same as a table").click();
    const rows = chart.getByRole("row", { name: /kW.*kWh/ });
    await rows.nth(1).waitFor();

    await stopButton(page).click();
    await approveLocally(page, "Sign this?");
    await untilReceipt(page);

    const settled = await settlementOf(sessionId);
    expect({ cost: settled.cost, fee: settled.fee, refund: settled.refund }).toEqual(settled.computed);
    expect(settled).toMatchObject({ driver: address, stopReason: StopReason.Remote, locked: 20_000_000n });
    expect(settled.energyWh).toBeGreaterThan(0);
    expect(settled.cost, "above the least price").toBeGreaterThan(site().station.pricing.minimum);
    expect(await readReceipt(page)).toEqual({
      total: money(settled.cost),
      locked: "20.00 tEUR",
      toStation: money(settled.cost - settled.fee),
      toOperators: money(settled.fee),
      refund: money(settled.refund),
      why: "You asked to stop",
    });
    // Line by line as a driver would add it up: energy by its price, the flat part, and nothing else.
    const { pricePerKwh = 0n, flat = 0n } = site().station.pricing.elements[0] ?? {};
    const energyLine = `Energy: ${settled.energyWh / 1000} kWh × ${money(pricePerKwh)}`;
    const energyCost = settled.cost - flat;
    expect(energyCost).toBe((pricePerKwh * BigInt(settled.energyWh)) / 1000n);
    expect(await readValue(page, energyLine)).toBe(money(energyCost));
    expect(await readValue(page, "Once per charge")).toBe(money(flat));
    await see(page, "1 valid signature of 1 needed, by the operators whom you agreed to.");
    await see(page, "to the last unit, and is what the contract took");
    expect(await moneyOf(address)).toEqual({
      wallet: before.wallet - 20_000_000n,
      ledger: before.ledger + settled.refund,
    });

    await page.getByRole("link", { name: "My sessions and balance" }).click();
    const item = page.getByRole("listitem").filter({ hasText: "place de l’Essai" });
    await see(item, "Settled");
    expect(await readValue(item, "Paid")).toBe(money(settled.cost));
    expect(await readValue(item, "Came back")).toBe(money(settled.refund));
    expect(plain(await page.getByRole("main").textContent())).toContain(money(before.ledger + settled.refund));
  });
});

describe("a session, with the keyboard alone", () => {
  it("is found on the station's page, paid, started and stopped by Tab and Enter, and one sees where one is", async () => {
    const { page, wallet } = await arrive(visit, 1, { connected: false });
    const go = async (target: Locator) => {
      await tabTo(page, target);
      const outline = await target.evaluate((element) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return outlineStyle === "none" ? 0 : Number.parseFloat(outlineWidth);
      });
      expect(outline, `${target}: the focus is seen`).toBeGreaterThanOrEqual(2);
      await page.keyboard.press("Enter");
    };
    await page.goto(`/evse/${encodeURIComponent(evseIdOf(1))}`);
    await go(page.getByRole("link", { name: "Start charging", exact: true }));
    await go(button(page, "Connect a wallet to pay"));
    await go(page.getByRole("dialog").getByRole("button", { name: wallet.name }));
    await account(page).waitFor();
    await tabTo(page, page.getByRole("textbox", { name: "Deposit" }));
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("6");
    await go(button(page, "Pay 6.00 tEUR and start"));
    await go(button(dialog(page, "Pay 6.00 tEUR and start charging"), "Pay 6.00 tEUR and start"));
    const sessionId = await untilSession(page);
    await untilCharging(page);
    await go(stopButton(page));
    await untilReceipt(page);
    expect(await settlementOf(sessionId)).toMatchObject({ driver: wallet.account.address, locked: 6_000_000n });
  });
});
