import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { Row, Rows } from "#ui";
import { type OpeningHours, type StationLocation, weekOf } from "./location.ts";

const parkingWords: Record<NonNullable<StationLocation["parking"]>, ReactNode> = {
  onStreet: <Trans>On the street</Trans>,
  parkingLot: <Trans>Car park</Trans>,
  garage: <Trans>Multi-storey car park</Trans>,
  underground: <Trans>Underground car park</Trans>,
};

const accessibilityWords: Record<NonNullable<StationLocation["accessibility"]>, ReactNode> = {
  reserved: <Trans>A place is reserved</Trans>,
  accessible: <Trans>Usable, not reserved</Trans>,
  notAccessible: <Trans>Not accessible</Trans>,
};

/** Hours, access, whose it is. */
export function PlaceFacts({ location, owner }: { location: StationLocation; owner: Address }) {
  const { hours, parking, accessibility, operator } = location;
  return (
    <Rows>
      <Row label={<Trans>Opening hours</Trans>}>
        {hours === undefined ? <Trans>Not stated</Trans> : <Hours hours={hours} />}
      </Row>
      <Row label={<Trans>Reduced mobility</Trans>}>
        {accessibility === undefined ? <Trans>Not stated</Trans> : accessibilityWords[accessibility]}
      </Row>
      {parking !== undefined && <Row label={<Trans>Parking</Trans>}>{parkingWords[parking]}</Row>}
      {operator !== undefined && <Row label={<Trans>Name on the sign</Trans>}>{operator}</Row>}
      <Row label={<Trans>Owner, who is paid</Trans>}>
        <code translate="no" title={owner}>
          {owner.slice(0, 6)}…{owner.slice(-4)}
        </code>
      </Row>
    </Rows>
  );
}

function Hours({ hours }: { hours: OpeningHours }) {
  const { i18n } = useLingui();
  if (hours.always) return <Trans>Day and night, every day</Trans>;
  const names = new Intl.DateTimeFormat(i18n.locale, { weekday: "short", timeZone: "UTC" });
  // 2024-01-01 was a Monday.
  const dayName = (weekday: number) => names.format(Date.UTC(2024, 0, weekday));
  return (
    <ul>
      {weekOf(hours.stretches).map(({ from, to, hours: times }) => (
        <li key={from}>
          {from === to ? dayName(from) : `${dayName(from)}–${dayName(to)}`}{" "}
          {times.length === 0 ? <Trans>closed</Trans> : times.join(", ")}
        </li>
      ))}
    </ul>
  );
}
