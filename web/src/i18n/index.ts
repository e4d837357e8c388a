export { activate, chooseLocale } from "./activate.ts";
export { createFormat, type Format, useFormat } from "./format.ts";
export { type Locale, locales, preferredLocale } from "./locales.ts";
export { SentenceGap } from "./SentenceGap.tsx";
