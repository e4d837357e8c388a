import { join } from "node:path";
import { baseEnvironment } from "./processes.ts";
import { stateFolder } from "./state-folder.ts";

/**
 * The environment of a program of ours that Node runs. Node keeps there what it has compiled: from the second time on a
 * program starts in half the time and holds a quarter less memory, because nothing has to strip its types any more.
 */
export function nodeEnvironment(): NodeJS.ProcessEnv {
  return { ...baseEnvironment(), NODE_COMPILE_CACHE: join(stateFolder(), "compiled") };
}
