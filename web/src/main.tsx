import "./ui/tokens.css";
import "./ui/base.css";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { createRoot } from "react-dom/client";
import { loadConfig } from "#config";
import { createQueryClient } from "#data";
import { activate, preferredLocale } from "#i18n";
import { App } from "./app/App.tsx";
import { ConfigFault } from "./app/ConfigFault.tsx";
import { readFirstWords } from "./app/first-words.ts";
import { preloadPage } from "./app/routes.tsx";
import { applyTheme, storedTheme } from "./app/theme.ts";

// All of the app's own styles, some kilobytes: a file for each page would be a round trip for each.
import.meta.glob("./**/*.module.css", { eager: true });

applyTheme(storedTheme());

const element = document.getElementById("root");
if (element === null) throw new Error("index.html has no #root");
const root = createRoot(element);

async function start() {
  void preloadPage(location.pathname);
  const [config] = await Promise.allSettled([loadConfig(), activate(preferredLocale())]);
  if (config.status === "fulfilled") {
    root.render(<App config={config.value} queryClient={createQueryClient()} first={readFirstWords()} />);
  } else {
    root.render(
      <I18nProvider i18n={i18n}>
        <ConfigFault error={config.reason} />
      </I18nProvider>,
    );
  }
}

// No top-level await: pages import from this module's chunk, and would wait for it.
void start();
