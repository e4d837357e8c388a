import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** An option that a command does not have, in one line with those that it has. */
export class OptionsError extends Error {
  override name = "OptionsError";
}

/** Reads a command's options; it takes no other arguments. @throws OptionsError */
export function readOptions<Options extends ParseArgsOptionsConfig>(options: Options, args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    if (!(cause instanceof Error && String((cause as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS")))
      throw cause;
    // Node adds advice on positional arguments, of which there are none here.
    const [problem = ""] = cause.message.split(/\. |\n/);
    const known = Object.keys(options).map((name) => `--${name}`);
    const words = known.length === 0 ? "there are no options" : `the options are ${known.join(", ")}`;
    throw new OptionsError(`${problem}; ${words}`, { cause });
  }
}

/** The same of this process; it ends with exit code 2 after a line on standard error when they are wrong. */
export function readOwnOptions<Options extends ParseArgsOptionsConfig>(command: string, options: Options) {
  try {
    return readOptions(options, process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    console.error(`${command}: ${error.message}`);
    process.exit(2);
  }
}
