import { sumPeriods } from "@openjoule/sdk";
import type { OracleSession, SignedStatement } from "./oracle-api.ts";

/** What the chart shows of one moment. */
export interface Sample {
  /** UTC seconds. */
  readonly at: number;
  readonly powerW: number;
  readonly energyWh: number;
}

/** More make a chart no clearer. */
const MOST_SAMPLES = 600;

/**
 * Adds what the oracle says now. A moment that is there already is replaced; above `MOST_SAMPLES` the older half is thinned
 * out, so a night of charging stays a chart.
 */
export function addSample(
  samples: readonly Sample[],
  { updatedAt, powerW, energyWh }: OracleSession,
): readonly Sample[] {
  if (powerW === undefined) return samples;
  const last = samples.at(-1);
  if (last !== undefined && updatedAt < last.at) return samples;
  const kept = last?.at === updatedAt ? samples.slice(0, -1) : samples;
  return thin([...kept, { at: updatedAt, powerW, energyWh }]);
}

/** Statements count whole seconds and Wh: a mean over less time would jump about. */
const LEAST_SECONDS = 15;

/** After a reload: the mean power between signed statements, each over `LEAST_SECONDS` or more. */
export function samplesOf(openedAt: number, statements: readonly SignedStatement[]): readonly Sample[] {
  const samples: Sample[] = [];
  let before = { at: openedAt, energyWh: 0 };
  for (const { statement } of statements) {
    const last = statement.periods.at(-1);
    if (last === undefined) continue;
    const at = last.start + last.seconds;
    const { energyWh } = sumPeriods(statement.periods);
    if (at < before.at + LEAST_SECONDS || energyWh < before.energyWh) continue;
    const powerW = Math.round(((energyWh - before.energyWh) * 3600) / (at - before.at));
    samples.push({ at, powerW, energyWh });
    before = { at, energyWh };
  }
  return thin(samples);
}

/** Statements for the time before the first live value, live values from there on. */
export function joinSamples(past: readonly Sample[], live: readonly Sample[]): readonly Sample[] {
  const first = live[0];
  return first === undefined ? past : [...past.filter(({ at }) => at < first.at), ...live];
}

function thin(samples: readonly Sample[]): readonly Sample[] {
  if (samples.length <= MOST_SAMPLES) return samples;
  const half = Math.floor(samples.length / 2);
  return samples.filter((_, index) => index >= half || index % 2 === 0);
}
