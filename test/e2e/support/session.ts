import { decodeStatement, type Statement, StopReason, toStopReason } from "@openjoule/sdk";
import type { Hex } from "viem";
import { readEvents } from "../../../scripts/local/events.ts";
import type { GivenStatement, LiveSession } from "../../../scripts/local/session.ts";
import { waitFor } from "../../../scripts/local/wait.ts";
import { sessionsOf } from "../../../scripts/local/world.ts";
import type { Driver, OpenedSession } from "../../../simulators/driver/driver.ts";
import type { TestNetwork } from "./network.ts";

export interface OpenOptions {
  /** Which EVSE of the station: connector `index + 1` of the charge point. */
  index: number;
  /** Base units. Default 5.00. */
  deposit?: bigint;
  maxSeconds?: number;
}

/** A session under test: who drives it, and everything that any incarnation of the oracle has ever said about it. */
export interface TestSession {
  readonly index: number;
  readonly driver: Driver;
  readonly opened: OpenedSession;
  readonly sessionId: Hex;
  /** Of the oracle's HTTP interface. */
  readonly url: string;
  /** The last state that was heard. */
  live(): LiveSession | undefined;
  /** Every statement heard, each time it was heard, the oldest first. */
  readonly heard: GivenStatement[];
  requestStop(): Promise<unknown>;
  /** Ends listening. */
  stop(): void;
}

/** Opens a session and listens to it from then on, through restarts of the oracle. */
export async function openSession(
  network: TestNetwork,
  { index, deposit = 5_000_000n, maxSeconds = 3600 }: OpenOptions,
  driver?: Driver,
): Promise<TestSession> {
  const { offerOf, config, terms, pricing } = network.world;
  const payer = driver ?? (await network.newDriver());
  const opened = await payer.open({ offer: offerOf(index), config, terms, pricing }, { deposit, maxSeconds });
  const url = `${network.oracleUrl}/sessions/${opened.sessionId}`;
  const abort = new AbortController();
  const heard: GivenStatement[] = [];
  let live: LiveSession | undefined;

  async function follow(): Promise<void> {
    for await (const { event, data } of readEvents(`${url}/events`, abort.signal)) {
      if (event === "state") live = data as LiveSession;
      // From the first one on each time the stream is opened: an oracle that has forgotten one, or changed it, is caught.
      if (event === "statement") heard.push(data as GivenStatement);
    }
  }
  void (async () => {
    while (!abort.signal.aborted) {
      await follow().catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  const session: TestSession = {
    index,
    driver: payer,
    opened,
    sessionId: opened.sessionId,
    url,
    live: () => live,
    heard,
    requestStop: () => payer.requestStop(opened),
    stop: () => abort.abort(),
  };
  network.sessions.push(session);
  return session;
}

/** Waits until the oracle says that so much was delivered. */
export function untilEnergy(network: TestNetwork, session: TestSession, energyWh: number): Promise<true> {
  const enough = () => ((session.live()?.energyWh ?? 0) >= energyWh ? (true as const) : undefined);
  return waitFor(`${energyWh} Wh are delivered`, enough, { timeoutSeconds: 40, alive: [network.oracle] });
}

/** Waits until the oracle says that the session is in one of these phases. */
export function untilStatus(network: TestNetwork, session: TestSession, ...statuses: string[]): Promise<string> {
  const reached = () => {
    const status = session.live()?.status;
    return status !== undefined && statuses.includes(status) ? status : undefined;
  };
  return waitFor(`the session is ${statuses.join(" or ")}`, reached, { timeoutSeconds: 40, alive: [network.oracle] });
}

/** Waits until a statement that ends the session was heard, and returns it. */
export function untilFinal(session: TestSession): Promise<GivenStatement> {
  const final = () => session.heard.find(({ stopReason }) => stopReason !== StopReason.None);
  return waitFor("a final statement is signed", final, { timeoutSeconds: 40 });
}

/** Every SessionSettled of the session on the chain: at most one, if all is well. */
export function settlementsOf({ sender, world }: TestNetwork, sessionId: Hex) {
  return sender.publicClient.getContractEvents({
    ...sessionsOf(world),
    eventName: "SessionSettled",
    args: { sessionId },
    fromBlock: 0n,
    strict: true,
  });
}

/** Waits until the session is settled on the chain, and returns what the event says. */
export async function untilSettled(network: TestNetwork, session: TestSession, timeoutSeconds = 40) {
  const settled = async () => (await settlementsOf(network, session.sessionId))[0];
  return (await waitFor("the session is settled", settled, { timeoutSeconds, alive: [network.oracle] })).args;
}

/** Statements as the oracle gives them out now. */
export async function readStatements({ url }: TestSession): Promise<GivenStatement[]> {
  const response = await fetch(`${url}/statements`);
  if (!response.ok) throw new Error(`${url}/statements answered ${response.status} ${await response.text()}`);
  return ((await response.json()) as { statements: GivenStatement[] }).statements;
}

/** A statement that was given out, as the sdk takes it. */
export function toStatement({ sequence, stopReason, waived, evidence, periods }: GivenStatement): Statement {
  return decodeStatement({
    sequence,
    stopReason: toStopReason(stopReason),
    waived: BigInt(waived),
    evidence,
    periods: periods.map(BigInt),
  });
}

/** The same as the contract's `settle` takes it. */
export function toProof(network: TestNetwork, given: GivenStatement) {
  const { sequence, stopReason, waived, evidence, periods, signatures } = given;
  return {
    statement: {
      sequence,
      stopReason: toStopReason(stopReason),
      waived: BigInt(waived),
      evidence,
      periods: periods.map(BigInt),
    },
    committee: network.world.committee,
    signatures: signatures.map(({ r, vs }) => ({ r, vs })),
  };
}
