import type { EvseKey } from "@openjoule/sdk";
import type { EvseHardware, Hardware } from "#data";

/** What a driver wants to know first. */
export const availabilities = ["free", "occupied", "unknown", "outOfService"] as const;
export type Availability = (typeof availabilities)[number];

/** Why: each has its own words. */
export type EvseCondition =
  | "free"
  /** By the chain alone, as the charger itself cannot be asked now. */
  | "freeByChain"
  /** A vehicle is plugged in and nobody has paid: whose it is can start. */
  | "pluggedIn"
  /** The chain has a running session. */
  | "inSession"
  | "busy"
  | "outOfService"
  | "faulted"
  | "offline"
  /** No oracle that could be asked talks to it, or it has never said a status. */
  | "silent";

export interface EvseState {
  readonly availability: Availability;
  readonly condition: EvseCondition;
  /** A session can be opened now with a fair chance that it charges. */
  readonly canStart: boolean;
  /** Since when, UTC seconds, where somebody says so. */
  readonly since: number | undefined;
}

/** The chain's word on an EVSE. */
export interface ChainEvse {
  readonly key: EvseKey;
  readonly status: "Available" | "InSession" | "OutOfService" | "Retired";
}

const availabilityOf: Record<EvseCondition, Availability> = {
  free: "free",
  freeByChain: "free",
  pluggedIn: "occupied",
  inSession: "occupied",
  busy: "occupied",
  outOfService: "outOfService",
  faulted: "outOfService",
  offline: "unknown",
  silent: "unknown",
};

const startable: readonly EvseCondition[] = ["free", "freeByChain", "pluggedIn"];

/**
 * What an EVSE is, by the chain and by its hardware. The chain decides whether a session can be opened, the hardware
 * whether one would charge: the worse word counts.
 *
 * @param hardware What the oracle says of all EVSEs; undefined while it does not answer, then the chain's word stands alone
 */
export function evseState(evse: ChainEvse, hardware: Hardware | undefined): EvseState {
  const seen = hardware?.get(evse.key);
  const condition = conditionOf(evse.status, hardware, seen);
  return {
    availability: availabilityOf[condition],
    condition,
    canStart: startable.includes(condition),
    since: condition === "offline" || condition === "silent" ? undefined : seen?.since,
  };
}

function conditionOf(
  status: ChainEvse["status"],
  hardware: Hardware | undefined,
  seen: EvseHardware | undefined,
): EvseCondition {
  if (status === "InSession") return "inSession";
  if (status !== "Available") return "outOfService";
  if (hardware === undefined) return "freeByChain";
  if (seen === undefined) return "silent";
  if (!seen.connected) return "offline";
  switch (seen.status) {
    case "available":
      return "free";
    case "preparing":
      return "pluggedIn";
    case "faulted":
    case "unavailable":
      return "faulted";
    case undefined:
      return "silent";
    default:
      return "busy";
  }
}

/** A station's availability in one word: the best that one of its EVSEs has. */
export function bestAvailability(states: readonly { readonly availability: Availability }[]): Availability {
  return availabilities.find((one) => states.some(({ availability }) => availability === one)) ?? "outOfService";
}
