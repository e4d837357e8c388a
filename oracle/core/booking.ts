import {
  extentOf,
  isRestricted,
  longestPart,
  type Period,
  pricedBy,
  statementBounds,
  type TariffPricing,
} from "@openjoule/sdk";
import { appendSegment, keepToPowerCap, type Segment } from "./periods.ts";

/** What a segment is booked by. */
export type BookingTerms = { pricing: TariffPricing; powerCapW: number };

/**
 * Adds a segment to a session's periods as `appendSegment` does, cut where the tariff's prices change and kept to the power
 * cap, so that the contract refuses none of them. Energy is spread evenly over the segment's time.
 *
 * `cutWh` is what the power cap took. Past the last of 256 periods nothing is billed that another price applies to.
 */
export function bookSegment(
  periods: readonly Period[],
  segment: Segment,
  { pricing, powerCapW }: BookingTerms,
): { periods: Period[]; cutWh: number } {
  if (segment.kind === null || !isRestricted(pricing)) {
    return keepToPowerCap(appendSegment(periods, segment), powerCapW);
  }
  let booked = [...periods];
  let cutWh = 0;
  let rest: Segment | null = segment;
  while (rest !== null && (rest.seconds > 0 || rest.energyWh > 0)) {
    const part = nextPart(booked, rest, pricing);
    if (part === null) return { periods: booked, cutWh };
    const kept = keepToPowerCap(part.periods, powerCapW);
    booked = kept.periods;
    cutWh += kept.cutWh;
    rest = part.rest;
  }
  return { periods: booked, cutWh };
}

type Part = { periods: Period[]; rest: Segment | null };

/** The last period grown as far as its price goes, or a new one; null when there is room for neither. */
function nextPart(periods: Period[], segment: Segment, pricing: TariffPricing): Part | null {
  const { kind, seconds, energyWh } = segment;
  if (kind === null) return null;
  const last = periods.at(-1);
  const began = periods[0]?.start ?? segment.start;
  if (last !== undefined && (seconds === 0 || (last.kind === kind && last.start + last.seconds === segment.start))) {
    const earlier = { began, energyWh: sumWh(periods.slice(0, -1)) };
    const grown = growth(pricing, earlier, last, segment);
    if (grown !== null) {
      return {
        periods: [...periods.slice(0, -1), grown],
        rest: restOf(segment, grown.seconds - last.seconds, grown.energyWh - last.energyWh),
      };
    }
  }
  if (periods.length >= statementBounds.maxPeriods) return null;
  // Energy of no time, past a change of price: it takes a second.
  const start = Math.max(segment.start, last === undefined ? 0 : last.start + last.seconds);
  const whole: Period = { kind, start, seconds: Math.max(1, seconds), energyWh };
  const part = longestPart(pricing, { began, energyWh: sumWh(periods) }, whole);
  return { periods: [...periods, part], rest: restOf(segment, part.seconds, part.energyWh) };
}

/** The last period with as much of the segment as it can take without crossing a price; null when that is nothing. */
function growth(
  pricing: TariffPricing,
  earlier: { began: number; energyWh: number },
  last: Period,
  { seconds, energyWh }: Segment,
): Period | null {
  const grownBy = (moreSeconds: number, moreWh: number): Period => ({
    ...last,
    seconds: last.seconds + moreSeconds,
    energyWh: last.energyWh + moreWh,
  });
  const crosses = (period: Period) => pricedBy(pricing, extentOf(earlier, period)).crossedBy !== undefined;
  const share = (part: number) => Math.floor((energyWh * part) / seconds);
  const steps = seconds === 0 ? energyWh : seconds;
  const at = (step: number) => (seconds === 0 ? grownBy(0, step) : grownBy(step, share(step)));
  let [low, high] = [0, steps];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (crosses(at(middle))) high = middle - 1;
    else low = middle;
  }
  return low === 0 ? null : at(low);
}

function restOf({ kind, start, seconds, energyWh }: Segment, takenSeconds: number, takenWh: number): Segment | null {
  const rest = {
    kind,
    start: start + takenSeconds,
    seconds: Math.max(0, seconds - takenSeconds),
    energyWh: energyWh - takenWh,
  };
  return rest.seconds === 0 && rest.energyWh === 0 ? null : rest;
}

const sumWh = (periods: readonly Period[]): number => periods.reduce((sum, { energyWh }) => sum + energyWh, 0);
