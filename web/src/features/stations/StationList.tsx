import { Plural, Trans } from "@lingui/react/macro";
import { useState } from "react";
import { IndexDown, isDown } from "#data";
import { Button, EmptyState, SkeletonBar, VisuallyHidden } from "#ui";
import { StationCard } from "./StationCard.tsx";
import styles from "./StationList.module.css";
import type { FoundStation } from "./search.ts";
import type { StationSearch } from "./use-station-search.ts";

const PAGE = 30;

export interface StationListProps {
  readonly search: StationSearch;
  /** What is shown of what was found; all of it when left out. */
  readonly shown?: readonly FoundStation[];
  readonly highlighted?: bigint | undefined;
  /** In columns where there is room. */
  readonly columns?: boolean;
}

/** What was found, a page at a time; in place of it, that it loads, that there is none, or that it failed. */
export function StationList({ search, shown = search.found, highlighted, columns = false }: StationListProps) {
  const { index } = search;
  const [pages, setPages] = useState(1);
  if (shown === undefined) return isDown(index) ? <IndexDown result={index} /> : <Loading columns={columns} />;
  if (search.found?.length === 0) return <Nothing search={search} />;

  const count = shown.length;
  const visible = shown.slice(0, pages * PAGE);
  return (
    <div className={styles.list}>
      <p className={styles.count} role="status">
        <Plural value={count} one="# station" other="# stations" />
      </p>
      <ul className={columns ? styles.columns : styles.cards}>
        {visible.map((found) => (
          <li key={String(found.station.stationId)}>
            <StationCard found={found} highlighted={found.station.stationId === highlighted} />
          </li>
        ))}
      </ul>
      {visible.length < count && (
        <Button className={styles.more ?? ""} onClick={() => setPages(pages + 1)}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </div>
  );
}

function Loading({ columns }: { columns: boolean }) {
  return (
    <div role="status" data-loading>
      <VisuallyHidden>
        <Trans>Loading the stations…</Trans>
      </VisuallyHidden>
      <div className={columns ? styles.columns : styles.cards}>
        {[1, 2, 3, 4, 5, 6].map((key) => (
          <div key={key} className={styles.skeleton}>
            <SkeletonBar width="60%" />
            <SkeletonBar width="85%" height="1rem" />
            <SkeletonBar width="50%" height="1rem" />
          </div>
        ))}
      </div>
    </div>
  );
}

function Nothing({ search }: { search: StationSearch }) {
  if (!search.hasFilters) {
    return (
      <EmptyState icon="map" title={<Trans>There are no stations yet</Trans>}>
        <Trans>Nobody has registered a station on this network.</Trans>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={<Trans>No station is like that</Trans>}
      action={
        <Button variant="primary" onClick={search.clear}>
          <Trans>Clear the filters</Trans>
        </Button>
      }
    >
      <Trans>Check the spelling, or ask for less power or another connector.</Trans>
    </EmptyState>
  );
}
