import { featureOf, type PageFeature } from "./app/paths.ts";
import { applyTheme, storedTheme } from "./app/theme.ts";
import { type Locale, preferredLocale } from "./i18n/locales.ts";

/** Files of the build by what needs them; tools/early-loading.ts puts them in. */
declare const EARLY_FILES: {
  readonly features: Readonly<Record<PageFeature, readonly string[]>>;
  readonly languages: Readonly<Record<Locale, readonly string[]>>;
};

// The page has its colours before the app's style is there.
applyTheme(storedTheme());

/**
 * A script of its own, some hundred bytes: asks for the page's and the language's files while the app itself is on its way,
 * instead of after it has arrived.
 */
const { features, languages } = EARLY_FILES;
const feature = featureOf(location.pathname);
for (const file of [...languages[preferredLocale()], ...(feature === undefined ? [] : features[feature])]) {
  const link = document.createElement("link");
  const isStyle = file.endsWith(".css");
  link.rel = isStyle ? "preload" : "modulepreload";
  if (isStyle) link.as = "style";
  link.crossOrigin = "";
  link.href = file;
  document.head.append(link);
}
