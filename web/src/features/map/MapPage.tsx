import { Trans, useLingui } from "@lingui/react/macro";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { FreshnessNotice, isDown } from "#data";
import {
  FilterBar,
  type FoundStation,
  HardwareNotice,
  StationCard,
  StationList,
  type StationSearch,
  usePosition,
  useStationSearch,
} from "#features/stations";
import { Button, Icon, Notice, usePageTitle, VisuallyHidden } from "#ui";
import { type Box, isInBox } from "./features.ts";
import styles from "./MapPage.module.css";

/** MapLibre is a good part of a megabyte: it comes when the page already stands. */
const StationMap = lazy(async () => ({ default: (await import("./StationMap.tsx")).StationMap }));

/** Where to charge: the map, and the same stations as a list beside it. */
export function MapPage() {
  const { t } = useLingui();
  usePageTitle(t`Map`);
  const search = useStationSearch();
  const position = usePosition();
  const [box, setBox] = useState<Box>();
  const [chosen, setChosen] = useState<bigint>();
  const [failed, setFailed] = useState(false);

  const { found } = search;
  const inSight = useMemo(() => (box === undefined ? found : found?.filter((one) => isInBox(one, box))), [found, box]);
  // The list says why, and what to do.
  const unreachable = isDown(search.index);
  const selected = found?.find(({ station }) => station.stationId === chosen);
  const fail = useCallback((error: unknown) => {
    console.warn("the map cannot be drawn", error);
    setFailed(true);
  }, []);

  return (
    <div className={styles.page}>
      <VisuallyHidden>
        <h1>{t`Map`}</h1>
      </VisuallyHidden>
      <div className={styles.filters}>
        <FilterBar search={search} />
        {found && <FreshnessNotice />}
        <HardwareNotice hardware={search.hardware} />
        {failed && (
          <Notice tone="info" title={<Trans>The map cannot be drawn on this device</Trans>}>
            <Trans>The list has all stations. A newer browser, or switching on WebGL, brings the map back.</Trans>
          </Notice>
        )}
      </div>
      {!failed && !unreachable && (
        <div className={styles.map}>
          <Suspense fallback={<MapSkeleton />}>
            {found === undefined ? (
              <MapSkeleton />
            ) : (
              <StationMap
                found={found}
                all={search.index.data?.value.stations ?? []}
                text={search.filters.text}
                chosen={chosen}
                here={position.status === "here" ? position.place : undefined}
                onChoose={setChosen}
                onMove={setBox}
                onFail={fail}
              />
            )}
          </Suspense>
          {selected && <Chosen found={selected} onClose={() => setChosen(undefined)} />}
        </div>
      )}
      <Results search={search} inSight={failed ? found : inSight} chosen={chosen} />
    </div>
  );
}

function MapSkeleton() {
  return (
    <p className={styles.skeleton} role="status" data-loading>
      <Trans>The map is on its way. All stations are in the list as well, with what each of them costs.</Trans>
    </p>
  );
}

/** The station that was tapped, over the map. */
function Chosen({ found, onClose }: { found: FoundStation; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <section className={styles.chosen} aria-label={t`Chosen station`}>
      <StationCard found={found} />
      <Button className={styles.close ?? ""} size="small" onClick={onClose}>
        <Icon name="close" size={16} />
        <Trans>Close</Trans>
      </Button>
    </section>
  );
}

interface ResultsProps {
  readonly search: StationSearch;
  readonly inSight: readonly FoundStation[] | undefined;
  readonly chosen: bigint | undefined;
}

function Results({ search, inSight, chosen }: ResultsProps) {
  const { t } = useLingui();
  const nothingInSight = inSight?.length === 0 && (search.found?.length ?? 0) > 0;
  return (
    <section className={styles.list} aria-label={t`Stations in sight`}>
      {nothingInSight ? (
        <p className={styles.empty}>
          <Trans>No station in this part of the map. Move it, or zoom out.</Trans>
        </p>
      ) : (
        <StationList search={search} {...(inSight && { shown: inSight })} highlighted={chosen} />
      )}
    </section>
  );
}
