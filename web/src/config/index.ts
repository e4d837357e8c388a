export { ConfigProvider, useConfig } from "./context.tsx";
export { loadConfig } from "./load.ts";
export { ConfigError, parseConfig } from "./parse.ts";
export type { AppConfig, LocalAccount } from "./types.ts";
