import { afterAll, afterEach, describe, expect, it } from "vitest";
import { button, see, useBrowser } from "./support/browser.ts";
import { newAccount } from "./support/chain.ts";
import { control } from "./support/control.ts";
import {
  account,
  approveLocally,
  arrive,
  chooseWallet,
  pay,
  stopButton,
  untilCharging,
  untilReceipt,
  untilSession,
} from "./support/flow.ts";
import { look, widths } from "./support/look.ts";
import { photos } from "./support/photos.ts";
import { evseIdOf, site } from "./support/site.ts";

/** Every page in both themes, on a telephone and on a laptop. */

const visit = useBrowser();
afterAll(() => console.log(`photographs: ${photos}`));

describe("pages for everybody", () => {
  it("are accessible and fit: map, list, station, an address that is none", async () => {
    const { page } = await visit();
    await page.goto("/");
    await page.locator("canvas").waitFor();
    await page.waitForLoadState("networkidle");
    await look(page, "map");
    // Licence Ouverte 2.0 asks for the source: on the map itself, and under every page.
    await see(page.locator(".maplibregl-ctrl-attrib"), "QualiCharge, Licence Ouverte 2.0");
    await see(page.getByRole("contentinfo"), /^Station data: .+, Licence Ouverte 2\.0\. Map: Natural Earth\.$/);

    await page.goto("/stations");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await see(page, /^\d{3} stations$/);
    await look(page, "stations");
    await page.getByRole("searchbox").fill("nowhere at all");
    await see(page, /No station/);
    await look(page, "stations-none");

    await page.goto(`/evse/${encodeURIComponent(evseIdOf(0))}`);
    await see(page, "150 kW");
    await look(page, "station");
    await page.goto("/nothing/here");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await look(page, "not-found");
  });

  it.each(["en", "fr", "pt", "zh"])("fit in every language: %s", async (locale) => {
    for (const width of widths) {
      const { page } = await visit({ locale, width });
      await page.goto(`/evse/${encodeURIComponent(evseIdOf(0))}`);
      await see(page, /150\skW/);
      expect(await page.locator("html").getAttribute("lang")).toMatch(new RegExp(`^${locale}`));
      await page.screenshot({ path: `${photos}/station-${locale}-${width}.png`, fullPage: true });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
  });
});

describe("a driver's pages", () => {
  it("are accessible and fit: pay, live, receipt, his sessions", async () => {
    const { page, wallet } = await arrive(visit, 3, { account: await newAccount() });
    await page.getByRole("textbox", { name: "Deposit" }).fill("20");
    await look(page, "pay");
    await pay(page, "20");
    await untilSession(page);
    await untilCharging(page);
    await page.getByText("The same as a table").waitFor();
    await look(page, "session-live");
    await stopButton(page).click();
    await untilReceipt(page);
    await look(page, "receipt");
    await page.goto("/sessions");
    await account(page).waitFor();
    await see(page, "OpenJoule, place de l’Essai");
    await look(page, "sessions");
    expect(wallet.sent).toHaveLength(1);
  });

  it("are accessible and fit where nobody is connected and in the local wallet's windows", async () => {
    const { page } = await visit();
    await page.goto("/sessions");
    await button(page, /^Connect/)
      .first()
      .waitFor();
    await look(page, "sessions-nobody");
    await chooseWallet(page, "Local wallet: Visitor");
    await button(page, "Approve").waitFor();
    await look(page, "local-wallet");
    await approveLocally(page, "Connect to this site?");
    await account(page).waitFor();
  });
});

describe("pages without the subgraph", () => {
  const to = (what: "open-subgraph" | "close-subgraph") => control(site().controlUrl, { do: what });
  afterEach(() => to("open-subgraph"));

  it("are accessible and fit", async () => {
    await to("close-subgraph");
    const { page } = await visit({ allowed: /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/ });
    await page.goto("/stations");
    await see(page, "The network's index does not answer");
    await look(page, "stations-failed");
  });
});
