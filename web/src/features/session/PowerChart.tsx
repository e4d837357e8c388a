import "uplot/dist/uPlot.min.css";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useFormat } from "#i18n";
import { Table } from "#ui";
import type { Sample } from "./samples.ts";
import styles from "./session.module.css";

const HEIGHT = 200;
/** A table that a person can still read. */
const MOST_ROWS = 30;

/** Power over time, as a picture and as a table. */
export function PowerChart({ samples }: { samples: readonly Sample[] }) {
  const { t } = useLingui();
  const format = useFormat();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const data = useRef<uPlot.AlignedData>([[], []]);
  data.current = [samples.map(({ at }) => at), samples.map(({ powerW }) => powerW / 1000)];

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(element), data.current, element);
    };
    draw();
    // Colours are read when it is drawn: again when the theme or the width changes.
    const resize = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      resize.disconnect();
      themed.disconnect();
      dark.removeEventListener("change", draw);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, []);

  useEffect(() => {
    if (samples.length > 0) plot.current?.setData(data.current);
  }, [samples]);

  const step = Math.max(1, Math.ceil(samples.length / MOST_ROWS));
  const rows = samples.filter((_, index) => (samples.length - 1 - index) % step === 0);
  return (
    <figure className={styles.stack}>
      <div ref={place} className={styles.chart} aria-hidden="true" />
      <details className={styles.details}>
        <summary>
          <Trans>The same as a table</Trans>
        </summary>
        <Table
          caption={t`Power over time`}
          captionHidden
          rows={rows}
          rowKey={({ at }) => String(at)}
          columns={[
            { key: "at", header: <Trans>Time</Trans>, cell: ({ at }) => format.time(at) },
            { key: "power", header: <Trans>Power</Trans>, number: true, cell: ({ powerW }) => format.power(powerW) },
            {
              key: "energy",
              header: <Trans>Energy</Trans>,
              number: true,
              cell: ({ energyWh }) => format.energy(energyWh),
            },
          ]}
        />
      </details>
    </figure>
  );
}

/** A token of the theme as a colour that a canvas takes. */
function colour(element: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function options(element: HTMLElement): uPlot.Options {
  const muted = colour(element, "--color-muted");
  const grid = { stroke: colour(element, "--color-border"), width: 1 };
  const axis = { stroke: muted, grid, ticks: grid };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    // Half of the last time's own width, which stands under the right end.
    padding: [null, 30, null, null],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: true }, y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, values: (_plot, ticks) => ticks.map(clock), space: 70, incrs: WHOLE_SECONDS },
      { ...axis, size: 44 },
    ],
    series: [
      {},
      {
        stroke: colour(element, "--color-accent"),
        fill: colour(element, "--color-accent-soft"),
        width: 2,
        points: { show: false },
      },
    ],
  };
}

/** Between two times under the chart: as these are written, none is shorter than a second. */
const WHOLE_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

const clock = (seconds: number) => {
  const time = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
};
