import { Trans, useLingui } from "@lingui/react/macro";
import { useId } from "react";
import { useFormat } from "#i18n";
import { Button, cx, Icon, Spinner, VisuallyHidden } from "#ui";
import { type ConnectorFamily, connectorFamilies } from "./connectors.ts";
import styles from "./FilterBar.module.css";
import { powerChoices } from "./filters.ts";
import { useConnectorLabel } from "./labels.ts";
import { forgetPosition, locate, usePosition } from "./position.ts";
import type { StationSearch } from "./use-station-search.ts";

/** Search, filters, "near me": the same on the map and the list. */
export function FilterBar({ search }: { search: StationSearch }) {
  const { t } = useLingui();
  const format = useFormat();
  const { filters, setFilters } = search;
  const id = useId();
  const connectorLabel = useConnectorLabel();
  return (
    <search className={styles.bar} aria-label={t`Find a station`}>
      <div className={styles.text}>
        <label htmlFor={id}>
          <VisuallyHidden>
            <Trans>Name, place or EVSE id</Trans>
          </VisuallyHidden>
          <Icon name="search" />
        </label>
        <input
          id={id}
          type="search"
          value={filters.text}
          placeholder={t`Name, place or EVSE id`}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setFilters({ ...filters, text: event.target.value })}
        />
      </div>
      <div className={styles.chips}>
        <NearMe />
        <button
          type="button"
          className={cx(styles.chip, filters.freeOnly && styles.on)}
          aria-pressed={filters.freeOnly}
          onClick={() => setFilters({ ...filters, freeOnly: !filters.freeOnly })}
        >
          {filters.freeOnly && <Icon name="check" size={16} />}
          <Trans>Free now</Trans>
        </button>
        <select
          className={cx(styles.chip, filters.powerKw > 0 && styles.on)}
          aria-label={t`Power`}
          value={String(filters.powerKw)}
          onChange={(event) => setFilters({ ...filters, powerKw: Number(event.target.value) })}
        >
          <option value="0">{t`Any power`}</option>
          {powersWith(filters.powerKw).map((kw) => {
            const power = format.power(kw * 1000);
            return (
              <option key={kw} value={String(kw)}>
                {t`from ${power}`}
              </option>
            );
          })}
        </select>
        <select
          className={cx(styles.chip, filters.connector && styles.on)}
          aria-label={t`Connector`}
          value={filters.connector ?? ""}
          onChange={(event) =>
            setFilters({ ...filters, connector: connectorFamilies.find((one) => one === event.target.value) })
          }
        >
          <option value="">{t`Any connector`}</option>
          {connectorsWith(search.connectors, filters.connector).map((family) => (
            <option key={family} value={family}>
              {connectorLabel(family)}
            </option>
          ))}
        </select>
        {search.hasFilters && (
          <Button variant="ghost" size="small" onClick={search.clear}>
            <Icon name="close" size={16} />
            <Trans>Clear</Trans>
          </Button>
        )}
      </div>
      <PositionProblem />
    </search>
  );
}

/** A link may ask for a power that is not among the choices. */
const powersWith = (kw: number): number[] =>
  [...new Set([...powerChoices, ...(kw > 0 ? [kw] : [])])].sort((a, b) => a - b);

const connectorsWith = (there: readonly ConnectorFamily[], chosen: ConnectorFamily | undefined) =>
  connectorFamilies.filter((family) => there.includes(family) || family === chosen);

function NearMe() {
  const position = usePosition();
  const here = position.status === "here";
  return (
    <button
      type="button"
      className={cx(styles.chip, here && styles.on)}
      aria-pressed={here}
      aria-busy={position.status === "asking"}
      onClick={here ? forgetPosition : locate}
    >
      {position.status === "asking" ? <Spinner /> : <Icon name="locate" size={16} />}
      <Trans>Near me</Trans>
    </button>
  );
}

/** Why there are no distances, and what to do. */
function PositionProblem() {
  const position = usePosition();
  return (
    <div role="status" className={styles.status}>
      {position.status === "denied" && (
        <p className={styles.problem}>
          <Trans>
            Your browser keeps your position to itself. Allow it for this site in the browser's settings, or search for
            a place instead.
          </Trans>
        </p>
      )}
      {position.status === "unavailable" && (
        <p className={styles.problem}>
          <Trans>Your position could not be found. Try again, or search for a place instead.</Trans>
        </p>
      )}
    </div>
  );
}
