import { findChromium } from "./find.ts";
import { type InstallOptions, installChromium } from "./install.ts";

/** There is no Chromium here and none can be installed; the message says what to do. */
export class NoChromiumError extends Error {
  override readonly name = "NoChromiumError";
  constructor(why: string, options?: ErrorOptions) {
    super(
      `there is no Chromium here, ${why}: install it (Debian: apt-get install chromium), name one by CHROMIUM_PATH, ` +
        "or leave the browser tests out (npm test -- --no-browser)",
      options,
    );
  }
}

export interface EnsureOptions {
  readonly find?: () => string | undefined;
  readonly install?: (options: InstallOptions) => Promise<void>;
  readonly isRoot?: boolean;
  readonly onProgress?: (text: string) => void;
}

/**
 * The executable of Chromium: the one that is there, else Debian's, installed now when this is root. The options stand for
 * the machine, in tests.
 *
 * @throws ChromiumPathError, NoChromiumError
 */
export async function ensureChromium(options: EnsureOptions = {}): Promise<string> {
  const { find = findChromium, install = installChromium, isRoot = process.getuid?.() === 0, onProgress } = options;
  const there = find();
  if (there !== undefined) return there;
  if (!isRoot) throw new NoChromiumError("and only root may install it");
  try {
    await install({ ...(onProgress && { onProgress }) });
  } catch (cause) {
    throw new NoChromiumError(`and it could not be installed (${(cause as Error).message})`, { cause });
  }
  const installed = find();
  if (installed === undefined) throw new NoChromiumError("not even after apt-get has installed it");
  return installed;
}
