import { i18n } from "@lingui/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { activate, chooseLocale, locales, preferredLocale } from "./index.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const speaks = (...languages: string[]) => vi.stubGlobal("navigator", { languages });

describe("the language", () => {
  it.each([
    [["pt-BR", "en"], "pt"],
    [["de-CH", "fr-CH"], "fr"],
    [["zh-Hant-TW"], "zh"],
    [["de", "it"], "en"],
    [[], "en"],
  ])("of a browser that speaks %j is %s", (languages, expected) => {
    speaks(...languages);
    expect(preferredLocale()).toBe(expected);
  });

  it("that a person chose counts more, and stays", async () => {
    speaks("fr");
    await chooseLocale("zh");
    expect(preferredLocale()).toBe("zh");
    expect(i18n.locale).toBe("zh");
    expect(document.documentElement.lang).toBe("zh-Hans");
  });

  it("that is stored but unknown is not taken", () => {
    speaks("pt");
    localStorage.setItem("openjoule.locale", "xx");
    expect(preferredLocale()).toBe("pt");
  });

  it("brings its own words for every page", async () => {
    const words = new Set<string>();
    for (const locale of Object.keys(locales) as (keyof typeof locales)[]) {
      await activate(locale);
      expect(Object.keys(i18n.messages).length).toBeGreaterThan(100);
      words.add(JSON.stringify(i18n.messages));
    }
    expect(words.size).toBe(4);
  });
});
