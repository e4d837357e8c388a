import { Trans, useLingui } from "@lingui/react/macro";
import type { StationListing } from "@openjoule/sdk";
import { numberToHex } from "viem";
import { ButtonLink, Card, Notice, Page } from "#ui";

/** More than one station claims the EVSE id: the driver has to see which one gets the money. */
export function SeveralStations({ stations, evseId }: { stations: readonly StationListing[]; evseId: string }) {
  const { t } = useLingui();
  return (
    <Page title={t`Which station is it?`} narrow>
      <Notice tone="warning" title={<Trans>Several stations claim the charger {evseId}</Trans>}>
        <Trans>
          Anybody can register a station, so compare the place before you pay: the money goes to the owner of the one
          that you choose.
        </Trans>
      </Notice>
      {stations.map((station) => {
        const key = station.evses.find((one) => one.evseId === evseId)?.key ?? station.stationId;
        return (
          <Card key={String(station.stationId)} title={station.name ?? evseId}>
            <p>{[station.address, station.city].filter(Boolean).join(", ")}</p>
            <p>
              <Trans>Owner</Trans> <code translate="no">{station.owner}</code>
            </p>
            <ButtonLink href={`/evse/${numberToHex(key, { size: 32 })}`}>
              <Trans>This one</Trans>
            </ButtonLink>
          </Card>
        );
      })}
    </Page>
  );
}
