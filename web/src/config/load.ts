import { askedConfig, CONFIG_PATH } from "./asked.ts";
import { ConfigError, parseConfig } from "./parse.ts";
import type { AppConfig } from "./types.ts";

/**
 * Reads where the network is.
 *
 * @throws ConfigError when the file is missing, no JSON, or wrong
 */
export async function loadConfig(): Promise<AppConfig> {
  const text = await readText();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw problem(text.slice(0, 40), "JSON", cause);
  }
  return parseConfig(json, location.origin);
}

async function readText(): Promise<string> {
  let response: Response;
  try {
    response = (await askedConfig()).clone();
  } catch (cause) {
    throw problem("no answer", "a file on this site", cause);
  }
  if (!response.ok) throw problem(`HTTP ${response.status}`, "a file on this site");
  return response.text();
}

function problem(value: unknown, expected: string, cause?: unknown): ConfigError {
  return new ConfigError([{ name: "InvalidConfig", field: CONFIG_PATH, value, expected }], { cause });
}
