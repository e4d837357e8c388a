/** Where the network is, on this site. */
export const CONFIG_PATH = "/config.json";

declare global {
  /** The early script and the app are built apart: what one has asked for is here for the other. */
  var openjouleConfig: Promise<Response> | undefined;
}

/** The answer to the one request for the configuration; who reads its body takes a clone. */
export function askedConfig(): Promise<Response> {
  globalThis.openjouleConfig ??= fetch(CONFIG_PATH, { cache: "no-cache" });
  return globalThis.openjouleConfig;
}
