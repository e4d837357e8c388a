import { BigInt } from "@graphprotocol/graph-ts";
import { Delivery, PeriodValue } from "./periods";
import { isValid } from "./restrictions";

/**
 * The one cost rule, as contracts/libraries/Cost.sol and sdk/src/cost.ts have it: exact products are summed over all
 * periods and each component is rounded down once; then the minimum, the maximum, the waived amount and what is locked
 * apply, in this order.
 */

const WH_PER_KWH = BigInt.fromI32(1000);
const SECONDS_PER_HOUR = BigInt.fromI32(3600);

/** Prices of one element, base units, and when it applies. */
export class ElementPrices {
  constructor(
    public perKwh: BigInt,
    public perHour: BigInt,
    public idlePerHour: BigInt,
    public flat: BigInt,
    public restrictions: BigInt,
  ) {}
}

/** A tariff's elements in their order, and its bounds. Base units. */
export class Prices {
  constructor(
    public elements: ElementPrices[],
    public utcOffsetSeconds: i32,
    public minimum: BigInt,
    /** Null is none. */
    public maximum: BigInt | null,
  ) {}
}

/**
 * What a session costs, line by line, base units:
 * energy + time + idle + flat + raisedToMinimum − loweredToMaximum − waived − cappedByDeposit = total.
 */
export class CostLines {
  energy: BigInt = BigInt.zero();
  time: BigInt = BigInt.zero();
  idle: BigInt = BigInt.zero();
  flat: BigInt = BigInt.zero();
  raisedToMinimum: BigInt = BigInt.zero();
  loweredToMaximum: BigInt = BigInt.zero();
  waived: BigInt = BigInt.zero();
  cappedByDeposit: BigInt = BigInt.zero();
  total: BigInt = BigInt.zero();
}

/** The lines of a statement's cost; without periods everything is zero. */
export function computeCost(prices: Prices, delivery: Delivery, waived: BigInt, locked: BigInt): CostLines {
  const lines = new CostLines();
  if (delivery.isEmpty()) return lines;
  addPeriods(lines, prices, delivery.periods);

  const sum = lines.energy.plus(lines.time).plus(lines.idle).plus(lines.flat);
  const raised = larger(sum, prices.minimum);
  const maximum = prices.maximum;
  const bounded = maximum === null ? raised : smaller(raised, maximum);
  const afterWaiver = larger(bounded.minus(waived), BigInt.zero());
  lines.total = smaller(afterWaiver, locked);

  lines.raisedToMinimum = raised.minus(sum);
  lines.loweredToMaximum = raised.minus(bounded);
  lines.waived = bounded.minus(afterWaiver);
  lines.cappedByDeposit = afterWaiver.minus(lines.total);
  return lines;
}

/** Each period by the first element valid at its start; one without any costs nothing. */
function addPeriods(lines: CostLines, prices: Prices, periods: PeriodValue[]): void {
  const began = periods[0].start;
  let energyWh = BigInt.zero();
  for (let i = 0; i < periods.length; i++) {
    const period = periods[i];
    const index = elementAt(prices, period.start, period.start.minus(began), energyWh);
    energyWh = energyWh.plus(period.energyWh);
    if (index < 0) continue;
    const element = prices.elements[index];
    lines.energy = lines.energy.plus(period.energyWh.times(element.perKwh));
    if (period.isCharging) lines.time = lines.time.plus(period.seconds.times(element.perHour));
    else lines.idle = lines.idle.plus(period.seconds.times(element.idlePerHour));
    if (i == 0) lines.flat = element.flat;
  }
  lines.energy = lines.energy.div(WH_PER_KWH);
  lines.time = lines.time.div(SECONDS_PER_HOUR);
  lines.idle = lines.idle.div(SECONDS_PER_HOUR);
}

function elementAt(prices: Prices, at: BigInt, elapsed: BigInt, energyWh: BigInt): i32 {
  for (let i = 0; i < prices.elements.length; i++) {
    if (isValid(prices.elements[i].restrictions, prices.utcOffsetSeconds, at, elapsed, energyWh)) return i;
  }
  return -1;
}

function larger(a: BigInt, b: BigInt): BigInt {
  return a.gt(b) ? a : b;
}

function smaller(a: BigInt, b: BigInt): BigInt {
  return a.lt(b) ? a : b;
}
