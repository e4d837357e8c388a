import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { InvalidPortError, PortInUseError } from "./errors.ts";

/** Below what systems hand out for outgoing connections (32768 on Linux), so that none of those takes a found port. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** Ports given out by this process: not to be given out twice, the first taker may not listen yet. */
const given = new Set<number>();

/** A TCP port on which nothing listens, neither on loopback nor on all addresses. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (!given.has(port) && (await isFree(port))) {
      given.add(port);
      return port;
    }
  }
  throw new Error(`found no free port between ${LOWEST} and ${HIGHEST} in 1000 attempts`);
}

/**
 * @param what the part that needs the port, in words
 * @param variable the environment variable that moves it elsewhere, for the error's advice
 * @throws PortInUseError, InvalidPortError
 */
export async function assertPortFree(port: number, what: string, variable?: string): Promise<void> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidPortError(port, what, variable);
  if (!(await isFree(port))) throw new PortInUseError(port, what, variable);
}

/** The port asked for, seen to be free, or one found. */
export async function choosePort(port: number | undefined, what: string, variable?: string): Promise<number> {
  if (port === undefined) return findFreePort();
  await assertPortFree(port, what, variable);
  return port;
}

async function isFree(port: number): Promise<boolean> {
  // A listener on one address does not always exclude one on another: both are tried.
  return (await canListen(port, "127.0.0.1")) && (await canListen(port, "0.0.0.0"));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      // EACCES: a port below 1024 without the right to it, as good as taken.
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(false);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * A port from the environment, or its default.
 * @throws InvalidPortError that names the variable
 */
export function portFromEnvironment(variable: string, otherwise: number): number {
  const text = process.env[variable];
  if (text === undefined || text === "") return otherwise;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidPortError(port, variable, variable);
  return port;
}
