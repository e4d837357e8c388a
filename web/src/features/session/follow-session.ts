import type { SessionId } from "@openjoule/sdk";
import {
  createOracleApi,
  type OracleApi,
  type OracleEvse,
  OracleRefusal,
  type OracleSession,
  readSession,
  readStatementBody,
  type SignedStatement,
} from "./oracle-api.ts";
import { addSample, type Sample } from "./samples.ts";
import type { OracleLink } from "./stage.ts";

/** What is heard of a session from its oracle. */
export interface Heard {
  readonly link: OracleLink;
  readonly oracle: OracleSession | undefined;
  readonly evse: OracleEvse | undefined;
  /** By ascending sequence. */
  readonly statements: readonly SignedStatement[];
  readonly samples: readonly Sample[];
  /** The oracle that answers, or answered last. */
  readonly api: OracleApi | undefined;
}

export const nothingHeard: Heard = {
  link: "connecting",
  oracle: undefined,
  evse: undefined,
  statements: [],
  samples: [],
  api: undefined,
};

export interface FollowOptions {
  /** Oracles in the order to ask them. */
  readonly urls: readonly string[];
  readonly sessionId: SessionId;
  /** The EVSE's key, once it is known. */
  readonly evse: bigint | undefined;
  readonly onChange: (heard: Heard) => void;
  readonly signal: AbortSignal;
}

/** A new session takes the oracle a block or two to see. */
const UNKNOWN_RETRY_MS = 1_500;
const DOWN_RETRY_MS = 3_000;
/** The browser reconnects a broken stream by itself; after so long without it the oracle counts as down. */
const GRACE_MS = 4_000;
const EVSE_POLL_MS = 4_000;

/** Follows a session at the first oracle that knows it, for as long as `signal` lets it. */
export async function followSession(options: FollowOptions): Promise<void> {
  const { urls, sessionId, onChange, signal } = options;
  let heard = nothingHeard;
  const tell = (change: Partial<Heard>) => {
    if (signal.aborted) return;
    heard = { ...heard, ...change };
    onChange(heard);
  };
  while (!signal.aborted) {
    let known = false;
    let unknown = false;
    for (const url of urls) {
      const api = createOracleApi(url);
      try {
        const oracle = await api.session(sessionId);
        if (signal.aborted) return;
        known = true;
        tell({ api, oracle, link: "live", samples: addSample(heard.samples, oracle) });
        await listen(api, options, () => heard, tell);
        break;
      } catch (error) {
        unknown ||= error instanceof OracleRefusal && error.status === 404;
      }
    }
    if (signal.aborted) return;
    if (!known) tell({ link: unknown ? "unknown" : "down" });
    await pause(unknown ? UNKNOWN_RETRY_MS : DOWN_RETRY_MS, signal);
  }
}

/** Listens until the stream is broken for good. */
function listen(
  api: OracleApi,
  { sessionId, evse, signal }: FollowOptions,
  heard: () => Heard,
  tell: (change: Partial<Heard>) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const stream = api.events(sessionId, heard().statements.at(-1)?.statement.sequence ?? 0);
    let grace: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      clearTimeout(grace);
      clearInterval(poll);
      stream.close();
      resolve();
    };
    const heardFrom = () => {
      clearTimeout(grace);
      grace = undefined;
      if (heard().link !== "live") tell({ link: "live" });
    };
    const askEvse = () => {
      if (evse !== undefined) api.evse(evse).then((now) => tell({ evse: now }), ignore);
    };
    const poll = setInterval(askEvse, EVSE_POLL_MS);
    askEvse();
    stream.addEventListener("open", heardFrom);
    stream.addEventListener("state", ({ data }) => {
      heardFrom();
      const oracle = readSafely(data, readSession);
      if (oracle !== undefined) tell({ oracle, samples: addSample(heard().samples, oracle) });
    });
    stream.addEventListener("statement", ({ data }) => {
      heardFrom();
      const signed = readSafely(data, readStatementBody);
      const last = heard().statements.at(-1)?.statement.sequence ?? 0;
      if (signed !== undefined && signed.statement.sequence > last) {
        tell({ statements: [...heard().statements, signed] });
      }
    });
    stream.addEventListener("error", () => {
      grace ??= setTimeout(() => {
        tell({ link: "down" });
        end();
      }, GRACE_MS);
    });
    signal.addEventListener("abort", end, { once: true });
  });
}

const ignore = () => {};

/** What does not read as promised is left out: the chain's word comes anyway. */
function readSafely<Value>(text: string, read: (json: unknown) => Value): Value | undefined {
  try {
    return read(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end, { once: true });
  });
