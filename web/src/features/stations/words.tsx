import { Plural, Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useFormat } from "#i18n";
import { Badge, type Tone } from "#ui";
import type { Availability, EvseCondition } from "./availability.ts";
import type { ConnectorFamily } from "./connectors.ts";
import type { EvseGroup } from "./groups.ts";
import { StatusMark } from "./StatusMark.tsx";

const availabilityWords: Record<Availability, ReactNode> = {
  free: <Trans>Free</Trans>,
  occupied: <Trans>Occupied</Trans>,
  unknown: <Trans>No live data</Trans>,
  outOfService: <Trans>Out of service</Trans>,
};

const tones: Record<Availability, Tone> = {
  free: "success",
  occupied: "info",
  unknown: "neutral",
  outOfService: "neutral",
};

/** Free, occupied, out of service or not known: a word, a mark of its own shape, and a colour. */
export function AvailabilityBadge({ availability }: { availability: Availability }) {
  return (
    <Badge tone={tones[availability]}>
      <StatusMark availability={availability} />
      {availabilityWords[availability]}
    </Badge>
  );
}

export function AvailabilityText({ availability }: { availability: Availability }) {
  return availabilityWords[availability];
}

const conditionWords: Record<EvseCondition, ReactNode> = {
  free: <Trans>Free</Trans>,
  freeByChain: <Trans>Free by the last record; the charger cannot be asked now</Trans>,
  pluggedIn: <Trans>A cable is plugged in; if it is yours, you can start</Trans>,
  inSession: <Trans>Somebody is charging</Trans>,
  busy: <Trans>Occupied</Trans>,
  outOfService: <Trans>Taken out of service by its owner</Trans>,
  faulted: <Trans>The charger reports a fault</Trans>,
  offline: <Trans>The charger is not connected, so it cannot be started now</Trans>,
  silent: <Trans>No live data from this charger, so it cannot be started from here</Trans>,
};

/** Why an EVSE is as available as it is. */
export function ConditionText({ condition }: { condition: EvseCondition }) {
  return conditionWords[condition];
}

/** The names that are on chargers; only the last two are anybody's language. */
const connectorWords: Record<ConnectorFamily, ReactNode> = {
  type2: <Trans>Type 2</Trans>,
  ccs: "CCS",
  chademo: "CHAdeMO",
  type1: <Trans>Type 1</Trans>,
  household: <Trans>Household socket</Trans>,
  gbt: "GB/T",
  tesla: "NACS / Tesla",
  other: <Trans>Other connector</Trans>,
};

export function ConnectorName({ family }: { family: ConnectorFamily }) {
  return connectorWords[family];
}

/** `Type 2, CCS` */
export function ConnectorNames({ families }: { families: readonly ConnectorFamily[] }) {
  if (families.length === 0) return <ConnectorName family="other" />;
  return families.map((family, index) => (
    <span key={family}>
      {index > 0 && ", "}
      <ConnectorName family={family} />
    </span>
  ));
}

/** `22 kW · Type 2 · 1/8 free`, as drivers read a station; nothing is called taken of which nobody knows. */
export function GroupLine({ group }: { group: EvseGroup }) {
  const { free, evses } = group;
  const total = evses.length;
  const known = evses.some(({ availability }) => availability !== "unknown");
  return (
    <>
      <GroupName group={group} /> ·{" "}
      {known ? (
        <Trans>
          {free}/{total} free
        </Trans>
      ) : (
        <Plural value={total} one="# charger" other="# chargers" />
      )}
    </>
  );
}

/** `22 kW · Type 2` */
export function GroupName({ group }: { group: EvseGroup }) {
  const format = useFormat();
  return (
    <>
      <strong>{format.power(group.maxPowerW)}</strong> · <ConnectorNames families={group.connectors} />
    </>
  );
}
