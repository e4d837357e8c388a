import pino, { type DestinationStream, type Logger } from "pino";

/** Names under which a secret could reach a log line, at the top and one or two levels down. */
const SECRETS = [
  "password",
  "passphrase",
  "privateKey",
  "secret",
  "token",
  "authorization",
  "cookie",
  "mnemonic",
  // Endpoints often carry a key in their path.
  "rpcUrl",
  "rpcUrls",
  // An RFID tag's number identifies a person and opens sessions elsewhere.
  "idToken",
  "idTag",
];

export type LoggerOptions = {
  level?: string;
  /** Default standard output. */
  destination?: DestinationStream;
};

/** JSON lines with UTC times; values under the names of secrets are replaced, whatever they are. */
export function createLogger({ level = "info", destination }: LoggerOptions = {}): Logger {
  const options = {
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    base: { service: "openjoule-oracle" },
    redact: {
      paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: "[redacted]",
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
