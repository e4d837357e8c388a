import { Trans, useLingui } from "@lingui/react/macro";
import type { AsOf, StationListing } from "@openjoule/sdk";
import { useMemo } from "react";
import { Query, stationOf, useStation, useStationsOfEvse } from "#data";
import { ButtonLink, EmptyState, Page, Skeleton } from "#ui";
import { SeveralStations } from "./SeveralStations.tsx";
import { StationSheet } from "./StationSheet.tsx";
import { readEvse, readStationId } from "./subject.ts";

/** A station's sheet, by the station's id or by one of its EVSEs: exactly one of the two, as the address has it. */
export function StationPage({ stationId, evseId }: { stationId?: string; evseId?: string }) {
  const subject = useMemo(
    () => (stationId === undefined ? readEvse(evseId ?? "") : readStationId(stationId)),
    [stationId, evseId],
  );
  switch (subject.by) {
    case "station":
      return <ByStation stationId={subject.stationId} />;
    case "evseKey":
      return <ByStation stationId={stationOf(subject.evse)} evse={subject.evse} />;
    case "evseId":
      return <ByEvseId evseId={subject.evseId} />;
    case "nothing":
      return <NoSuchStation />;
  }
}

function ByStation({ stationId, evse }: { stationId: bigint; evse?: bigint }) {
  const result = useStation(stationId);
  return (
    <Query<AsOf<StationListing | undefined>> result={result} loading={<Loading />}>
      {({ value: station }) =>
        station === undefined ? <NoSuchStation /> : <StationSheet station={station} evse={evse} />
      }
    </Query>
  );
}

function ByEvseId({ evseId }: { evseId: string }) {
  const result = useStationsOfEvse(evseId);
  return (
    <Query<AsOf<StationListing[]>> result={result} loading={<Loading />}>
      {({ value: stations }) => {
        const [station, ...others] = stations;
        if (station === undefined) return <NoSuchStation />;
        if (others.length > 0) return <SeveralStations stations={stations} evseId={evseId} />;
        const evse = station.evses.find((one) => one.evseId === evseId);
        return <StationSheet station={station} evse={evse?.key} />;
      }}
    </Query>
  );
}

function Loading() {
  const { t } = useLingui();
  return (
    <Page
      title={t`Station`}
      intro={
        <Trans>Its connectors, its price before you pay, and who signs what its meter says are on their way.</Trans>
      }
      narrow
    >
      <Skeleton lines={8} />
    </Page>
  );
}

function NoSuchStation() {
  const { t } = useLingui();
  return (
    <Page title={t`Station not found`} narrow>
      <EmptyState
        icon="pin"
        title={<Trans>No station is known by this address</Trans>}
        action={
          <ButtonLink variant="primary" href="/stations">
            <Trans>Find a station</Trans>
          </ButtonLink>
        }
      >
        <Trans>
          The code may be damaged or mistyped, or the charger is not on this network. A charger that was registered a
          moment ago appears within seconds.
        </Trans>
      </EmptyState>
    </Page>
  );
}
