import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { INITIAL_SCRIPT_KB, type WebSizes, webSizes } from "../../bench/web/sizes.ts";
import { buildWeb } from "../../scripts/local/web/build.ts";

let folder: string;
let sizes: WebSizes;

beforeAll(async () => {
  folder = await buildWeb();
  sizes = webSizes(folder);
});

describe("the built app", () => {
  it("brings no more JavaScript at start than a phone on a bad network bears", () => {
    expect(sizes.initialScript).toBeGreaterThan(20_000);
    expect(sizes.initialScript).toBeLessThanOrEqual(INITIAL_SCRIPT_KB * 1000);
  });

  it("leaves the wallet and each page to whoever goes there", () => {
    expect(Object.keys(sizes.lazy)).toEqual(
      expect.arrayContaining(["wallet/host/Host", "map", "stations", "station", "session"]),
    );
    expect(sizes.lazy["wallet/host/Host"]).toBeGreaterThan(50_000);
    expect(sizes.lazy.map).toBeGreaterThan(1_000);
  });

  it("names nothing on another site in its page: what it loads at start is its own", () => {
    const page = readFileSync(join(folder, "index.html"), "utf8");
    const addresses = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = ""]) => address);
    expect(addresses.length).toBeGreaterThan(2);
    for (const address of addresses) {
      expect(address).toMatch(/^\//);
      if (address !== "/config.json") expect(existsSync(join(folder, address)), address).toBe(true);
    }
  });

  it("asks early for what each page and each language needs, and for nothing that is not there", () => {
    const page = readFileSync(join(folder, "index.html"), "utf8");
    const [, early = ""] = /<script async src="\/([^"]+)"/.exec(page) ?? [];
    const asked = [...new Set(readFileSync(join(folder, early), "utf8").match(/assets\/[\w-]+\.(?:js|css)/g))];
    for (const name of ["map", "stations", "station", "session", "sessions", "en", "fr", "pt", "zh"]) {
      expect(
        asked.some((file) => file.startsWith(`assets/${name}-`)),
        name,
      ).toBe(true);
    }
    for (const file of asked) expect(existsSync(join(folder, file)), file).toBe(true);
    // Whoever reads the page's files has them smaller still.
    for (const file of asked.filter((name) => name.endsWith(".js")))
      expect(existsSync(join(folder, `${file}.br`)), file).toBe(true);
  });

  it("holds no private key: they are the local network's to give", () => {
    const scripts = readdirSync(join(folder, "assets")).filter((name) => name.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(5);
    for (const script of scripts) {
      // The development mnemonic's driver.
      expect(readFileSync(join(folder, "assets", script), "utf8")).not.toMatch(
        /8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba|junk/,
      );
    }
  });
});
