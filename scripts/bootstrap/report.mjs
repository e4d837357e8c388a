// Words for the person who waits: progress on standard error, and errors of one line.

/** An error to show as it is, without a stack. */
export class SetupError extends Error {
  constructor(message, exitCode) {
    super(message);
    this.name = "SetupError";
    this.exitCode = exitCode || 1;
  }
}

/**
 * Says what is being waited for, and for how long: a line that counts the seconds on a terminal, a line each ten
 * seconds in a log.
 */
export function progress(what) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const terminal = Boolean(process.stderr.isTTY);
  process.stderr.write(`openjoule: ${what} ...${terminal ? "" : "\n"}`);
  const timer = setInterval(
    () => {
      if (terminal) process.stderr.write(`\r\u001b[Kopenjoule: ${what} ... ${seconds()} s`);
      else process.stderr.write(`openjoule: ${what} ... ${seconds()} s\n`);
    },
    terminal ? 1000 : 10000,
  );
  const end = (word) => {
    clearInterval(timer);
    if (terminal) process.stderr.write("\r\u001b[K");
    process.stderr.write(`openjoule: ${what}: ${word} after ${seconds()} s\n`);
  };
  return { done: () => end("done"), failed: () => end("failed") };
}

const causes = [
  [/EBADPLATFORM/, "a package has no build for this system"],
  [/EINTEGRITY/, "a downloaded package does not have the expected checksum"],
  [/ENOSPC/, "the disk is full"],
  [/EACCES|EPERM|EROFS/, "a file or folder of the project may not be written"],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED/,
    "the npm registry cannot be reached; is there a network, and is a proxy needed?",
  ],
  [/E401|E403/, "the npm registry refuses these credentials"],
  [/E404|ETARGET/, "the npm registry does not have a package that is needed"],
  [/SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|CERT_/, "the npm registry's certificate is not trusted here"],
];

/** One line from what npm printed: the cause in words, then npm's own first line about it. */
export function npmFailure(what, output) {
  const known = causes.find((cause) => cause[0].test(output));
  const line = output
    .split("\n")
    .map((text) => text.replace(/^npm (ERR!|error)\s*/, "").trim())
    .filter((text) => text !== "" && !/^(code|errno|syscall|npm warn)\b/i.test(text))[0];
  return new SetupError(`${what}: ${known ? known[1] : "npm failed"}${line ? ` (npm: ${line})` : ""}`);
}
