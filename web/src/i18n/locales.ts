/** Languages of the app, each in its own words. */
export const locales = { en: "English", fr: "Français", pt: "Português", zh: "中文" } as const;

export type Locale = keyof typeof locales;

export const isLocale = (text: unknown): text is Locale => typeof text === "string" && Object.hasOwn(locales, text);

const STORED = "openjoule.locale";

/** The language chosen here before, else the first of the browser's that we have, else English. */
export function preferredLocale(): Locale {
  const stored = readStored();
  if (stored !== undefined) return stored;
  for (const tag of navigator.languages ?? []) {
    const [language] = tag.toLowerCase().split("-");
    if (isLocale(language)) return language;
  }
  return "en";
}

/** Storage may be forbidden (private windows, policies): a choice is then kept for this page only. */
function readStored(): Locale | undefined {
  try {
    const stored = localStorage.getItem(STORED);
    return isLocale(stored) ? stored : undefined;
  } catch {
    return undefined;
  }
}

export function storeLocale(locale: Locale): void {
  try {
    localStorage.setItem(STORED, locale);
  } catch {
    // See readStored.
  }
}

/** For `lang` attributes: BCP 47. */
export const languageTag = (locale: Locale): string => (locale === "zh" ? "zh-Hans" : locale);
