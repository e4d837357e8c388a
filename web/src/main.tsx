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
import { applyTheme, storedTheme } from "./app/theme.ts";

applyTheme(storedTheme());

const element = document.getElementById("root");
if (element === null) throw new Error("index.html has no #root");
const root = createRoot(element);

const [config] = await Promise.allSettled([loadConfig(), activate(preferredLocale())]);
if (config.status === "fulfilled") root.render(<App config={config.value} queryClient={createQueryClient()} />);
else
  root.render(
    <I18nProvider i18n={i18n}>
      <ConfigFault error={config.reason} />
    </I18nProvider>,
  );
