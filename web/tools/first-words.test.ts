// @vitest-environment node
import { expect, it } from "vitest";
import { locales } from "../src/i18n/locales.ts";
import { translatedBeginnings } from "./first-words.ts";

it("every page begins with words of its own catalogue, in every language", async () => {
  const words = await translatedBeginnings();
  expect(Object.keys(words).sort()).toEqual(Object.keys(locales).sort());
  const said = Object.values(words).flatMap((pages) => Object.values(pages).map(({ intro }) => intro));
  // Six pages; none says what another says, in whatever language.
  expect(new Set(said).size).toBe(6 * Object.keys(locales).length);
});
