import { accessSync, constants, statSync } from "node:fs";

/** Where Chromium and Chrome are installed by the usual packages, Debian's first. */
export const usualPlaces: readonly string[] = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/opt/google/chrome/chrome",
  "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** `CHROMIUM_PATH` names something that cannot be run. */
export class ChromiumPathError extends Error {
  override readonly name = "ChromiumPathError";
  constructor(path: string) {
    super(`CHROMIUM_PATH is ${path}, which is no program that can be run`);
  }
}

/**
 * The executable of Chromium: what `CHROMIUM_PATH` names, else the first of `places` that is there; undefined when none is.
 *
 * @throws ChromiumPathError when `CHROMIUM_PATH` is set to something else: another browser than the one asked for would be
 * a surprise
 */
export function findChromium(
  environment: NodeJS.ProcessEnv = process.env,
  places: readonly string[] = usualPlaces,
): string | undefined {
  const named = environment.CHROMIUM_PATH;
  if (!named) return places.find(isProgram);
  if (!isProgram(named)) throw new ChromiumPathError(named);
  return named;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
