import { Trans, useLingui } from "@lingui/react/macro";
import { FreshnessNotice } from "#data";
import { Page } from "#ui";
import { FilterBar } from "./FilterBar.tsx";
import { HardwareNotice } from "./HardwareNotice.tsx";
import { StationList } from "./StationList.tsx";
import { useStationSearch } from "./use-station-search.ts";

/** All stations as a list: the map's content for who cannot or does not want to see a map. */
export function StationsPage() {
  const { t } = useLingui();
  const search = useStationSearch();
  return (
    <Page
      title={t`Stations`}
      intro={<Trans>You see the price before you pay, and what the chargers themselves say is free now.</Trans>}
    >
      <FilterBar search={search} />
      {search.found && <FreshnessNotice />}
      <HardwareNotice hardware={search.hardware} />
      <StationList search={search} columns />
    </Page>
  );
}
