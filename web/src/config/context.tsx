import { createContext, use } from "react";
import type { AppConfig } from "./types.ts";

const ConfigContext = createContext<AppConfig | undefined>(undefined);

export const ConfigProvider = ConfigContext.Provider;

/** Where the network is; the same during the page's life. */
export function useConfig(): AppConfig {
  const config = use(ConfigContext);
  if (config === undefined) throw new Error("useConfig needs a ConfigProvider above it");
  return config;
}
