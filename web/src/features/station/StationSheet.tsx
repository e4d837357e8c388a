import { Trans, useLingui } from "@lingui/react/macro";
import type { EvseKey, StationListing } from "@openjoule/sdk";
import { useMemo, useState } from "react";
import { DataAge, FreshnessNotice, useHardware } from "#data";
import { AvailabilityBadge, bestAvailability, CommitteeCard, groupEvses, HardwareNotice } from "#features/stations";
import { Card, Icon, Notice, Page } from "#ui";
import { ConnectorsCard } from "./ConnectorsCard.tsx";
import { EvseCard } from "./EvseCard.tsx";
import { sheetEvses } from "./evses.ts";
import { readLocation } from "./location.ts";
import { PlaceFacts } from "./PlaceFacts.tsx";
import { PriceCalculator } from "./PriceCalculator.tsx";
import styles from "./StationSheet.module.css";
import { TariffCard } from "./TariffCard.tsx";

const DEGREE = 1e7;

/** All that a driver wants to know before paying; `evse` is the one in front of him, by its code. */
export function StationSheet({ station, evse }: { station: StationListing; evse: EvseKey | undefined }) {
  const { t } = useLingui();
  const hardware = useHardware();
  const [energy, setEnergy] = useState("20");
  const evses = useMemo(() => sheetEvses(station, hardware.hardware), [station, hardware.hardware]);
  const groups = useMemo(() => groupEvses(evses), [evses]);
  const location = useMemo(() => readLocation(station.place.metadata), [station.place.metadata]);
  const chosen = evses.find(({ key }) => key === evse);
  const { latitudeE7, longitudeE7 } = station.place;
  const at = `${latitudeE7 / DEGREE},${longitudeE7 / DEGREE}`;

  return (
    <Page title={station.name ?? t`Station`} narrow>
      <div className={styles.head}>
        <p className={styles.address}>
          {[station.address, [location.postalCode, station.city].filter(Boolean).join(" ")].filter(Boolean).join(", ")}
        </p>
        <div className={styles.facts}>
          <AvailabilityBadge availability={bestAvailability(evses)} />
          <a className={styles.route} href={`geo:${at}?q=${at}`}>
            <Icon name="pin" size={16} />
            <Trans>Open in a map app</Trans>
          </a>
        </div>
      </div>
      <FreshnessNotice />
      <HardwareNotice hardware={hardware} />
      {chosen !== undefined && <EvseCard evse={chosen} energy={energy} />}
      {evse !== undefined && chosen === undefined && (
        <Notice tone="warning" title={<Trans>This charger is no longer in use</Trans>}>
          <Trans>Its owner has removed it. The station's other chargers are below.</Trans>
        </Notice>
      )}
      <ConnectorsCard groups={groups} chosen={evse} energy={energy} />
      <PriceCalculator station={station} groups={groups} chosen={chosen} energy={energy} onEnergy={setEnergy} />
      <TariffCard station={station} groups={groups} />
      <CommitteeCard committeeId={station.config.committeeId} />
      <Card title={<Trans>The place</Trans>}>
        <PlaceFacts location={location} owner={station.owner} />
      </Card>
      <p className={styles.age}>
        <DataAge />
      </p>
    </Page>
  );
}
