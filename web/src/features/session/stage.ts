import { StopReason } from "@openjoule/sdk";
import type { OracleEvse, OracleSession } from "./oracle-api.ts";

/** Whether the oracle can be heard. */
export type OracleLink =
  | "connecting"
  | "live"
  /** It answers, but does not know the session: it has not read the block yet, or it is another's. */
  | "unknown"
  | "down";

/** What a driver is told about a session. */
export type Stage =
  /** Nobody knows this session: neither this browser, nor the subgraph, nor the oracle. */
  | "notFound"
  /** The chain holds it; the oracle has not taken it up yet. */
  | "confirming"
  /** The charge point is asked to begin: time to plug in. */
  | "starting"
  | "charging"
  /** Plugged in, but no power flows. */
  | "idle"
  | "stopping"
  /** Delivery is over; the final statement is being signed or filed. */
  | "settling"
  /** The oracle is silent: what the chain knows is all there is. */
  | "unwatched"
  /** The oracle has given it up: nothing more is signed, and the ways out are the driver's own. */
  | "halted"
  /** The chain took the opening back. */
  | "undone"
  | "settled"
  | "closed";

export interface StageInput {
  /** By the subgraph. */
  readonly chain: { readonly status: "Open" | "Settled" | "Closed" } | undefined;
  /** This browser has opened it. */
  readonly openedHere: boolean;
  readonly link: OracleLink;
  readonly oracle: OracleSession | undefined;
  readonly evse: OracleEvse | undefined;
}

/** Where a session is, of all that is known. What the chain says counts most; then what the oracle says. */
export function stageOf({ chain, openedHere, link, oracle, evse }: StageInput): Stage {
  if (chain?.status === "Settled") return "settled";
  if (chain?.status === "Closed") return "closed";
  if (oracle === undefined) {
    if (chain === undefined && !openedHere) return link === "connecting" ? "confirming" : "notFound";
    return link === "down" ? "unwatched" : "confirming";
  }
  switch (oracle.phase) {
    case "starting":
      return link === "down" ? "unwatched" : "starting";
    case "charging":
      if (link === "down") return "unwatched";
      return isIdle(oracle, evse) ? "idle" : "charging";
    case "stopping":
      return link === "down" ? "unwatched" : "stopping";
    case "final":
      return link === "down" ? "unwatched" : "settling";
    // The subgraph has not read the exit yet.
    case "settling":
    case "settled":
    case "closed":
      return "settling";
    case "abandoned":
      return "undone";
    case "halted":
      return "halted";
  }
}

/** Connected without power: the car or the charge point has paused (OCPP 1.6 §7.7), or the meter stands still. */
function isIdle({ powerW, energyWh }: OracleSession, evse: OracleEvse | undefined): boolean {
  if (evse?.status === "suspendedEv" || evse?.status === "suspendedEvse") return true;
  return powerW === 0 && energyWh > 0;
}

/** Whether money can still be spent. */
export const isRunning = (stage: Stage): boolean =>
  stage === "confirming" || stage === "starting" || stage === "charging" || stage === "idle" || isOnItsOwn(stage);

/** No oracle looks after it: what the driver does goes to the contract. */
export const isOnItsOwn = (stage: Stage): boolean => stage === "unwatched" || stage === "halted";

/** It is over, and what was paid is known. */
export const isOver = (stage: Stage): boolean => stage === "settled" || stage === "closed";

/** Nothing was ever delivered: the charge point refused, or nobody plugged in. */
export const neverBegan = (stopReason: number | undefined): boolean =>
  stopReason === StopReason.Refused || stopReason === StopReason.NoShow;
