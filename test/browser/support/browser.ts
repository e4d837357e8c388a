import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { launchChromium } from "../../../scripts/browser/launch.ts";
import { photos } from "./photos.ts";
import { site } from "./site.ts";
import type { TestWallet } from "./wallet.ts";

/** How long a page may take to show something, milliseconds: far more than it takes, as machines are shared. */
export const PATIENCE_MS = 30_000;

export interface VisitOptions {
  /** Beside the app's own local wallets. */
  readonly wallet?: TestWallet;
  /** CSS pixels. Default 1280. */
  readonly width?: number;
  readonly theme?: "light" | "dark";
  /** Language of the browser. Default `en`. */
  readonly locale?: string;
  /** By how much the device's clock is ahead, milliseconds. */
  readonly clockAheadMs?: number;
  /** What the console may complain about: of a test that takes something away. Default nothing. */
  readonly allowed?: RegExp;
}

/** A person's browser: fresh storage, one page. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
}

/**
 * A Chromium for the tests of a file. After each test it sees to it that the pages have called nobody outside of this
 * machine and written no error to the console, and closes them.
 */
export function useBrowser(): (options?: VisitOptions) => Promise<Visit> {
  let browser: Browser;
  let visits: { context: BrowserContext; complaints: string[]; strangers: string[] }[] = [];
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  afterEach(async ({ task }) => {
    const ended = visits;
    visits = [];
    if (task.result?.state === "fail") await keepPictures(task.name, ended);
    for (const { context } of ended) await context.close();
    expect(
      ended.flatMap(({ strangers }) => strangers),
      "requests that leave this machine",
    ).toEqual([]);
    expect(
      ended.flatMap(({ complaints }) => complaints),
      "errors in the console",
    ).toEqual([]);
  });

  return async (options = {}) => {
    const { wallet, width = 1280, theme = "light", locale = "en", clockAheadMs, allowed } = options;
    const context = await browser.newContext({
      baseURL: site().webUrl,
      viewport: { width, height: width < 600 ? 740 : 800 },
      colorScheme: theme,
      locale,
      timezoneId: "Europe/Paris",
      reducedMotion: "reduce",
      ...(width < 600 && { hasTouch: true, isMobile: true, deviceScaleFactor: 2 }),
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const visit = { context, complaints: [] as string[], strangers: [] as string[] };
    visits.push(visit);
    const complain = (text: string) => {
      if (!allowed?.test(text)) visit.complaints.push(text);
    };
    context.on("console", (message) => {
      if (message.type() === "error") complain(`${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => complain(String(error.error())));
    context.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (/^(data|blob):$/.test(protocol)) return;
      if (hostname !== "127.0.0.1" && hostname !== "localhost") visit.strangers.push(request.url());
    });
    if (wallet) await wallet.install(context);
    if (clockAheadMs !== undefined) await context.addInitScript(moveClock, clockAheadMs);
    return { context, page: await context.newPage() };
  };
}

/** What the pages of a failed test showed, and said in the console: beside the photographs. */
async function keepPictures(test: string, ended: readonly { context: BrowserContext; complaints: string[] }[]) {
  mkdirSync(photos, { recursive: true });
  const name = test.replace(/\W+/g, "-").slice(0, 60);
  for (const [visit, { context, complaints }] of ended.entries()) {
    for (const [index, page] of context.pages().entries()) {
      const path = join(photos, `failed-${name}-${visit}-${index}.png`);
      await page.screenshot({ path, fullPage: true }).catch(() => {});
      console.error(`${path}: ${page.url()}\n${complaints.join("\n")}`);
    }
  }
}

/** Runs in the page: a device whose clock is ahead. */
function moveClock(milliseconds: number) {
  const now = Date.now.bind(Date);
  Date.now = () => now() + milliseconds;
}

/** What a person reads: white space is one space, whichever it is. */
export const plain = (text: string | null): string => (text ?? "").replace(/\s+/g, " ").trim();

/** Waits until a text can be read on the page. */
export async function see(page: Page | Locator, text: string | RegExp): Promise<void> {
  await page.getByText(text).filter({ visible: true }).first().waitFor();
}

/** The value beside a name in a list of names and values. */
export function valueBeside(page: Page | Locator, name: string): Locator {
  const named = "page" in page ? page.page().getByText(name, { exact: true }) : page.getByText(name, { exact: true });
  return page.locator("dl > div", { has: named }).locator("dd");
}

/** Reads the value beside a name, once it is there. */
export async function readValue(page: Page | Locator, name: string): Promise<string> {
  return plain(await valueBeside(page, name).first().textContent());
}

export const button = (page: Page | Locator, name: string | RegExp): Locator => page.getByRole("button", { name });
