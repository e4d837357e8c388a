import { i18n, type Messages } from "@lingui/core";
import { type Locale, languageTag, storeLocale } from "./locales.ts";

/** One chunk of the build each. */
const languages: Record<Locale, () => Promise<{ catalogues: Record<string, Messages> }>> = {
  en: () => import("./languages/en.ts"),
  fr: () => import("./languages/fr.ts"),
  pt: () => import("./languages/pt.ts"),
  zh: () => import("./languages/zh.ts"),
};

/** Loads a language and makes it the app's. Does nothing visible until it has arrived. */
export async function activate(locale: Locale): Promise<void> {
  const { catalogues } = await languages[locale]();
  const messages: Messages = Object.assign({}, ...Object.values(catalogues));
  i18n.loadAndActivate({ locale, messages });
  document.documentElement.lang = languageTag(locale);
}

/** Loads a language because a person chose it, and remembers it. */
export async function chooseLocale(locale: Locale): Promise<void> {
  await activate(locale);
  storeLocale(locale);
}
