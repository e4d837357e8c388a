import { type Browser, chromium } from "playwright-core";
import { ensureChromium } from "./ensure.ts";

/**
 * How Chromium is started everywhere here: without a screen, as root too, drawing WebGL in software (the map needs it), and
 * calling nobody by itself.
 */
export const chromiumFlags: readonly string[] = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--enable-unsafe-swiftshader",
];

export interface LaunchOptions {
  readonly onProgress?: (text: string) => void;
  /** Beside `chromiumFlags`, e.g. a debugging port. */
  readonly flags?: readonly string[];
}

/** Starts Chromium, installing it where needed. @throws what `ensureChromium` throws */
export async function launchChromium({ onProgress, flags = [] }: LaunchOptions = {}): Promise<Browser> {
  const executablePath = await ensureChromium({ ...(onProgress && { onProgress }) });
  return chromium.launch({ executablePath, args: [...chromiumFlags, ...flags] });
}
