import { Trans } from "@lingui/react/macro";
import type { Restrictions } from "@openjoule/sdk";
import { Fragment, type ReactNode } from "react";
import { useFormat } from "#i18n";

/** When an element of a tariff applies, in plain words: all of it must hold. */
export function TariffCondition({ restrictions, utcOffsetSeconds }: TariffConditionProps) {
  const format = useFormat();
  const { timeFrom, timeTo, days, minEnergyWh, maxEnergyWh, minSeconds, maxSeconds } = restrictions;
  const words: ReactNode[] = [];
  if (days !== 0) {
    const named = [0, 1, 2, 3, 4, 5, 6].filter((day) => (days >> day) & 1).map((day) => format.weekday(day));
    words.push(named.join(", "));
  }
  if (timeFrom !== timeTo) {
    const from = clock(timeFrom);
    const to = clock(timeTo);
    const zone = `UTC${offset(utcOffsetSeconds)}`;
    words.push(
      <Trans>
        {from} to {to} ({zone})
      </Trans>,
    );
  }
  for (const [least, most] of [
    [minEnergyWh && format.energy(minEnergyWh), maxEnergyWh && format.energy(maxEnergyWh)],
    [minSeconds && format.duration(minSeconds), maxSeconds && format.duration(maxSeconds)],
  ]) {
    if (least) words.push(<Trans>from {least}</Trans>);
    if (most) words.push(<Trans>up to {most}</Trans>);
  }
  return words.map((word, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: they never change
    <Fragment key={index}>
      {index > 0 && " · "}
      {word}
    </Fragment>
  ));
}

export interface TariffConditionProps {
  readonly restrictions: Restrictions;
  readonly utcOffsetSeconds: number;
}

const two = (value: number) => String(value).padStart(2, "0");
const clock = (minutes: number) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;

function offset(seconds: number): string {
  if (seconds === 0) return "";
  const minutes = Math.floor(Math.abs(seconds) / 60);
  return `${seconds < 0 ? "−" : "+"}${clock(minutes)}`;
}
