import { fileURLToPath } from "node:url";
import type { LinguiConfig } from "@lingui/conf";

/**
 * One catalogue for the shell and one for each feature, so that a feature carries its own words. They are compiled while
 * the app is built (vite.config.ts); `npx lingui extract` in this folder brings them up to date with the sources.
 */
const config: LinguiConfig = {
  rootDir: fileURLToPath(new URL(".", import.meta.url)),
  sourceLocale: "en",
  locales: ["en", "fr", "pt", "zh"],
  catalogs: [
    {
      path: "<rootDir>/src/i18n/locales/{locale}",
      include: ["<rootDir>/src"],
      exclude: ["<rootDir>/src/features/**", "**/*.test.ts", "**/*.test.tsx"],
    },
    {
      path: "<rootDir>/src/features/{name}/locales/{locale}",
      include: ["<rootDir>/src/features/{name}/"],
      exclude: ["**/*.test.ts", "**/*.test.tsx"],
    },
  ],
  format: "po",
  formatOptions: { origins: true, lineNumbers: false },
  // While a translation is missing, people read English; src/i18n/catalogues.test.ts does not let it stay so.
  fallbackLocales: { default: "en" },
  orderBy: "message",
};

export default config;
