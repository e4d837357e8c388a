import type { FirstWords } from "../src/app/first-words.ts";
import type { PageName } from "../src/app/paths.ts";
import { catalogues, readConfig } from "./catalogues.ts";

/** What each page begins with, in English as its sources have it, and whose words they are. */
const beginnings: Readonly<Record<PageName, FirstWords & { readonly feature: string }>> = {
  map: {
    feature: "map",
    intro: "The map is on its way. All stations are in the list as well, with what each of them costs.",
  },
  stations: {
    feature: "stations",
    title: "Stations",
    intro: "You see the price before you pay, and what the chargers themselves say is free now.",
  },
  station: {
    feature: "station",
    title: "Station",
    intro: "Its connectors, its price before you pay, and who signs what its meter says are on their way.",
    narrow: true,
  },
  pay: {
    feature: "session",
    title: "Pay and start",
    intro: "What you do not use comes back to you; nobody can take more than you lock.",
  },
  session: {
    feature: "session",
    title: "Session",
    intro: "What was charged here, what it cost and what came back are being looked up in the network's index.",
  },
  sessions: {
    feature: "sessions",
    title: "My sessions",
    intro: "What you have charged and paid, what came back, and your balance, as the chain has them.",
    narrow: true,
  },
};

/**
 * Every page's first words by language.
 *
 * @throws Error when a page no longer says them, or a catalogue has no translation
 */
export async function translatedBeginnings(): Promise<Record<string, Record<string, FirstWords>>> {
  const all = await catalogues();
  const translations: Record<string, Record<string, FirstWords>> = {};
  for (const locale of readConfig().locales) {
    const words: Record<string, FirstWords> = {};
    for (const [page, { feature, title, intro, narrow }] of Object.entries(beginnings)) {
      const messages = (await all.find(({ name }) => name === feature)?.catalog.read(locale)) ?? {};
      const say = (text: string) => {
        const found = Object.values(messages).find(({ message }) => message === text) ?? messages[text];
        if (!found?.translation) throw new Error(`${feature}/${locale} does not say: ${text}`);
        return found.translation;
      };
      words[page] = { ...(title && { title: say(title) }), intro: say(intro), ...(narrow && { narrow }) };
    }
    translations[locale] = words;
  }
  return translations;
}
