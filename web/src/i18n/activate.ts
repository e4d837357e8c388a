import { i18n, type Messages } from "@lingui/core";
import { type Locale, storeLocale } from "./locales.ts";

/** Every folder's catalogues; the build makes one chunk a language of them. */
const catalogues = import.meta.glob<{ messages: Messages }>("../**/locales/*.po");

/** Loads a language and makes it the app's. Does nothing visible until it has arrived. */
export async function activate(locale: Locale): Promise<void> {
  const paths = Object.keys(catalogues).filter((path) => path.endsWith(`/${locale}.po`));
  const modules = await Promise.all(paths.map((path) => catalogues[path]?.()));
  const messages: Messages = Object.assign({}, ...modules.map((module) => module?.messages ?? {}));
  i18n.loadAndActivate({ locale, messages });
  document.documentElement.lang = locale === "zh" ? "zh-Hans" : locale;
}

/** Loads a language because a person chose it, and remembers it. */
export async function chooseLocale(locale: Locale): Promise<void> {
  await activate(locale);
  storeLocale(locale);
}
