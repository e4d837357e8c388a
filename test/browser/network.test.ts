import { StopReason } from "@openjoule/sdk";
import { afterEach, describe, expect, it } from "vitest";
import { button, readValue, see, useBrowser } from "./support/browser.ts";
import { moneyOf, PURSE, settlementOf } from "./support/chain.ts";
import { control } from "./support/control.ts";
import {
  arrive,
  dialog,
  money,
  pay,
  payPath,
  readReceipt,
  stopButton,
  untilCharging,
  untilReceipt,
  untilSession,
} from "./support/flow.ts";
import { evseIdOf, site } from "./support/site.ts";

/** Parts of the network fail; the driver reads what that means, and his money is where it should be. */

const visit = useBrowser();
const unreachable = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED/;

describe("a charge point that refuses to start", () => {
  const command = (what: { do: string } & Record<string, unknown>) =>
    control(site().controlUrl, { do: "charge-point", command: what });
  afterEach(async () => {
    await command({ do: "misbehave", remove: ["refuse-remote-start"] });
    await command({ do: "unplug", connector: 2 });
  });

  it("gives the whole deposit back at once, and the page says so", async () => {
    await command({ do: "misbehave", add: ["refuse-remote-start"] });
    // Without a cable it could not start in any case, and the oracle would wait for one.
    await command({ do: "plug", connector: 2 });
    const { page, wallet } = await arrive(visit, 1);
    await pay(page, "5");
    const sessionId = await untilSession(page);
    await untilReceipt(page);
    await see(page, "Nothing was delivered, so nothing was charged: your whole deposit came back at once.");
    expect(await readReceipt(page)).toMatchObject({ total: "0.00 tEUR", locked: "5.00 tEUR", refund: "5.00 tEUR" });
    expect(await settlementOf(sessionId)).toMatchObject({ stopReason: StopReason.Refused, cost: 0n, energyWh: 0 });
    expect(await moneyOf(wallet.account.address)).toEqual({ wallet: PURSE - 5_000_000n, ledger: 5_000_000n });
  });
});

describe("an oracle that is down", () => {
  it("leaves the page with what the chain knows, and the driver with the contract to stop by", async () => {
    const { page } = await arrive(visit, 1, { options: { allowed: unreachable } });
    await pay(page, "8");
    const sessionId = await untilSession(page);
    await untilCharging(page);
    await control(site().controlUrl, { do: "kill-oracle" });

    const down = page.getByRole("status").filter({ hasText: "The oracle does not answer" });
    await see(down, /What you see is what the chain knows, read .+\. Charging may go on\./);
    await see(down, "Your money is safe in the contract, and you can end the session without the oracle.");
    // Elsewhere too: what is free is by the chain alone then.
    const other = await page.context().newPage();
    await other.goto("/stations");
    await see(other, "The chargers themselves cannot be asked now");
    await see(other, "What is free here is by the last records on the chain.");
    await other.getByRole("searchbox", { name: "Name, place or EVSE id" }).fill("Essai");
    await see(other, "3/4 free");
    await other.close();

    await page.reload();
    await down.waitFor();
    expect(await readValue(page, "Comes back when closed")).toBe("8.00 tEUR");

    await stopButton(page).click();
    const window = dialog(page, "Stop charging through the chain");
    await see(window, "This costs a network fee and moves no other money.");
    await button(window, "Ask the contract to stop").click();
    await see(window, "The contract knows that you want to stop.");
    await button(window, "Close").last().click();
    await see(page, "the time until you can close the session runs now");
    expect(await readValue(page, "You can close it in")).toMatch(/^(6 hr|5 hr \d+ min)/);

    await control(site().controlUrl, { do: "restart-oracle" });
    await untilReceipt(page);
    const settled = await settlementOf(sessionId);
    expect(settled).toMatchObject({ stopReason: StopReason.Remote, locked: 8_000_000n });
    expect(settled.cost).toBe(settled.computed.cost);
    expect(await readReceipt(page)).toMatchObject({ total: money(settled.cost), refund: money(settled.refund) });
  });
});

describe("a subgraph", () => {
  const close = () => control(site().controlUrl, { do: "close-subgraph" });
  const open = () => control(site().controlUrl, { do: "open-subgraph" });
  afterEach(open);

  it("that is down: the pages that need it say so, a running session goes on, and its receipt comes when it is back", async () => {
    // And the oracle does not know a session that is none.
    const allowed = new RegExp(`${unreachable.source}|404 \\(Not Found\\) \\(http.+/sessions/0x0+\\)$`);
    const { page } = await arrive(visit, 2, { options: { allowed } });
    await pay(page, "5");
    await untilSession(page);
    await untilCharging(page);
    await close();
    // Live from the oracle, after a reload too: this browser knows what it has opened.
    await page.reload();
    await untilCharging(page);
    await stopButton(page).click();
    await see(page, "Settling");

    const other = await page.context().newPage();
    // The same words everywhere; where there is money to speak of, what is true of it besides.
    for (const [path, besides] of [
      ["/", undefined],
      [`/evse/${encodeURIComponent(evseIdOf(0))}`, undefined],
      [payPath(0), "Nothing was paid."],
      [`/sessions/0x${"0".repeat(64)}`, "A session goes on, and ends, without this page."],
      ["/stations", undefined],
    ] as const) {
      await other.goto(path);
      await see(other, "The network's index does not answer");
      await see(other, /Payments and running sessions are not affected: the contract holds the money\./);
      if (besides !== undefined) await see(other, new RegExp(besides.replaceAll(".", "\\.")));
    }
    await open();
    await button(other, "Try again").click();
    await other.getByRole("searchbox", { name: "Name, place or EVSE id" }).fill("Essai");
    await see(other, "OpenJoule, place de l’Essai");
    await untilReceipt(page);
  });

  it("that is behind: the pages say how old what they show is, and that money is not affected", async () => {
    // A device two minutes ahead sees what one sees of an index that is two minutes behind.
    const { page } = await visit({ clockAheadMs: 120_000 });
    await page.goto("/stations");
    await see(page, "What you see here may be out of date");
    await see(page, /It shows the network as it was 2 minutes ago\./);
    await see(page, "Payments and running sessions are not affected: the contract holds the money.");
  });
});
