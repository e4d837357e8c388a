import { parseArgs } from "node:util";

const options = { once: { type: "boolean" }, json: { type: "boolean" }, help: { type: "boolean" } } as const;

export interface StartOptions {
  once?: boolean;
  json?: boolean;
  help?: boolean;
}

/** An option that `npm start` does not have, in one line with those that it has. */
export class StartOptionsError extends Error {
  override name = "StartOptionsError";
}

/** Reads the options of `npm start`. @throws StartOptionsError */
export function readStartOptions(args: readonly string[]): StartOptions {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    if (!(cause instanceof Error && String((cause as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS")))
      throw cause;
    // Node adds advice on positional arguments, of which there are none here.
    const [problem = ""] = cause.message.split(/\. |\n/);
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new StartOptionsError(`${problem}; the options are ${known.join(", ")}`, { cause });
  }
}
