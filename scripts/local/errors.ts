/**
 * What can go wrong while the local network's parts are started and stopped. Each error has a stable `name`, and its
 * message is written for the person at the terminal: what happened, then what to do.
 */

/** A port that a part needs is taken by another program. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";
  readonly port: number;

  constructor(port: number, what: string, variable?: string) {
    const way = variable ? `set ${variable} or stop the other program` : "stop the other program";
    super(`port ${port} (${what}) is in use; ${way}`);
    this.port = port;
  }
}

/** A port number that is none. */
export class InvalidPortError extends Error {
  override readonly name = "InvalidPortError";

  constructor(value: unknown, what: string, variable?: string) {
    super(`${variable ?? "port"} (${what}) is ${JSON.stringify(value)}, expected a whole number from 1 to 65535`);
  }
}

/** What was waited for did not come in time. */
export class TimedOutError extends Error {
  override readonly name = "TimedOutError";

  constructor(label: string, timeoutSeconds: number, details: string[], options?: ErrorOptions) {
    super([`${label}: not after ${timeoutSeconds} s`, ...details].join("\n"), options);
  }
}

/** A child process could not be started, or ended before it was asked to. */
export class ProcessDiedError extends Error {
  override readonly name = "ProcessDiedError";
  /** Name of the process within its run. */
  readonly process: string;
  /** Its exit code; null when a signal ended it or it never started. */
  readonly exitCode: number | null;

  constructor(process: string, how: { exitCode: number | null; reason: string }, logFile: string, lastLines: string) {
    const said = lastLines === "" ? "it wrote nothing" : `its last lines:\n${lastLines}`;
    super(`${process} ${how.reason}; ${said}\n(log: ${logFile})`);
    this.process = process;
    this.exitCode = how.exitCode;
  }
}

/** A part has no build for this machine, or its package is not installed. */
export class MissingBinaryError extends Error {
  override readonly name = "MissingBinaryError";
}

/** The subgraph's mappings failed while indexing. */
export class SubgraphFailedError extends Error {
  override readonly name = "SubgraphFailedError";

  /** @param message graph-node's, which names the handler and the line */
  constructor(message: string, block?: string) {
    super(`the subgraph failed${block ? ` at block ${block}` : ""}: ${message}`);
  }
}
