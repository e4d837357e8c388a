// @vitest-environment node
import { describe, expect, it } from "vitest";
import { catalogues, problemsOf, readConfig } from "./catalogues.ts";

const all = await catalogues();

describe("catalogues", () => {
  it("are one for the shell and one for each feature", () => {
    const names = all.map(({ name }) => name);
    expect(names).toContain("shell");
    expect(names.length).toBeGreaterThan(1);
  });

  it.each(all.map((catalogue) => [catalogue.name, catalogue] as const))(
    "%s: has every message of its sources in every language, and no others",
    async (_name, catalogue) => {
      expect(await problemsOf(catalogue)).toEqual([]);
    },
  );

  it("say the same thing the same way in every folder", async () => {
    const seen = new Map<string, string>();
    const different: string[] = [];
    for (const { name, catalog } of all) {
      for (const locale of readConfig().locales) {
        for (const [id, { message = id, translation = "" }] of Object.entries((await catalog.read(locale)) ?? {})) {
          if (!translation) continue;
          const key = `${locale}:${id}`;
          const before = seen.get(key) ?? translation;
          if (before !== translation) different.push(`${name}/${locale}: ${message}: "${before}", "${translation}"`);
          seen.set(key, before);
        }
      }
    }
    expect(different).toEqual([]);
  });

  it("keep the placeholders and tags of what they translate", async () => {
    // `{count, plural, …}` or `{fee}`; a form's own words stand in braces too: `one {It keeps …}`.
    const parts = (text: string) => [...new Set(text.match(/\{\w+(?=[,}])|<\/?\w+\/?>/g) ?? [])].sort();
    const different: string[] = [];
    for (const { name, catalog } of all) {
      for (const locale of readConfig().locales) {
        for (const [id, { message = id, translation }] of Object.entries((await catalog.read(locale)) ?? {})) {
          if (!translation) continue;
          if (JSON.stringify(parts(translation)) !== JSON.stringify(parts(message)))
            different.push(`${name}/${locale}: ${message} → ${translation}`);
        }
      }
    }
    expect(different).toEqual([]);
  });
});
