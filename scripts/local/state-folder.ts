import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Where local networks keep their logs and their claim on the checkout: `.cache/local`, or what `LOCAL_STATE_DIR` says,
 * with which a second network can run beside the first one.
 */
export function stateFolder(): string {
  return process.env.LOCAL_STATE_DIR || join(fileURLToPath(new URL("../..", import.meta.url)), ".cache", "local");
}
