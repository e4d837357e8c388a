import { type FirstWords, showFirstWords } from "./app/first-words.ts";
import { featureOf, type PageFeature, type PageName, pageAt } from "./app/paths.ts";
import { applyTheme, storedTheme } from "./app/theme.ts";
import { askedConfig } from "./config/asked.ts";
import { type Locale, languageTag, preferredLocale } from "./i18n/locales.ts";

/** Files of the build by what needs them, and what pages begin with; tools/early-loading.ts puts them in. */
declare const EARLY_FILES: {
  readonly features: Readonly<Record<PageFeature, readonly string[]>>;
  readonly languages: Readonly<Record<Locale, readonly string[]>>;
};
declare const FIRST_WORDS: Readonly<Record<Locale, Readonly<Record<PageName, FirstWords>>>>;

const page = pageAt(location.pathname);
const locale = preferredLocale();

// The page has its language, and its colours, before the app's style is there.
document.documentElement.lang = languageTag(locale);
applyTheme(storedTheme());

/**
 * A script of its own, some kilobytes with its words: asks for the page's and the language's files while the app itself is on its way,
 * instead of after it has arrived.
 */
const { features, languages } = EARLY_FILES;
for (const file of [...languages[locale], ...(page === undefined ? [] : features[featureOf(page)])]) {
  const link = document.createElement("link");
  const isStyle = file.endsWith(".css");
  link.rel = isStyle ? "preload" : "modulepreload";
  if (isStyle) link.as = "style";
  link.crossOrigin = "";
  link.href = file;
  document.head.append(link);
}

/**
 * The network's index is another origin: connection and CORS preflight are done when the app asks for what it shows. What is
 * wrong with either is the app's to tell.
 */
async function greetIndex(): Promise<void> {
  const { subgraphUrl } = (await (await askedConfig()).clone().json()) as { subgraphUrl: string };
  const body = JSON.stringify({ query: "{ _meta { block { number } } }" });
  await fetch(subgraphUrl, { method: "POST", headers: { "content-type": "application/json" }, body });
}
if (page !== undefined) {
  greetIndex().catch(() => undefined);
  const show = () => showFirstWords(FIRST_WORDS[locale][page]);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", show);
  else show();
}
