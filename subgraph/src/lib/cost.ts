import { BigInt } from "@graphprotocol/graph-ts";
import { Delivery } from "./periods";

/**
 * The one cost rule, as contracts/libraries/Cost.sol and sdk/src/cost.ts have it: exact products are summed over all
 * periods and each component is rounded down once; then the minimum, the maximum, the waived amount and what is locked
 * apply, in this order.
 */

const WH_PER_KWH = BigInt.fromI32(1000);
const SECONDS_PER_HOUR = BigInt.fromI32(3600);

/** Prices of the element that is valid at every start, and the tariff's bounds. Base units. */
export class Prices {
  constructor(
    public perKwh: BigInt,
    public perHour: BigInt,
    public idlePerHour: BigInt,
    public flat: BigInt,
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
  lines.energy = delivery.energyWh.times(prices.perKwh).div(WH_PER_KWH);
  lines.time = delivery.chargingSeconds.times(prices.perHour).div(SECONDS_PER_HOUR);
  lines.idle = delivery.idleSeconds.times(prices.idlePerHour).div(SECONDS_PER_HOUR);
  lines.flat = prices.flat;

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

function larger(a: BigInt, b: BigInt): BigInt {
  return a.gt(b) ? a : b;
}

function smaller(a: BigInt, b: BigInt): BigInt {
  return a.lt(b) ? a : b;
}
